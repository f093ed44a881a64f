package org.cachemanager.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.cachemanager.api.eviction.Entry;
import org.cachemanager.api.eviction.EvictionPolicy;

/** Who must be in a policy, while random but repeatable steps are taken with it. */
final class PolicyModel {

    private static final long[] LIMITS = {1, 1000, 50_000, 5_000_000, 1L << 40, Long.MAX_VALUE};

    private final EvictionPolicy policy;
    private final Random random;
    private final List<TestEntry> live = new ArrayList<>();
    private final List<TestEntry> left = new ArrayList<>();

    PolicyModel(EvictionPolicy policy, long seed) {
        this.policy = policy;
        this.random = new Random(seed);
        policy.limit(50_000);
    }

    /** Well mixed bits of a small number (the finisher of SplitMix64). */
    static long mix(long number) {
        long z = (number + 1) * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** Reads an entry that is in the policy, as the core does. */
    static void read(EvictionPolicy policy, TestEntry entry) {
        if (touch(policy, entry)) {
            policy.hit(entry);
        }
    }

    /** Touches an entry and fails if more than its mark is used. */
    static boolean touch(EvictionPolicy policy, TestEntry entry) {
        entry.watchTouch(true);
        try {
            return policy.touch(entry);
        } finally {
            entry.watchTouch(false);
        }
    }

    /** Takes one step at random. */
    void step() {
        int choice = random.nextInt(1000);
        if (choice < 350 || live.isEmpty()) {
            add(new TestEntry(mix(random.nextInt(2000)), weight()));
        } else if (choice < 650) {
            read(policy, live.get(random.nextInt(live.size())));
        } else if (choice < 730) {
            replace(random.nextInt(live.size()));
        } else if (choice < 800) {
            TestEntry gone = live.remove(random.nextInt(live.size()));
            policy.remove(gone);
            leave(gone);
        } else if (choice < 960) {
            victim();
        } else if (choice < 985 && !left.isEmpty()) {
            touch(policy, left.get(random.nextInt(left.size())));
        } else if (choice < 998) {
            policy.limit(LIMITS[random.nextInt(LIMITS.length)]);
        } else {
            drain();
        }
    }

    /** Lets the rest go, and checks that it is the rest. */
    void end() {
        while (!live.isEmpty()) {
            victim();
        }
        assertThat(policy.victim()).isNull();
        assertThat(left).allMatch(TestEntry::isClear);
    }

    /** Runs a cache of a limit over a skewed choice of keys. */
    void runCache(int calls, long limit) {
        policy.limit(limit);
        Map<Long, TestEntry> cache = new HashMap<>();
        long used = 0;
        for (int i = 0; i < calls; i++) {
            long hash = mix((long) Math.abs(random.nextGaussian() * 300) + (i / 5000) * 10L);
            TestEntry found = cache.get(hash);
            if (found != null) {
                read(policy, found);
                continue;
            }
            TestEntry fresh = new TestEntry(hash, 50 + (hash & 63));
            for (used += fresh.weight(); used > limit; ) {
                TestEntry victim = nextVictim();
                used -= victim.weight();
                cache.remove(victim.hash());
            }
            cache.put(hash, fresh);
            policy.add(fresh);
        }
    }

    private void add(TestEntry entry) {
        policy.add(entry);
        live.add(entry);
    }

    private void replace(int at) {
        TestEntry old = live.get(at);
        TestEntry fresh = new TestEntry(old.hash(), weight());
        policy.replace(old, fresh);
        live.set(at, fresh);
        leave(old);
    }

    private void victim() {
        TestEntry victim = nextVictim();
        assertThat(live.remove(victim)).as("%s was in the policy", victim).isTrue();
        leave(victim);
    }

    private TestEntry nextVictim() {
        return (TestEntry) Objects.requireNonNull(policy.victim(), "no victim, though there are entries");
    }

    private void drain() {
        List<Entry> drained = new ArrayList<>();
        policy.drain(drained::add);
        assertThat(drained).hasSize(live.size());
        Set<Entry> once = new HashSet<>(drained);
        assertThat(once).isEqualTo(new HashSet<>(live));
        live.forEach(this::leave);
        live.clear();
    }

    private void leave(TestEntry entry) {
        assertThat(entry.isClear())
                .as("word and links of an entry that left: %s", entry)
                .isTrue();
        left.add(entry);
        if (left.size() > 100) {
            left.remove(0);
        }
    }

    private long weight() {
        return switch (random.nextInt(40)) {
            case 0 -> 10L << 20;
            case 1 -> 1L << 45;
            case 2, 3, 4 -> 1;
            default -> 1 + random.nextInt(3000);
        };
    }
}
