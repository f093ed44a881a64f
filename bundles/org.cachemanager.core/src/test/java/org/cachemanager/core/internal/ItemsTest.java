package org.cachemanager.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.cachemanager.api.Call;
import org.cachemanager.api.Failure;
import org.cachemanager.api.Reply;
import org.cachemanager.api.Reservation;
import org.cachemanager.core.internal.TestNode.Outcome;
import org.junit.Test;

public class ItemsTest {

    private final TestNode node = new TestNode(1 << 20);

    @Test
    public void item_isServedUntilItsExpiryAndNotFromItOn() {
        node.set("k", "v", 10);

        node.pass(9.999);
        assertThat(node.look("k")).containsExactly("found v");
        node.pass(0.001);
        assertThat(node.look("k")).containsExactly("absent");
    }

    @Test
    public void expiredItem_isPurgedWithinThePurgeTime() {
        node.set("k", "v", 10);
        node.pass(10.999);

        assertThat(node.core.cache().status().items()).isZero();
        assertThat(node.core.room.used()).isZero();
        assertThat(node.core.admin().statistics().expiredItems()).isEqualTo(1);
    }

    @Test
    public void expiredItem_notYetPurged_givesTheLock() {
        node.set("k", "v", 10);
        node.pass(10);

        assertThat(node.get("k", 5).events).containsExactly("locked");
    }

    @Test
    public void tenYears_areKept() {
        node.set("k", "v", 315_360_000);
        node.clock.stepWall(Duration.ofSeconds(315_359_999));
        assertThat(node.look("k")).containsExactly("found v");
        node.pass(2);
        assertThat(node.core.cache().status().items()).isZero();
    }

    @Test
    public void set_again_replacesDataAndExpiry() {
        node.set("k", "old", 10);
        node.set("k", "new", 100);
        node.pass(50);

        assertThat(node.look("k")).containsExactly("found new");
        assertThat(node.core.cache().status().items()).isEqualTo(1);
    }

    @Test
    public void status_countsItemsAndTheirWeight() {
        node.set("k", "v".repeat(100), 10);
        node.set("l", "v".repeat(300), 10);

        assertThat(node.core.cache().status().items()).isEqualTo(2);
        assertThat(node.core.cache().status().sizeBytes())
                .isEqualTo(node.core.room.used())
                .isBetween(400L + 2 * IndexEntry.OVERHEAD_BYTES, 1000L);
        assertThat(node.core.cache().status().largestItemBytes()).isEqualTo(300);
        node.core.admin().flush();
        assertThat(node.core.cache().status().sizeBytes()).isZero();
        assertThat(node.core.room.used()).isZero();
    }

    @Test
    public void indexThatWasLarge_shrinks_andFindsWhatIsLeft() {
        TestNode large = new TestNode(1L << 30);
        for (int i = 0; i < 100_000; i++) {
            large.set("k" + i, "v", 60);
        }
        Stripe stripe = large.core.index.stripe(0);
        int full = stripe.capacity();
        for (int i = 0; i < 100_000; i++) {
            if (i % 1000 != 0) {
                assertThat(large.delete("k" + i)).isEqualTo("true");
            }
        }
        assertThat(full).isGreaterThan(1000);
        assertThat(stripe.capacity()).isLessThan(full / 16);
        for (int i = 0; i < 100_000; i++) {
            assertThat(large.look("k" + i)).containsExactly(i % 1000 == 0 ? "found v" : "absent");
        }
    }

    @Test
    public void fullCache_makesRoomForALargeItemByEvictingMany() {
        for (int i = 0; i < 5000; i++) {
            assertThat(node.set("k" + i, "v".repeat(100), 60 + i)).isEqualTo("100");
            assertThat(node.core.room.used()).isLessThanOrEqualTo(1 << 20);
        }
        assertThat(node.set("large", "v".repeat(450_000), 60)).isEqualTo("450000");

        assertThat(node.look("large")).containsExactly("found " + "v".repeat(450_000));
        assertThat(node.core.room.used()).isLessThanOrEqualTo(1 << 20);
        assertThat(node.core.admin().statistics().evictedItems()).isGreaterThan(2000);
    }

