package org.cachemanager.eviction.clock.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.cachemanager.api.eviction.Entry;
import org.cachemanager.api.eviction.EvictionPolicy;
import org.cachemanager.testkit.EvictionPolicyContract;
import org.cachemanager.testkit.TestEntry;
import org.junit.Test;

public class ClockEvictionTest extends EvictionPolicyContract {

    private final ClockEviction policy = new ClockEviction(1);
    private long hashes;

    @Override
    protected EvictionPolicy newPolicy() {
        return new ClockEviction(1);
    }

    private TestEntry add() {
        TestEntry entry = new TestEntry(++hashes, 100);
        policy.add(entry);
        return entry;
    }

    private void read(Entry entry, int times) {
        for (int i = 0; i < times; i++) {
            assertThat(policy.touch(entry)).as("asks for the lock").isFalse();
        }
    }

    @Test
    public void victim_entryThatWasRead_isSparedOnce() {
        TestEntry a = add();
        TestEntry b = add();
        TestEntry c = add();
        read(a, 5);

        assertThat(policy.victim()).isSameAs(b);
        assertThat(policy.victim()).isSameAs(c);
        assertThat(policy.victim()).isSameAs(a);
    }

    @Test
    public void victim_allWereRead_goesInTheOrderInWhichTheyWereAdded() {
        TestEntry a = add();
        TestEntry b = add();
        read(a, 1);
        read(b, 1);

        assertThat(policy.victim()).isSameAs(a);
        assertThat(policy.victim()).isSameAs(b);
    }

    @Test
    public void victim_readBetweenTheRoundsOfTheHand_isKept() {
        TestEntry popular = add();
        for (int i = 0; i < 10; i++) {
            add();
        }
        for (int i = 0; i < 10_000; i++) {
            read(popular, 1);
            add();
            assertThat(policy.victim()).isNotSameAs(popular);
        }
    }

    @Test
    public void chances_changed_countMoreReads_andFewerTakeThemBack() {
        TestEntry popular = add();
        policy.chances(3);
        read(popular, 9);
        assertThat(popular.mark()).isEqualTo(3);
        for (int round = 0; round < 2; round++) {
            add();
            assertThat(policy.victim()).isNotSameAs(popular);
        }
        read(popular, 9);
        policy.chances(1);
        TestEntry next = add();
        assertThat(policy.victim()).isSameAs(next);
        add();
        assertThat(policy.victim()).as("one round, not three").isSameAs(popular);
    }

    @Test
    public void chances_outsideTheirRange_areRefused_andNothingChanges() {
        assertThatThrownBy(() -> new ClockEviction(16)).hasMessageContaining("chances is 16");
        assertThatThrownBy(() -> policy.chances(0)).hasMessageContaining("chances is 0");
        TestEntry entry = add();
        read(entry, 2);
        assertThat(entry.mark()).isEqualTo(1);
    }

    @Test
    public void victim_allRead_comesAfterABoundedSearch() {
        List<TestEntry> entries = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            entries.add(add());
            read(entries.get(i), 1);
        }
        long before = entries.stream().mapToLong(TestEntry::uses).sum();
        assertThat(policy.victim()).isSameAs(entries.get(1024));
        assertThat(entries.stream().mapToLong(TestEntry::uses).sum() - before).isLessThan(20_000);
    }

    @Test
    public void victim_mixOfSizes_doesNotLookAtThem() {
        TestEntry huge = new TestEntry(-1, 100_000_000);
        TestEntry tiny = new TestEntry(-2, 1);
        policy.add(huge);
        policy.add(tiny);
        read(huge, 1);

        assertThat(policy.victim()).isSameAs(tiny);
        assertThat(policy.victim()).isSameAs(huge);
    }

    @Test
    public void drain_givesTheColdestFirst() {
        List<TestEntry> entries = List.of(add(), add(), add(), add());
        read(entries.get(0), 1);
        read(entries.get(2), 1);
        List<Entry> drained = new ArrayList<>();
        policy.drain(drained::add);

        assertThat(drained).containsExactly(entries.get(1), entries.get(3), entries.get(0), entries.get(2));
    }

    @Test
    public void popularKeys_areHitMoreOftenThanFirstInFirstOut() {
        double clock = hits(policy, true);
        assertThat(clock).isGreaterThan(hits(new ClockEviction(1), false) + 0.02);
    }

    /** The share of hits among skewed reads; without touching, it is first in, first out. */
    private static double hits(EvictionPolicy policy, boolean touches) {
        Random random = new Random(3);
        Map<Long, TestEntry> cache = new HashMap<>();
        int hits = 0;
        for (int i = 0; i < 100_000; i++) {
            long key = (long) (5000 * Math.pow(random.nextDouble(), 4));
            TestEntry found = cache.get(key);
            if (found != null) {
                hits++;
                if (touches) {
                    policy.touch(found);
                }
                continue;
            }
            if (cache.size() == 500) {
                cache.remove(Objects.requireNonNull(policy.victim()).hash());
            }
            TestEntry made = new TestEntry(key, 100);
            cache.put(key, made);
            policy.add(made);
        }
        return hits / 100_000.0;
    }
}
