package org.cachemanager.eviction.tinylfu.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;
import org.cachemanager.api.eviction.Entry;
import org.cachemanager.api.eviction.EvictionPolicy;
import org.cachemanager.eviction.tinylfu.internal.TinyLfuEviction.Shares;
import org.cachemanager.testkit.EvictionPolicyContract;
import org.cachemanager.testkit.TestEntry;
import org.junit.Test;

public class TinyLfuEvictionTest extends EvictionPolicyContract {

    private static final Shares USUAL = new Shares(0.01, 0.9);

    private final SplittableRandom random = new SplittableRandom(11);
    private final TinyLfuEviction policy = new TinyLfuEviction(USUAL);
    private final Map<Long, TestEntry> cache = new HashMap<>();
    private LongUnaryOperator weights = key -> 100;
    private long used;
    private long limit;

    @Override
    protected EvictionPolicy newPolicy() {
        return new TinyLfuEviction(USUAL);
    }

    private void limit(long bytes) {
        limit = bytes;
        policy.limit(bytes);
        makeRoom();
    }

    private void makeRoom() {
        while (used > limit) {
            TestEntry victim = (TestEntry) Objects.requireNonNull(policy.victim());
            used -= victim.weight();
            cache.remove(victim.hash());
        }
    }

    /** Whether it was a hit; what is missing is made. */
    private boolean read(long key) {
        TestEntry found = cache.get(SketchTest.mix(key));
        if (found != null) {
            if (policy.touch(found)) {
                policy.hit(found);
            }
            return true;
        }
        TestEntry made = new TestEntry(SketchTest.mix(key), weights.applyAsLong(key));
        used += made.weight();
        makeRoom();
        cache.put(made.hash(), made);
        policy.add(made);
        return false;
    }

    /** The share of hits. */
    private double read(int times, LongSupplier keys) {
        int hits = 0;
        for (int i = 0; i < times; i++) {
            hits += read(keys.getAsLong()) ? 1 : 0;
        }
        return (double) hits / times;
    }

    /** A few keys often, many seldom. */
    private long skewed() {
        return (long) (20_000 * Math.pow(random.nextDouble(), 4));
    }

    /** Each key comes twice, the second time 200 requests later. */
    private LongSupplier againSoon() {
        long[] at = {0};
        return () -> {
            long i = at[0]++;
            return 1_000_000 + (i % 2 == 0 ? i : Math.max(0, i - 201));
        };
    }

    @Test
    public void scan_doesNotFlushWhatIsPopular() {
        limit(50_000);
        double before = read(100_000, this::skewed);
        long[] scanned = {5_000_000};
        read(20_000, () -> scanned[0]++);
        double after = read(2_000, this::skewed);
        assertThat(after).isGreaterThan(before - 0.05);
    }

    @Test
    public void keysThatComeOnce_amongPopularOnes_costFewHits() {
        limit(50_000);
        long[] fresh = {5_000_000};
        read(50_000, this::skewed);
        double alone = read(50_000, this::skewed);
        int hits = 0;
        for (int i = 0; i < 50_000; i++) {
            hits += read(skewed()) ? 1 : 0;
            read(fresh[0]++);
        }
        assertThat(hits / 50_000.0).isGreaterThan(alone - 0.03);
    }

    @Test
    public void window_widensWhereKeysComeAgainSoon_andNarrowsWhereSomeArePopular() {
        limit(50_000);
        read(50_000, this::skewed);
        assertThat(policy.windowShare()).isLessThan(0.2);
        read(20_000, againSoon());
        assertThat(policy.windowShare()).isGreaterThan(0.3);
        read(100_000, this::skewed);
        assertThat(policy.windowShare()).isLessThan(0.2);
    }

    @Test
    public void keysThatComeAgainSoon_areHit_thoughTheyAreNeverPopular() {
        limit(50_000);
        read(20_000, againSoon());
        LongSupplier soon = againSoon();
        read(20_000, soon);
        assertThat(read(20_000, soon)).isGreaterThan(0.45);
        assertThat(policy.windowShare()).isGreaterThan(0.3);
    }

    @Test
    public void loopThatDoesNotFit_keepsPartOfIt() {
        limit(50_000);
        long[] at = {0};
        LongSupplier loop = () -> at[0]++ % 1000;
        read(20_000, loop);
        assertThat(read(20_000, loop)).isGreaterThan(0.3);
    }

