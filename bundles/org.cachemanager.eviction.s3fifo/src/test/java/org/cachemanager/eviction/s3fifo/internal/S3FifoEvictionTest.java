package org.cachemanager.eviction.s3fifo.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.cachemanager.api.eviction.EvictionPolicy;
import org.cachemanager.testkit.EvictionPolicyContract;
import org.cachemanager.testkit.TestEntry;
import org.junit.Test;

public class S3FifoEvictionTest extends EvictionPolicyContract {

    private final S3FifoEviction policy = new S3FifoEviction(0.1);
    private long keys;

    @Override
    protected EvictionPolicy newPolicy() {
        return new S3FifoEviction(0.1);
    }

    private static long mix(long key) {
        long h = key * 0x9E3779B97F4A7C15L;
        h = (h ^ (h >>> 32)) * 0xD6E8FEB86659FD93L;
        return h ^ (h >>> 29);
    }

    private TestEntry add() {
        TestEntry entry = new TestEntry(mix(keys++), 100, 1);
        policy.add(entry);
        return entry;
    }

    @Test
    public void touch_ofTheSample_tellsSixteenReads_thenSixteenAtOnce() {
        TestEntry entry = add();
        StringBuilder told = new StringBuilder();
        for (int i = 0; i < 65; i++) {
            told.append(policy.touch(entry) ? '!' : '.');
        }
        String silent = ".".repeat(15);
        assertThat(told).hasToString("!".repeat(16) + "." + silent + "!" + silent + "!" + silent + "!");
    }

    @Test
    public void touch_notOfTheSample_countsToThreeAndWritesNoMore() {
        for (int i = 0; i < 50_000; i++) {
            add();
        }
        TestEntry entry = new TestEntry(-1L, 100);
        for (int i = 0; i < 10; i++) {
            assertThat(policy.touch(entry)).as("asks for the lock").isFalse();
        }
        assertThat(entry.mark()).isEqualTo(3);
    }

    @Test
    public void smallQueue_outsideItsRange_isRefused() {
        assertThatThrownBy(() -> new S3FifoEviction(0)).hasMessageContaining("small_queue");
        assertThatThrownBy(() -> new S3FifoEviction(Double.NaN)).hasMessageContaining("small_queue");
    }

    @Test
    public void victim_allReadOften_comesAfterABoundedSearch() {
        List<TestEntry> entries = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            TestEntry entry = add();
            entries.add(entry);
            for (int j = 0; j < 3; j++) {
                policy.touch(entry);
            }
        }
        long before = entries.stream().mapToLong(TestEntry::uses).sum();
        assertThat(policy.victim()).isNotNull();
        long uses = entries.stream().mapToLong(TestEntry::uses).sum() - before;
        assertThat(uses).isLessThan(20_000);
    }

    @Test
    public void touch_manyEntries_asksForTheLockForASampleOnly() {
        for (int i = 0; i < 50_000; i++) {
            add();
        }
        int asked = 0;
        for (int i = 0; i < 50_000; i++) {
            asked += policy.touch(new TestEntry(mix(i), 100)) ? 1 : 0;
        }
        assertThat(asked).isBetween(200, 2_000);
    }

    /** Each key is read three times, too far apart for a small queue of a tenth, and never again. */
    @Test
    public void hitRatio_whatIsReadAgainSoon_isNearlyFirstInFirstOuts() {
        long[] keys = new long[300_000];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = i / 3 - (i % 3) * 250L;
        }
        Run fifo = new Run(new FirstInFirstOut(), 1000).serve(keys);
        Run fixed = new Run(new Fixed(), 1000).serve(keys);
        Run adaptive = new Run(policy, 1000).serve(keys);
        assertThat(fixed.ratio()).as("with a small queue of a tenth").isLessThan(fifo.ratio() - 0.1);
        assertThat(adaptive.ratio()).isGreaterThan(fifo.ratio() - 0.03);
    }

    @Test
    public void hitRatio_scansAmongPopularKeys_isFarAboveFirstInFirstOuts() {
        Random random = new Random(42);
        long[] keys = new long[300_000];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = i % 2 == 0 ? 1_000_000 + i : (long) Math.abs(random.nextGaussian() * 500);
        }
        Run fifo = new Run(new FirstInFirstOut(), 1000).serve(keys);
        Run fixed = new Run(new Fixed(), 1000).serve(keys);
        Run adaptive = new Run(policy, 1000).serve(keys);
        assertThat(adaptive.ratio()).isGreaterThan(fifo.ratio() + 0.05).isGreaterThan(fixed.ratio() - 0.005);
    }

    /** A cache of entries of one weight, as the core runs it. */
    private static final class Run {
        private final EvictionPolicy policy;
        private final int size;
        private final Map<Long, TestEntry> cache = new HashMap<>();
        private final Map<Long, Long> keyOf = new HashMap<>();
        private double reads;
        private double hits;

        Run(EvictionPolicy policy, int size) {
            this.policy = policy;
            this.size = size;
            policy.limit(size * 100L);
        }

        Run serve(long[] keys) {
            for (long key : keys) {
                reads++;
                TestEntry found = cache.get(key);
                if (found == null) {
                    make(key);
                } else {
                    hits++;
                    if (policy.touch(found)) {
                        policy.hit(found);
                    }
                }
            }
            return this;
        }

        private void make(long key) {
            if (cache.size() == size) {
                cache.remove(
                        keyOf.remove(Objects.requireNonNull(policy.victim()).hash()));
            }
            TestEntry fresh = new TestEntry(mix(key), 100);
            cache.put(key, fresh);
            keyOf.put(fresh.hash(), key);
            policy.add(fresh);
        }

        double ratio() {
            return hits / reads;
        }
    }
}
