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
    public void fullCache_makesRoomForALargeItemByEvictingMany() {
        for (int i = 0; i < 5000; i++) {
            assertThat(node.set("k" + i, "v".repeat(100), 60 + i)).isEqualTo("100");
            assertThat(node.core.room.used()).isLessThanOrEqualTo(1 << 20);
        }
        assertThat(node.set("large", "v".repeat(900_000), 60)).isEqualTo("900000");

        assertThat(node.look("large")).containsExactly("found " + "v".repeat(900_000));
        assertThat(node.core.room.used()).isLessThanOrEqualTo(1 << 20);
        assertThat(node.core.admin().statistics().evictedItems()).isGreaterThan(3000);
    }

    @Test
    public void itemBeingSent_countsUntilItIsReleased() {
        node.set("k", "v".repeat(600_000), 60);
        Outcome reader = new Outcome();
        reader.keep = true;
        node.core.cache().get(TestNode.key("k"), Duration.ZERO, reader);
        node.delete("k");

        assertThat(node.core.cache().status().sizeBytes()).isZero();
        assertThat(node.core.room.used()).isGreaterThan(600_000);
        assertThat(node.set("l", "v".repeat(600_000), 60)).isEqualTo("failed NO_ROOM");
        assertThat(reader.held().data().length()).isEqualTo(600_000);
        reader.held().release();
        assertThat(node.core.room.used()).isZero();
        assertThat(node.set("l", "v".repeat(600_000), 60)).isEqualTo("600000");
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
