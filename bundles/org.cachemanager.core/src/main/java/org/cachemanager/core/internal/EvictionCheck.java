package org.cachemanager.core.internal;

import static org.cachemanager.core.internal.Quarantine.require;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.cachemanager.api.eviction.Entry;
import org.cachemanager.api.eviction.EvictionPolicy;
import org.jspecify.annotations.Nullable;

/** Whether an eviction policy lets every entry go once, and forgets it: evicted, removed, replaced or handed over. */
final class EvictionCheck implements Quarantine.Check<EvictionPolicy> {

    private static final int ENTRIES = 256;
    private static final int ROUNDS = 2;
    private static final long LIMIT = 1 << 20;

    /** Entries that are in the policy, as far as one can know. */
    private static final class Trial {
        private final EvictionPolicy policy;
        private final Set<Entry> in = new HashSet<>();

        Trial(EvictionPolicy policy) {
            this.policy = policy;
        }

        void run() {
            policy.limit(LIMIT);
            List<Probe> probes = fill();
            for (int i = 0; i < ENTRIES; i += 2) {
                if (policy.touch(probes.get(i))) {
                    policy.hit(probes.get(i));
                }
            }
            for (int i = 0; i < ENTRIES; i += 5) {
                replace(probes.get(i), new Probe(i + ENTRIES));
            }
            for (int i = 1; i < ENTRIES; i += 5) {
                policy.remove(probes.get(i));
                left(probes.get(i), "an entry that it removed");
            }
            for (int i = 0; i < ENTRIES / 4; i++) {
                Entry victim = policy.victim();
                require(victim != null, "it gave no victim while it had entries");
                left(victim, "a victim");
            }
            policy.drain(entry -> left(entry, "an entry that it handed over"));
            require(in.isEmpty(), "it kept " + in.size() + " entries when it was to hand over all");
            require(policy.victim() == null, "it gave a victim when it had none");
        }

        private List<Probe> fill() {
            List<Probe> probes = new ArrayList<>();
            for (int i = 0; i < ENTRIES; i++) {
                Probe probe = new Probe(i);
                probes.add(probe);
                in.add(probe);
                policy.add(probe);
            }
            return probes;
        }

        private void replace(Probe old, Probe fresh) {
            in.add(fresh);
            policy.replace(old, fresh);
            left(old, "an entry that was replaced");
        }

        private void left(@Nullable Entry entry, String which) {
            require(in.remove(entry), which + " was none that it had");
            if (entry != null) {
                boolean clear = entry.word() == 0 && entry.colder() == null && entry.warmer() == null;
                require(clear, which + " kept its word or its links");
            }
        }
    }

    @Override
    public void pass(EvictionPolicy policy) {
        for (int round = 0; round < ROUNDS; round++) {
            new Trial(policy).run();
        }
    }

    /** An entry of no item. */
    private static final class Probe implements Entry {
        private final int number;
        private int mark;
        private long word;
        private @Nullable Entry colder;
        private @Nullable Entry warmer;

        Probe(int number) {
            this.number = number;
        }

        @Override
        public long hash() {
            return (number + 1) * 0x9E3779B97F4A7C15L;
        }

        @Override
        public long weight() {
            return 1 + (number % 7) * 1000L;
        }

        @Override
        public long expiryMillis() {
            return 1_000_000_000_000L + number * 100L;
        }

        @Override
        public int mark() {
            return mark;
        }

        @Override
        public void mark(int value) {
            mark = value;
        }

        @Override
        public long word() {
            return word;
        }

        @Override
        public void word(long value) {
            word = value;
        }

        @Override
        public @Nullable Entry colder() {
            return colder;
        }

        @Override
        public void colder(@Nullable Entry entry) {
            colder = entry;
        }

        @Override
        public @Nullable Entry warmer() {
            return warmer;
        }

        @Override
        public void warmer(@Nullable Entry entry) {
            warmer = entry;
        }
    }
}
