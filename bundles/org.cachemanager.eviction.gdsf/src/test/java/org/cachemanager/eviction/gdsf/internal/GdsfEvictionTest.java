package org.cachemanager.eviction.gdsf.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.cachemanager.api.eviction.Entry;
import org.cachemanager.api.eviction.EntryQueue;
import org.cachemanager.api.eviction.EvictionPolicy;
import org.cachemanager.testkit.EvictionPolicyContract;
import org.cachemanager.testkit.TestEntry;
import org.junit.Test;

public class GdsfEvictionTest extends EvictionPolicyContract {

    private final GdsfEviction policy = new GdsfEviction(1);

    @Override
    protected EvictionPolicy newPolicy() {
        return new GdsfEviction(1);
    }

    private TestEntry add(long weight) {
        TestEntry entry = new TestEntry(weight, weight);
        policy.add(entry);
        return entry;
    }

    private void read(Entry entry, int times) {
        for (int i = 0; i < times; i++) {
            policy.hit(entry);
        }
    }

    @Test
    public void victim_ofAllSizes_isTheLargestFirst() {
        TestEntry small = add(100);
        TestEntry largest = add(100_000_000);
        TestEntry tiny = add(1);
        TestEntry large = add(1_000_000);

        assertThat(policy.victim()).isSameAs(largest);
        assertThat(policy.victim()).isSameAs(large);
        assertThat(policy.victim()).isSameAs(small);
        assertThat(policy.victim()).isSameAs(tiny);
    }

    @Test
    public void victim_ofOneSize_isTheOneReadLeast_thenTheOneReadLongestAgo() {
        TestEntry a = add(100);
        TestEntry b = add(100);
        TestEntry c = add(100);
        read(a, 3);
        read(b, 1);
        read(c, 1);

        assertThat(policy.victim()).isSameAs(b);
        assertThat(policy.victim()).isSameAs(c);
        assertThat(policy.victim()).isSameAs(a);
    }

    @Test
    public void largeItem_readAsOftenAsItIsLarger_isWorthTheSame() {
        TestEntry large = add(3200);
        TestEntry small = add(100);
        read(large, 31);
        assertThat(policy.victim())
                .as("the one of the two that was read longest ago")
                .isSameAs(small);
    }

    @Test
    public void popularOnce_agesAway() {
        TestEntry once = add(100);
        read(once, 100);
        for (int i = 0; i < 10; i++) {
            add(100);
        }
        int rounds = 0;
        for (Entry victim = null; victim != once; rounds++) {
            add(100);
            victim = policy.victim();
            assertThat(rounds).isLessThan(800);
        }
        assertThat(rounds).as("63 reads, 10 others at a time").isGreaterThan(550);
    }

    @Test
    public void clock_goesRoundManyTimes_andTheOrderStays() {
        for (int i = 0; i < 100_000; i++) {
            TestEntry tiny = add(1);
            read(tiny, 62);
            assertThat(policy.victim()).isSameAs(tiny);
            if (i % 1000 == 0) {
                policy.add(new TestEntry(7, 50));
                TestEntry large = add(5_000_000);
                TestEntry small = add(50);
                read(small, 1);
                assertThat(policy.victim()).isSameAs(large);
                assertThat(Objects.requireNonNull(policy.victim()).hash()).isEqualTo(7);
                assertThat(policy.victim()).isSameAs(small);
            }
        }
    }

    @Test
    public void entryThatStays_whileTheClockGoesOn_goesWhenItsTimeHasCome() {
        TestEntry tiny = add(1);
        TestEntry again = new TestEntry(1, 100_000_000);
        read(tiny, 62);
        policy.replace(tiny, again);
        read(again, 100);
        boolean gone = false;
        for (int i = 0; i < 100 && !gone; i++) {
            add(1_000_000);
            gone = policy.victim() == again;
        }
        assertThat(gone).isTrue();
    }

    @Test
    public void replace_otherWeight_isJudgedByIt_butIsNoHit() {
        TestEntry first = add(1000);
        TestEntry second = add(1000);
        TestEntry third = add(1000);
        TestEntry grown = new TestEntry(2, 2000);
        policy.replace(second, grown);
        assertThat(second.isClear()).isTrue();
        assertThat(policy.victim()).isSameAs(grown);
        TestEntry shrunk = new TestEntry(1, 10);
        policy.replace(first, shrunk);
        assertThat(policy.victim()).isSameAs(third);
    }