    @Test
    public void scanOfHugeItems_losesFewOfThePopularSmallOnes() {
        weights = key -> key < 20_000 ? 1 + key % 500 : 100_000_000;
        limit(1_000_000_000);
        List<Long> keys = new ArrayList<>();
        for (int i = 0; i < 52_000; i++) {
            keys.add(i > 50_000 && i % 2 == 0 ? 5_000_000L + i : skewed());
        }
        for (int i = 0; i < 2_000; i++) {
            keys.add(skewed());
        }
        int hits = 0;
        for (int i = 0; i < keys.size(); i++) {
            hits += read(keys.get(i)) && i >= 52_000 ? 1 : 0;
        }
        assertThat(used).isLessThanOrEqualTo(limit);
        assertThat(hits).isGreaterThan(leastRecentlyUsedHits(keys, 52_000) + 400);
    }

    /** How many of the last keys, from a place on, the least recently used would have served. */
    private int leastRecentlyUsedHits(List<Long> keys, int from) {
        Map<Long, Long> kept = new LinkedHashMap<>(16, 0.75f, true);
        long bytes = 0;
        int hits = 0;
        for (int i = 0; i < keys.size(); i++) {
            long key = keys.get(i);
            if (kept.get(key) != null) {
                hits += i >= from ? 1 : 0;
                continue;
            }
            bytes += weights.applyAsLong(key);
            for (Iterator<Long> coldest = kept.values().iterator(); bytes > limit; coldest.remove()) {
                bytes -= coldest.next();
            }
            kept.put(key, weights.applyAsLong(key));
        }
        return hits;
    }

    @Test
    public void limit_lowered_keepsWhatIsPopular_andGivesMemoryBack() {
        limit(2_000_000);
        read(400_000, () -> random.nextInt(20_000));
        long full = policy.sketchBytes();
        read(100_000, this::skewed);
        limit(50_000);
        assertThat(policy.sketchBytes()).isLessThan(full).isEqualTo(2L * 16384);
        read(20_000, this::skewed);
        assertThat(read(20_000, this::skewed)).isGreaterThan(0.35);
    }

    @Test
    public void shares_changed_areInForceAtOnce_andNobodyIsLost() {
        limit(50_000);
        read(50_000, this::skewed);
        int entries = cache.size();
        policy.shares(new Shares(0.5, 0.5));
        double wide = read(50_000, this::skewed);
        assertThat(policy.windowShare()).isEqualTo(0.5);
        policy.shares(new Shares(0.01, 0.01));
        read(5_000, this::skewed);
        assertThat(policy.windowShare()).isEqualTo(0.01);
        assertThat(read(50_000, this::skewed)).isGreaterThan(wide);
        assertThat(cache).hasSize(entries);
    }

    @Test
    public void shares_outsideTheirRange_areRefused() {
        assertThatThrownBy(() -> new Shares(0, 0.5)).hasMessageContaining("least_window is 0.0");
        assertThatThrownBy(() -> new Shares(0.5, 0.4)).hasMessageContaining("most_window is 0.4");
        assertThatThrownBy(() -> new Shares(0.5, 1)).hasMessageContaining("most_window is 1.0");
        assertThatThrownBy(() -> new Shares(Double.NaN, 0.5)).hasMessageContaining("least_window");
    }

    @Test
    public void drain_givesTheColdestFirst_andTheMemoryBack() {
        limit(500_000);
        read(200_000, this::skewed);
        List<Entry> drained = new ArrayList<>();
        policy.drain(drained::add);
        assertThat(drained).hasSize(cache.size());
        assertThat(policy.sketchBytes()).isEqualTo(16384);
        assertThat(policy.windowShare()).isEqualTo(0.01);
        int half = drained.size() / 2;
        long popularAmongCold = popular(drained.subList(0, half));
        assertThat(popular(drained.subList(half, drained.size()))).isGreaterThan(3 * popularAmongCold);
    }

    private static long popular(List<Entry> entries) {
        List<Long> hashes = new ArrayList<>();
        for (long key = 0; key < 500; key++) {
            hashes.add(SketchTest.mix(key));
        }
        return entries.stream().filter(entry -> hashes.contains(entry.hash())).count();
    }
}
