package org.cachemanager.eviction.s3fifo.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.cachemanager.api.eviction.Entry;
import org.cachemanager.testkit.TestEntry;
import org.junit.Test;

/**
 * What the policy decides on fixed traces, recorded: it is deterministic, and an unintended change of any of its parts
 * shows here. After an intended one that the benchmarks approve of, record the new figures.
 */
public class TraceTest {

    private final S3FifoEviction policy = new S3FifoEviction(0.1);
    private final Map<Long, TestEntry> cache = new HashMap<>();
    private final SplittableRandom random = new SplittableRandom(7);
    private long limit;
    private long used;
    private long hits;
    private long decisions;

    private static long mix(long key) {
        long h = key * 0x9E3779B97F4A7C15L;
        h = (h ^ (h >>> 32)) * 0xD6E8FEB86659FD93L;
        return h ^ (h >>> 29);
    }

    private void limit(long bytes) {
        limit = bytes;
        policy.limit(bytes);
    }

    private void read(long key) {
        TestEntry there = cache.get(mix(key));
        if (there != null) {
            hits++;
            if (policy.touch(there)) {
                policy.hit(there);
            }
            return;
        }
        TestEntry made = new TestEntry(mix(key), 40 + (mix(key) >>> 56), 1);
        used += made.weight();
        while (used > limit) {
            leave((TestEntry) Objects.requireNonNull(policy.victim()));
        }
        cache.put(made.hash(), made);
        policy.add(made);
    }

    private void leave(TestEntry entry) {
        decisions = 31 * decisions + entry.hash();
        used -= entry.weight();
        cache.remove(entry.hash());
    }

    private void delete(long key) {
        TestEntry entry = cache.get(mix(key));
        if (entry != null) {
            policy.remove(entry);
            leave(entry);
        }
    }

    /** A few keys often, many seldom. */
    private long skewed(int keys) {
        return (long) (keys * Math.pow(random.nextDouble(), 4));
    }

    @Test
    public void popularKeys_andScans() {
        limit(100_000);
        for (int i = 0; i < 200_000; i++) {
            read(i % 5000 < 1500 ? 1_000_000 + i : skewed(20_000));
            if (i % 50 == 0) {
                delete(skewed(20_000));
            }
        }
        assertThat(hits).isEqualTo(50565L);
        assertThat(decisions).isEqualTo(-1899956280555371933L);
    }

    @Test
    public void keysThatAreReadAgainSoon_thenPopularOnes_inChangingRoom() {
        limit(200_000);
        for (int i = 0; i < 400_000; i++) {
            boolean soon = i % 200_000 < 120_000;
            read(soon ? i / 2 + random.nextInt(2) * -700 : 2_000_000 + skewed(30_000));
            if (i % 90_000 == 89_999) {
                limit(limit == 200_000 ? 400_000 : 200_000);
            }
        }
        assertThat(hits).isEqualTo(179232L);
        assertThat(decisions).isEqualTo(-5326458837219585451L);
    }

    @Test
    public void muchRoom_thenLittle_asAFreshOneAfterItWasDrained() {
        limit(20_000_000);
        for (int i = 0; i < 400_000; i++) {
            read(skewed(400_000));
        }
        limit(300_000);
        for (int i = 0; i < 200_000; i++) {
            read(i % 3 == 0 ? skewed(400_000) : 3_000_000 + i / 4);
        }
        long before = decisions;
        policy.drain(entry -> leave((TestEntry) entry));
        assertThat(cache).isEmpty();
        for (int i = 0; i < 50_000; i++) {
            read(skewed(40_000));
        }
        assertThat(hits).isEqualTo(333785L);
        assertThat(before).isEqualTo(-513177638068628786L);
        assertThat(decisions).isEqualTo(-7265916037122583132L);
        assertThat(policy.ghostBytes()).isEqualTo(32768L);
    }

    @Test
    public void trial_servesReads_andForgetsWhatIsDeleted() {
        Trial trial = new Trial(Mode.s3Fifo(0.1));
        long digest = 0;
        for (int i = 0; i < 50_000; i++) {
            Entry entry = new TestEntry(mix(skewed(3000)), 10 + i % 90, 1);
            trial.read(entry, 1 + i % 3, i < 25_000 ? 20_000 : 5_000);
            if (i % 17 == 0) {
                trial.remove(entry);
            }
            if (i % 9000 == 8999) {
                trial.keepSampled(i > 20_000 ? 1 : 0);
                trial.fade(0.5);
                trial.mode(i > 30_000 ? Mode.FIFO : Mode.s3Fifo(0.3));
            }
            digest = 31 * digest + trial.size() + (long) trial.hits();
        }
        assertThat(digest).isEqualTo(3189102828698366960L);
        trial.forget();
        assertThat(trial.size()).isZero();
        assertThat(trial.hits()).isZero();
    }
}