    @Test
    public void sizePower_changed_isInForceForWhatIsReadOrSetFromThenOn() {
        TestEntry large = add(1_000_000);
        TestEntry small = add(100);
        policy.sizePower(0);
        read(large, 1);
        read(small, 1);
        assertThat(policy.victim()).as("sizes do not count; it was read first").isSameAs(large);
        assertThat(policy.victim()).isSameAs(small);
        policy.sizePower(1);
        TestEntry tiny = add(10);
        TestEntry huge = add(1_000_000);
        assertThat(policy.victim()).isSameAs(huge);
        assertThat(policy.victim()).isSameAs(tiny);
    }

    @Test
    public void sizePower_outsideItsRange_isRefused_andNothingChanges() {
        assertThatThrownBy(() -> new GdsfEviction(-0.1)).hasMessageContaining("size_power is -0.1");
        assertThatThrownBy(() -> policy.sizePower(Double.NaN)).hasMessageContaining("size_power");
        TestEntry small = add(10);
        TestEntry large = add(1000);
        assertThat(policy.victim()).isSameAs(large);
        assertThat(policy.victim()).isSameAs(small);
    }

    @Test
    public void drain_givesTheColdestFirst() {
        TestEntry popular = add(1000);
        TestEntry small = add(10);
        TestEntry large = add(100_000);
        read(popular, 3);
        List<Entry> drained = new ArrayList<>();
        policy.drain(drained::add);
        assertThat(drained).containsExactly(large, popular, small);
    }

    @Test
    public void mixOfSizes_hasManyMoreHitsInRequestsThanTheLeastRecentlyUsed() {
        Served gdsf = serve(policy);
        Served lru = serve(new LeastRecentlyUsed());
        assertThat(gdsf.hits).as("%s, least recently used %s", gdsf, lru).isGreaterThan(lru.hits + 0.1);
        Served bytes = serve(new GdsfEviction(0));
        assertThat(bytes.bytes).as("%s, by size %s", bytes, gdsf).isGreaterThan(gdsf.bytes + 0.02);
    }

    /** The share of requests and of bytes that were hits. */
    private record Served(double hits, double bytes) {}

    /** Keys of skewed popularity, of 100 B to 10 MB whatever it is; a fiftieth of them fits. */
    private static Served serve(EvictionPolicy policy) {
        SplittableRandom random = new SplittableRandom(5);
        long limit = 200_000_000;
        policy.limit(limit);
        Map<Long, TestEntry> cache = new HashMap<>();
        long used = 0;
        long hits = 0;
        long asked = 0;
        long served = 0;
        for (int i = 0; i < 200_000; i++) {
            long key = (long) (20_000 * Math.pow(random.nextDouble(), 3));
            long weight = (long) (100 * Math.pow(10, new SplittableRandom(key).nextDouble() * 5));
            TestEntry found = cache.get(key);
            asked += weight;
            if (found != null) {
                hits++;
                served += weight;
                policy.hit(found);
                continue;
            }
            for (used += weight; used > limit; ) {
                Entry victim = Objects.requireNonNull(policy.victim());
                used -= victim.weight();
                cache.remove(victim.hash());
            }
            cache.put(key, new TestEntry(key, weight));
            policy.add(cache.get(key));
        }
        return new Served(hits / 200_000.0, (double) served / asked);
    }

    /** The yardstick. */
    private static final class LeastRecentlyUsed implements EvictionPolicy {
        private final EntryQueue queue = new EntryQueue();

        @Override
        public void limit(long maxBytes) {
            // The test keeps it.
        }

        @Override
        public boolean touch(Entry entry) {
            return true;
        }

        @Override
        public void hit(Entry entry) {
            queue.moveToWarmest(entry);
        }

        @Override
        public void add(Entry entry) {
            queue.addWarmest(entry);
        }

        @Override
        public void replace(Entry old, Entry fresh) {
            queue.replace(old, fresh);
        }

        @Override
        public void remove(Entry entry) {
            queue.remove(entry);
        }

        @Override
        public Entry victim() {
            return Objects.requireNonNull(queue.pollColdest());
        }

        @Override
        public void drain(Consumer<Entry> next) {
            throw new UnsupportedOperationException();
        }
    }
}
