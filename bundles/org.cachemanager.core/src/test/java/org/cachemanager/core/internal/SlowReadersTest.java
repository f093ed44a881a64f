package org.cachemanager.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.cachemanager.api.Reservation;
import org.cachemanager.core.internal.TestNode.Outcome;
import org.junit.Test;

/** What is held for long, by slow readers and by connections, leaves room for the others. */
public class SlowReadersTest {

    private static final int LIMIT = 10 << 20;
    private static final int LARGE = 1 << 20;

    private final TestNode node = new TestNode(LIMIT);

    private Outcome read(String key) {
        Outcome reader = new Outcome();
        reader.keep = true;
        node.core.cache().get(TestNode.key(key), Duration.ZERO, reader);
        return reader;
    }

    private List<Outcome> readSlowly(int items) {
        List<Outcome> readers = new ArrayList<>();
        for (int i = 0; i < items; i++) {
            readers.add(read("large" + i));
        }
        return readers;
    }

    private void fill() {
        for (int i = 0; i < 9; i++) {
            assertThat(node.set("large" + i, "v".repeat(LARGE), 600)).isEqualTo("" + LARGE);
        }
    }

    @Test
    public void largeItems_readAtOnce_getHalfOfTheLimit() {
        fill();
        List<Outcome> readers = readSlowly(9);

        assertThat(readers.stream().filter(reader -> reader.events.contains("failed NO_ROOM")))
                .hasSize(5);
        assertThat(read("large0").events)
                .as("another reader of the same")
                .hasSize(1)
                .doesNotContain("failed NO_ROOM");
        assertThat(node.core.largeReads.bytes()).isBetween(4L * LARGE, LIMIT / 2L);
    }

    @Test
    public void setsMeanwhile_succeed_andEvictWhatIsNotRead() {
        fill();
        List<Outcome> readers = readSlowly(4);
        for (int i = 0; i < 100_000; i++) {
            assertThat(node.set("small" + i, "v".repeat(100), 300)).isEqualTo("100");
            assertThat(node.core.room.used()).isLessThanOrEqualTo(LIMIT);
        }

        for (int i = 0; i < 4; i++) {
            assertThat(node.look("large" + i)).as("large%d", i).hasSize(1).doesNotContain("absent");
            readers.get(i).held().release();
        }
        assertThat(node.core.largeReads.bytes()).isZero();
    }

    @Test
    public void itemsThatLeftWhileTheyAreRead_doNotKeepOthersFromBeingEvicted() {
        fill();
        List<Outcome> readers = readSlowly(4);
        for (int i = 0; i < 9; i++) {
            assertThat(node.delete("large" + i)).isEqualTo("true");
        }
        for (int i = 0; i < 60_000; i++) {
            assertThat(node.set("small" + i, "v".repeat(100), 300))
                    .as("small%d", i)
                    .isEqualTo("100");
        }
        assertThat(node.core.cache().hold(3L * LARGE)).as("room that evicts").isNotNull();
        assertThat(node.core.room.used()).isLessThanOrEqualTo(LIMIT);
        readers.forEach(reader -> reader.held().release());
    }

    @Test
    public void readersOfOneItem_countOnce_andGoInAnyOrder() {
        fill();
        Outcome first = read("large0");
        long bytes = node.core.largeReads.bytes();
        Outcome second = read("large0");
        first.held().release();
        first.held().release();

        assertThat(node.core.largeReads.bytes()).isEqualTo(bytes);
        second.held().release();
        assertThat(node.core.largeReads.bytes()).isZero();
        node.core.admin().flush();
        assertThat(node.core.room.used()).isZero();
    }

    @Test
    public void waitersForALargeItem_allGetIt() {
        node.get("k", 10);
        List<Outcome> waiters = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            waiters.add(node.get("k", 10));
        }
        node.set("k", "v".repeat(LARGE), 60);

        assertThat(waiters)
                .allSatisfy(waiter -> assertThat(waiter.events).containsExactly("found " + "v".repeat(LARGE)));
        assertThat(node.core.largeReads.bytes()).isZero();
    }

    @Test
    public void held_threeQuartersAtTheMost_uploadsGetHalfOfTheRest() {
        fill();
        List<Reservation> held = new ArrayList<>();
        for (Reservation one = node.core.cache().hold(LARGE);
                one != null;
                one = node.core.cache().hold(LARGE)) {
            held.add(one);
        }
        assertThat(held).hasSize(7);
        assertThat(node.core.room.used()).isLessThanOrEqualTo(LIMIT);
        List<String> events = new ArrayList<>();
        node.core.cache().reserve(LARGE, Duration.ZERO, TestNode.reply(events));
        node.core.cache().reserve(LARGE, Duration.ZERO, TestNode.reply(events));
        assertThat(events).hasSize(2).last().isEqualTo("failed NO_ROOM");

        held.forEach(Reservation::close);
        held.forEach(Reservation::close);
        assertThat(node.core.holds.bytes()).isZero();
    }

    @Test
    public void hold_afterTheEnd_givesNothing() {
        node.core.close();

        assertThat(node.core.cache().hold(1)).isNull();
    }
}
