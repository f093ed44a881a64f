package org.cachemanager.eviction.s3fifo.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.Test;

public class GhostTest {

    private final Ghost ghost = new Ghost();

    private static long mix(long key) {
        long h = (key + 1) * 0x9E3779B97F4A7C15L;
        h = (h ^ (h >>> 30)) * 0xBF58476D1CE4E5B9L;
        h = (h ^ (h >>> 27)) * 0x94D049BB133111EBL;
        return h ^ (h >>> 31);
    }

    private int known(long from, long to) {
        int known = 0;
        for (long key = from; key < to; key++) {
            known += ghost.take(mix(key)) ? 1 : 0;
        }
        return known;
    }

    @Test
    public void take_evictedWithinTheWindow_isTrueOnce() {
        ghost.bound(1_000, 1 << 20);
        ghost.add(mix(1), 400);
        ghost.add(mix(2), 400);
        assertThat(ghost.take(mix(3))).isFalse();
        assertThat(ghost.take(mix(1))).isTrue();
        assertThat(ghost.take(mix(1))).isFalse();
        ghost.add(mix(4), 2_000);
        assertThat(ghost.take(mix(2))).as("older than the window").isFalse();
        assertThat(ghost.take(mix(4))).isTrue();
    }

    @Test
    public void add_manyEvictions_growsWithoutForgetting() {
        ghost.bound(50_000_000, 8 << 20);
        for (long key = 0; key < 300_000; key++) {
            ghost.add(mix(key), 1000);
        }
        assertThat(known(0, 240_000)).as("outside the window").isZero();
        assertThat(known(251_000, 300_000)).isGreaterThan(44_000);
        assertThat(ghost.memoryBytes()).isBetween(50_000L * 8, 4_000_000L);
    }

    @Test
    public void add_itemsBecomeLarge_givesItsMemoryBack() {
        ghost.bound(50_000_000, 8 << 20);
        for (long key = 0; key < 300_000; key++) {
            ghost.add(mix(key), 1000);
        }
        long full = ghost.memoryBytes();
        for (long key = 300_000; key < 300_020; key++) {
            ghost.add(mix(key), 10_000_000);
        }
        assertThat(ghost.memoryBytes()).isLessThan(full / 16);
        ghost.add(mix(400_000), 10_000_000);
        assertThat(ghost.take(mix(400_000))).isTrue();
    }

    @Test
    public void add_littleMemoryAllowed_keepsToIt() {
        ghost.bound(50_000_000, 100_000);
        for (long key = 0; key < 300_000; key++) {
            ghost.add(mix(key), 1000);
        }
        assertThat(ghost.memoryBytes()).isLessThanOrEqualTo(100_000);
        assertThat(known(299_000, 300_000)).as("the latest are kept").isGreaterThan(950);
    }

    @Test
    public void bound_muchLessThanBefore_givesMemoryBack() {
        ghost.bound(50_000_000, 8 << 20);
        for (long key = 0; key < 300_000; key++) {
            ghost.add(mix(key), 1000);
        }
        ghost.bound(100_000, 1);
        for (long key = 0; key < Ghost.SEGMENT_SLOTS; key++) {
            ghost.add(mix(key), 1000);
        }
        assertThat(ghost.memoryBytes()).isEqualTo(Ghost.SEGMENT_SLOTS * 8L);
    }

    @Test
    public void take_strangers_isHardlyEverTrue() {
        ghost.bound(50_000_000, 8 << 20);
        for (long key = 0; key < 100_000; key++) {
            ghost.add(mix(key), 1000);
        }
        assertThat(known(1_000_000, 2_000_000)).isLessThan(20);
    }

    @Test
    public void take_hashesOfFewBits_staysInsideTheTable() {
        ghost.bound(50_000_000, 8 << 20);
        for (long hash : new long[] {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 32, (1L << 32) - 1}) {
            ghost.add(hash, 10);
            assertThat(ghost.take(hash)).as(Long.toHexString(hash)).isTrue();
        }
    }
}
