package org.cachemanager.eviction.s3fifo.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.cachemanager.api.eviction.Entry;
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
        return addKey(keys++);
    }

    private TestEntry addKey(long key) {
        TestEntry entry = new TestEntry(mix(key), 100, 1);
        policy.add(entry);
        return entry;
    }

    @Test
    public void entryNeverRead_goesFirstInFirstOut() {
        TestEntry first = add();
        TestEntry second = add();

        assertThat(policy.victim()).isSameAs(first);
        assertThat(policy.victim()).isSameAs(second);
    }

    @Test
    public void entryReadTwice_movesToTheMainQueue_andAScanDoesNotFlushIt() {
        TestEntry popular = add();
        policy.touch(popular);
        policy.touch(popular);
        for (int i = 0; i < 100; i++) {
            add();
        }
        for (int i = 0; i < 10_000; i++) {
            add();
            assertThat(policy.victim()).isNotSameAs(popular);
        }
    }

    @Test
    public void entryReadOnce_isNotKept() {
        TestEntry once = add();
        policy.touch(once);
        add();

        assertThat(policy.victim()).isSameAs(once);
    }

    @Test
    public void keyThatComesBackWhileRemembered_goesToTheMainQueue() {
        for (int i = 0; i < 50; i++) {
            TestEntry warm = add();
            policy.touch(warm);
            policy.touch(warm);
        }
        addKey(9999);
        Entry evicted = null;
        while (evicted == null || evicted.hash() != mix(9999)) {
            evicted = policy.victim();
            assertThat(evicted).isNotNull();
        }
        TestEntry back = addKey(9999);
        TestEntry cold = add();
        for (int i = 0; i < 20; i++) {
            add();
        }

        assertThat(policy.victim()).isSameAs(cold);
        assertThat(back.isClear()).isFalse();
    }

    @Test
    public void touch_countsToThreeAndWritesNoMore() {
        TestEntry entry = add();
        for (int i = 0; i < 10; i++) {
            assertThat(policy.touch(entry)).isFalse();
        }
        assertThat(entry.mark()).isEqualTo(3);
    }

    @Test
    public void smallQueue_outsideItsRange_isRefused() {
        assertThatThrownBy(() -> new S3FifoEviction(0)).hasMessageContaining("small_queue");
        assertThatThrownBy(() -> new S3FifoEviction(Double.NaN)).hasMessageContaining("small_queue");
    }

    @Test
    public void ghost_remembersForSoManyBytes_andGrowsWithoutForgetting() {
        Ghost ghost = new Ghost();
        for (long key = 0; key < 10_000; key++) {
            ghost.fit((int) key * 4);
            ghost.add(mix(key), 1000);
        }
        int known = 0;
        for (long key = 9_000; key < 10_000; key++) {
            known += ghost.take(mix(key), 1_010_000) ? 1 : 0;
        }
        assertThat(known).isGreaterThan(950);
        assertThat(ghost.take(mix(8_000), 1_000_000)).isFalse();
        assertThat(ghost.take(mix(9_500), Long.MAX_VALUE))
                .as("forgotten when taken")
                .isFalse();
        int strangers = 0;
        for (long key = 1_000_000; key < 1_100_000; key++) {
            strangers += ghost.take(mix(key), Long.MAX_VALUE) ? 1 : 0;
        }
        assertThat(strangers).isLessThan(20);
    }
}