    /** Begins to read a large item, which is deleted meanwhile. */
    /** Readers of 14 items of 60 kB, each of which leaves while it is read. */
    private List<Outcome> read() {
        List<Outcome> readers = new ArrayList<>();
        for (int i = 0; i < 14; i++) {
            node.set("k" + i, "v".repeat(60_000), 60);
            Outcome reader = new Outcome();
            reader.keep = true;
            node.core.cache().get(TestNode.key("k" + i), Duration.ZERO, reader);
            node.delete("k" + i);
            readers.add(reader);
        }
        return readers;
    }

    @Test
    public void itemBeingSent_countsUntilItIsReleased() {
        List<Outcome> readers = read();

        assertThat(node.core.cache().status().sizeBytes()).isZero();
        assertThat(node.core.room.used()).isGreaterThan(800_000);
        assertThat(node.set("m", "v".repeat(400_000), 60)).isEqualTo("failed NO_ROOM");
        for (Outcome reader : readers) {
            assertThat(reader.held().data().length()).isEqualTo(60_000);
            reader.held().release();
        }
        assertThat(node.core.room.used()).isZero();
        assertThat(node.set("m", "v".repeat(400_000), 60)).isEqualTo("400000");
    }

    @Test
    public void lowerLimit_evictsDownToIt() {
        for (int i = 0; i < 1000; i++) {
            node.set("k" + i, "v".repeat(100), 60);
        }
        node.core.configure(TestNode.settings(100_000));
        node.pass(0.001);

        assertThat(node.core.room.used()).isLessThanOrEqualTo(100_000).isGreaterThan(90_000);
    }

    private final List<Reservation> given = new ArrayList<>();

    private Call reserve(long bytes, double waitSeconds, List<String> events) {
        return node.core.cache().reserve(bytes, Duration.ofMillis((long) (waitSeconds * 1000)), new Reply<>() {
            @Override
            public void completed(Reservation result) {
                given.add(result);
                events.add("given " + bytes);
            }

            @Override
            public void failed(Failure failure) {
                events.add("failed " + failure.reason());
            }
        });
    }

    @Test
    public void reserve_evictsForAnUpload_andGivesTheRoomBackOnce() {
        for (int i = 0; i < 5000; i++) {
            node.set("k" + i, "v".repeat(100), 60);
        }
        List<String> events = new ArrayList<>();
        reserve(500_000, 0, events);

        assertThat(events).containsExactly("given 500000");
        assertThat(node.core.room.used()).isLessThanOrEqualTo(1 << 20);
        node.core.admin().flush();
        given.get(0).close();
        given.get(0).close();
        assertThat(node.core.room.used()).isZero();
    }

    @Test
    public void reserve_beyondHalfOfTheLimit_waitsInLine() {
        List<String> events = new ArrayList<>();
        reserve(400_000, 0, events);
        reserve(400_000, 0, events);
        reserve(400_000, 5, events);
        reserve(100_000, 5, events);
        assertThat(events).containsExactly("given 400000", "failed NO_ROOM");

        given.get(0).close();
        node.clock.runDue();

        assertThat(events).containsExactly("given 400000", "failed NO_ROOM", "given 400000", "given 100000");
    }

    @Test
    public void reserve_withAHeapSmallerThanTheLimit_isBoundedByThat() {
        node.core.room.heap(400_000);
        List<String> events = new ArrayList<>();
        reserve(150_000, 0, events);
        reserve(150_000, 0, events);
        assertThat(events).containsExactly("given 150000", "failed NO_ROOM");
        assertThat(node.core.cache().hold(300_001)).isNull();
        assertThat(node.core.cache().maxItemBytes()).isEqualTo(175_000);
        assertThat(node.core.room.limit()).isEqualTo(1 << 20);
    }

    @Test
    public void reserve_waits_whileWhatIsBeingSentTakesTheRoom() {
        List<Outcome> readers = read();
        List<String> events = new ArrayList<>();
        reserve(400_000, 5, events);
        reserve(100, 5, events);
        node.pass(1);
        assertThat(events).isEmpty();

        readers.subList(0, 7).forEach(reader -> reader.held().release());
        node.clock.runDue();
        assertThat(events).containsExactly("given 400000", "given 100");
        readers.subList(7, 14).forEach(reader -> reader.held().release());
        given.forEach(Reservation::close);
        assertThat(node.core.room.used()).isZero();
    }

