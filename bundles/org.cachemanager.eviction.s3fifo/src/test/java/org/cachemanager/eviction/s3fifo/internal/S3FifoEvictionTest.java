package org.cachemanager.eviction.s3fifo.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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
    public void victim_itemLargerThanTheSmallQueue_leavesTheMainQueueAlone() {
        policy.limit(10_000);
        for (int i = 0; i < 80; i++) {
            TestEntry popular = add();
            policy.touch(popular);
            policy.touch(popular);
        }
        for (int i = 0; i < 15; i++) {
            add();
        }
        TestEntry large = new TestEntry(mix(1_000_000), 5_000);
        policy.add(large);
        List<Entry> gone = new ArrayList<>();
        for (long bytes = 0; bytes < 5_000; ) {
            Entry victim = Objects.requireNonNull(policy.victim());
            bytes += victim.weight();
            gone.add(victim);
        }
        assertThat(gone).hasSize(16).last().isSameAs(large);
    }

    @Test
    public void ghost_ofManyEvictions_takesBoundedMemory() {
        policy.limit(4_000_000);
        for (int i = 0; i < 40_000; i++) {
            add();
        }
        for (int i = 0; i < 400_000; i++) {
            add();
            policy.victim();
        }
        assertThat(policy.ghostBytes()).isBetween(100_000L, 4_000_000L / 32);
        drain();
        assertThat(policy.ghostBytes()).isLessThan(20_000);
    }

    private void drain() {
        policy.drain(entry -> assertThat(entry.word()).isZero());
    }
}
