package org.cachemanager.eviction.s3fifo.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.cachemanager.api.eviction.Entry;
import org.cachemanager.testkit.TestEntry;
import org.junit.Test;

public class QueuesTest {

    private final Queues queues = new Queues(Mode.s3Fifo(0.1));
    private long keys;

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
        queues.add(entry);
        return entry;
    }

    private static void readTwice(Entry entry) {
        entry.mark(2);
    }

    /** Fills the main queue, with new entries that were read twice. */
    private List<TestEntry> popular() {
        queues.limit(10_000);
        List<TestEntry> all = new ArrayList<>();
        for (int i = 0; i < 90; i++) {
            all.add(add());
            readTwice(all.get(i));
        }
        return all;
    }

    private void fillUp() {
        for (int i = 0; i < 10; i++) {
            add();
        }
    }

    @Test
    public void entryNeverRead_goesFirstInFirstOut() {
        popular();
        TestEntry first = add();
        TestEntry second = add();
        fillUp();

        assertThat(queues.victim()).isSameAs(first);
        assertThat(queues.victim()).isSameAs(second);
    }

    @Test
    public void entryReadTwice_movesToTheMainQueue_andAScanDoesNotFlushIt() {
        TestEntry popular = add();
        readTwice(popular);
        for (int i = 0; i < 100; i++) {
            add();
        }
        for (int i = 0; i < 10_000; i++) {
            add();
            assertThat(queues.victim()).isNotSameAs(popular);
        }
    }

    @Test
    public void entryReadOnce_isNotKept() {
        popular();
        TestEntry once = add();
        once.mark(1);
        fillUp();

        assertThat(queues.victim()).isSameAs(once);
    }

    @Test
    public void keyThatComesBackWhileRemembered_goesToTheMainQueue() {
        for (int i = 0; i < 50; i++) {
            TestEntry warm = add();
            readTwice(warm);
        }
        addKey(9999);
        Entry evicted = null;
        while (evicted == null || evicted.hash() != mix(9999)) {
            evicted = queues.victim();
            assertThat(evicted).isNotNull();
        }
        TestEntry back = addKey(9999);
        TestEntry cold = add();
        for (int i = 0; i < 20; i++) {
            add();
        }

        assertThat(queues.victim()).isSameAs(cold);
        assertThat(back.isClear()).isFalse();
    }

    @Test
    public void victim_itemLargerThanTheSmallQueue_leavesTheMainQueueAlone() {
        popular();
        fillUp();
        TestEntry large = new TestEntry(mix(1_000_000), 5_000);
        queues.add(large);
        List<Entry> gone = new ArrayList<>();
        for (long bytes = 0; bytes < 5_000; ) {
            Entry victim = Objects.requireNonNull(queues.victim());
            bytes += victim.weight();
            gone.add(victim);
        }
        assertThat(gone).hasSize(11).last().isSameAs(large);
    }

    @Test
    public void ghost_ofManyEvictions_takesBoundedMemory() {
        queues.limit(16_000_000);
        for (int i = 0; i < 160_000; i++) {
            add();
        }
        for (int i = 0; i < 800_000; i++) {
            add();
            queues.victim();
        }
        assertThat(queues.ghostBytes()).isBetween(300_000L, 16_000_000L / 32);
        queues.forget();
        assertThat(queues.ghostBytes()).isLessThan(20_000);
    }

    @Test
    public void ghost_ofLightItems_isAllowedSomeMemory() {
        queues.limit(20_000);
        for (int i = 0; i < 100_000; i++) {
            queues.add(new TestEntry(mix(i), 1));
            if (i >= 20_000) {
                queues.victim();
            }
        }
        assertThat(queues.ghostBytes()).isBetween(18_000L * 8, 256L << 10);
    }

    @Test
    public void victim_nothingWasRead_keepsTheFirstInTheMainQueue() {
        queues.limit(10_000);
        List<TestEntry> first = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            first.add(add());
        }
        for (int i = 0; i < 1000; i++) {
            assertThat(queues.victim()).isNotIn(first.subList(0, 90));
            add();
        }
    }

    @Test
    public void victim_mainQueueLostSome_isNotFilledAgain() {
        queues.limit(10_000);
        List<TestEntry> first = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            first.add(add());
        }
        queues.victim();
        first.subList(0, 50).forEach(queues::remove);
        List<TestEntry> later = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            later.add(add());
        }
        for (TestEntry next : later.subList(0, 40)) {
            Entry victim = queues.victim();
            while (first.contains(victim)) {
                victim = queues.victim();
            }
            assertThat(victim).isSameAs(next);
        }
    }

    @Test
    public void mode_fifo_sparesNobody() {
        List<TestEntry> popular = popular();
        queues.victim();
        queues.mode(Mode.FIFO);
        List<Entry> gone = new ArrayList<>();
        for (Entry victim = queues.victim(); victim != null; victim = queues.victim()) {
            gone.add(victim);
        }
        assertThat(gone).hasSize(89);
        assertThat(gone).isSubsetOf(popular);
        for (int i = 0; i < 10; i++) {
            readTwice(addKey(i));
        }
        for (int i = 0; i < 10; i++) {
            assertThat(Objects.requireNonNull(queues.victim()).hash()).isEqualTo(mix(i));
        }
    }

    @Test
    public void mode_clock_letsWhatWasReadGoRoundOnce() {
        queues.mode(Mode.CLOCK);
        TestEntry often = add();
        often.mark(3);
        TestEntry second = add();
        TestEntry third = add();

        assertThat(queues.victim()).isSameAs(second);
        assertThat(queues.victim()).isSameAs(third);
        assertThat(queues.victim()).isSameAs(often);
    }

    @Test
    public void mode_fromClockToS3Fifo_newOnesProveThemselves() {
        queues.mode(Mode.CLOCK);
        List<TestEntry> first = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            first.add(add());
        }
        queues.mode(Mode.s3Fifo(0.1));
        for (int i = 0; i < 500; i++) {
            add();
            Entry victim = queues.victim();
            assertThat(first.contains(victim))
                    .as("victim %d is of the main queue", i)
                    .isEqualTo(i < 10);
        }
    }
}