    @Test
    public void reserve_thatIsCancelled_letsTheNextInLineIn() {
        List<String> events = new ArrayList<>();
        reserve(400_000, 0, events);
        Call first = reserve(400_000, 5, events);
        reserve(100_000, 5, events);
        assertThat(first.cancel()).isTrue();
        assertThat(first.cancel()).isFalse();
        node.clock.runDue();

        assertThat(events).containsExactly("given 400000", "given 100000");
    }

    @Test
    public void reserve_moreThanTheLimit_isRefusedAtOnce() {
        List<String> events = new ArrayList<>();
        reserve((1 << 20) + 1, 5, events);
        assertThat(events).containsExactly("failed NO_ROOM");
        reserve(1 << 20, 5, events);
        assertThat(events).containsExactly("failed NO_ROOM", "given 1048576");
    }

    @Test
    public void raisedLimit_letsTheNextInLineIn() {
        List<String> events = new ArrayList<>();
        reserve(400_000, 0, events);
        reserve(400_000, 5, events);
        node.core.configure(TestNode.settings(2 << 20));
        node.clock.runDue();

        assertThat(events).containsExactly("given 400000", "given 400000");
    }

    @Test
    public void largestItem_isOneThatFitsBesideItsUpload() {
        List<String> events = new ArrayList<>();
        int most = (int) node.core.cache().maxItemBytes();
        reserve(most + 10_000, 0, events);

        assertThat(node.set("k", "v".repeat(most), 60)).isEqualTo("failed TOO_LARGE");
        assertThat(node.set("k", "v".repeat(most - 500), 60)).isEqualTo(String.valueOf(most - 500));
        assertThat(events).containsExactly("given " + (most + 10_000));
    }

    @Test
    public void lowerLimit_evictsInSteps_whileOthersAreServed() {
        for (int i = 0; i < 3000; i++) {
            node.set("k" + i, "v".repeat(100), 60);
        }
        node.clock.runDue();
        node.core.configure(TestNode.settings(100_000));
        List<Long> evicted = new ArrayList<>();
        node.clock.schedule(Duration.ZERO, () -> {
            evicted.add(node.core.admin().statistics().evictedItems());
            assertThat(node.set("more", "v".repeat(100), 60)).isEqualTo("100");
            evicted.add(node.core.admin().statistics().evictedItems());
        });
        node.clock.runDue();

        assertThat(evicted).containsExactly(256L, 257L);
        assertThat(node.core.room.used()).isLessThanOrEqualTo(100_000).isGreaterThan(90_000);
    }

    @Test
    public void clockSetBack_keepsItems_andPurgesThemWhenTheirTimeComes() {
        node.set("k", "v", 10);
        node.pass(5);
        node.clock.stepWall(Duration.ofHours(-1));
        node.pass(3604.999);
        assertThat(node.look("k")).containsExactly("found v");
        node.pass(0.001);
        assertThat(node.look("k")).containsExactly("absent");
        node.pass(1);
        assertThat(node.core.cache().status().items()).isZero();
    }

    @Test
    public void clockSetBack_whilePurged_keepsWhatIsNotDueAnyMore() {
        node.set("k", "v", 10);
        node.clock.stepWall(Duration.ofSeconds(9));
        node.pass(0.999);
        node.clock.stepWall(Duration.ofSeconds(-100));
        node.pass(50);
        assertThat(node.look("k")).containsExactly("found v");
        node.pass(60);
        assertThat(node.core.cache().status().items()).isZero();
    }

    @Test
    public void clockSetForth_endsItemsAtOnce() {
        node.set("k", "v", 100);
        node.clock.stepWall(Duration.ofSeconds(100));
        assertThat(node.look("k")).containsExactly("absent");
        node.pass(1);
        assertThat(node.core.cache().status().items()).isZero();
    }

    @Test
    public void reserve_thatWaitsInVain_isRefusedInTime() {
        List<String> events = new ArrayList<>();
        reserve(400_000, 0, events);
        reserve(400_000, 5, events);
        Call cancelled = reserve(400_000, 5, events);
        assertThat(cancelled.cancel()).isTrue();
        node.pass(5.01);

        assertThat(events).containsExactly("given 400000", "failed NO_ROOM");
    }
}
