package org.cachemanager.eviction.tinylfu.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.Test;

public class SketchTest {

    private final Sketch sketch = new Sketch();

    static long mix(long key) {
        long h = (key + 1) * 0x9E3779B97F4A7C15L;
        h = (h ^ (h >>> 30)) * 0xBF58476D1CE4E5B9L;
        h = (h ^ (h >>> 27)) * 0x94D049BB133111EBL;
        return h ^ (h >>> 31);
    }

    private void count(long key, int times) {
        for (int i = 0; i < times; i++) {
            sketch.count(mix(key));
        }
    }

    private void fit(long entries) {
        for (int i = 0; i < 500; i++) {
            sketch.fit(entries);
        }
    }

    private double mean(long from, long to) {
        double sum = 0;
        for (long key = from; key < to; key++) {
            sum += sketch.frequency(mix(key));
        }
        return sum / (to - from);
    }

    @Test
    public void frequency_isTheNumberOfRequests_upToFifteen() {
        fit(1000);
        count(1, 3);
        count(2, 40);
        assertThat(sketch.frequency(mix(1))).isEqualTo(3);
        assertThat(sketch.frequency(mix(2))).isEqualTo(15);
        assertThat(sketch.frequency(mix(3))).isZero();
    }

    @Test
    public void tenRequestsAnEntry_halveAllCounts() {
        fit(100);
        count(1, 8);
        for (int i = 0; i < 995; i++) {
            count(1000 + i, 1);
        }
        assertThat(sketch.frequency(mix(1))).isEqualTo(4);
    }

    @Test
    public void fit_moreEntries_keepsWhatWasCounted() {
        fit(2000);
        for (long key = 0; key < 1000; key++) {
            count(key, 4);
        }
        fit(100_000);
        assertThat(sketch.memoryBytes()).isBetween(800_000L, 820_000L);
        assertThat(mean(0, 1000)).isBetween(4.0, 4.3);
        count(7_000_000, 1);
        assertThat(sketch.frequency(mix(7_000_000))).isBetween(1, 5);
    }

    @Test
    public void fit_fewerEntries_givesMemoryBack_andKeepsWhoIsMoreFrequent() {
        fit(100_000);
        for (long key = 0; key < 500; key++) {
            count(key, 12);
        }
        fit(1000);
        assertThat(sketch.memoryBytes()).isEqualTo(2L * Sketch.SEGMENT_LONGS * Long.BYTES);
        fit(0);
        assertThat(sketch.memoryBytes()).isLessThanOrEqualTo(2L * Sketch.SEGMENT_LONGS * Long.BYTES);
        fit(100_000);
        fit(100);
        sketch.forget();
        assertThat(sketch.memoryBytes()).isEqualTo((long) Sketch.SEGMENT_LONGS * Long.BYTES);
        assertThat(mean(0, 500)).isZero();
    }

    @Test
    public void fit_anyNumber_isBounded() {
        for (int i = 0; i < 5000; i++) {
            sketch.fit(Long.MAX_VALUE / 100);
        }
        assertThat(sketch.memoryBytes()).isEqualTo(64L << 20);
    }

    @Test
    public void frequency_ofStrangers_isHardlyEverAboveZero() {
        fit(10_000);
        for (long key = 0; key < 10_000; key++) {
            count(key, 1);
        }
        assertThat(mean(0, 10_000)).isBetween(1.0, 1.1);
        assertThat(mean(1_000_000, 1_010_000)).isLessThan(0.1);
    }

    @Test
    public void anyHash_staysInsideTheTable() {
        fit(5000);
        for (long hash : new long[] {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 32, (1L << 32) - 1}) {
            sketch.count(hash);
            assertThat(sketch.frequency(hash)).as(Long.toHexString(hash)).isPositive();
        }
    }
}
