package org.cachemanager.benchmarks.costs;

import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;
import org.cachemanager.api.eviction.EvictionPolicy;
import org.cachemanager.benchmarks.Header;
import org.jspecify.annotations.Nullable;

/** A policy in a small cache that uses it as the core does: a map of headers, and a lock that a hit only tries. */
final class BundleSubject implements Subject {

    private static final long WEIGHT = 1000;

    private final ConcurrentMap<Integer, Header> index = new ConcurrentHashMap<>();

    /** Guards the policy and {@link #used}. */
    private final ReentrantLock lock = new ReentrantLock();

    private final EvictionPolicy policy;
    private final long limit;
    private long used;

    BundleSubject(EvictionPolicy policy, int items) {
        this.policy = policy;
        limit = items * WEIGHT;
        policy.limit(limit);
    }

    @Override
    public boolean get(Integer key) {
        @Nullable Header found = index.get(key);
        if (found == null) {
            return false;
        }
        if (policy.touch(found) && lock.tryLock()) {
            try {
                policy.hit(found);
            } finally {
                lock.unlock();
            }
        }
        return true;
    }

    @Override
    public void put(Integer key) {
        Header made = new Header(key, mix(key), WEIGHT);
        lock.lock();
        try {
            while (used + WEIGHT > limit) {
                Header victim = (Header) Objects.requireNonNull(policy.victim());
                index.remove(victim.key());
                used -= WEIGHT;
            }
            used += WEIGHT;
            index.put(key, made);
            policy.add(made);
        } finally {
            lock.unlock();
        }
    }

    private static long mix(long key) {
        long h = (key + 1) * 0x9E3779B97F4A7C15L;
        h = (h ^ (h >>> 30)) * 0xBF58476D1CE4E5B9L;
        h = (h ^ (h >>> 27)) * 0x94D049BB133111EBL;
        return h ^ (h >>> 31);
    }
}
