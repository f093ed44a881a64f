package org.cachemanager.benchmarks.hits;

import java.util.Objects;
import org.cachemanager.api.eviction.EvictionPolicy;
import org.cachemanager.benchmarks.Header;
import org.cachemanager.benchmarks.PolicyBundle;
import org.jspecify.annotations.Nullable;

/** A policy bundle, run as the core runs it: room is made before an item is added; what never fits is refused. */
record BundleContender(PolicyBundle bundle) implements Contender {

    @Override
    public String name() {
        return bundle.name();
    }

    @Override
    public Hits serve(Load load, long capacity) {
        EvictionPolicy policy = bundle.newPolicy();
        policy.limit(capacity);
        Hits.Counter counter = new Hits.Counter();
        @Nullable Header[] present = new Header[load.keys().length];
        long used = 0;
        for (int key : load.requests()) {
            Header found = present[key];
            long weight = load.weight(key);
            counter.count(found != null, weight);
            if (found != null) {
                if (policy.touch(found)) {
                    policy.hit(found);
                }
            } else if (weight <= capacity) {
                while (used + weight > capacity) {
                    Header victim = (Header) Objects.requireNonNull(policy.victim());
                    present[victim.key()] = null;
                    used -= victim.weight();
                }
                Header made = new Header(key, load.hash(key), weight);
                present[key] = made;
                used += weight;
                policy.add(made);
            }
        }
        return counter.hits();
    }
}
