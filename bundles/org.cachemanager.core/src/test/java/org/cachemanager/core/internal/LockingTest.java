package org.cachemanager.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.cachemanager.api.Cache;
import org.cachemanager.api.Call;
import org.cachemanager.api.Data;
import org.cachemanager.api.Namespace;
import org.cachemanager.core.internal.TestNode.Outcome;
import org.junit.Test;

public class LockingTest {

    private final TestNode node = new TestNode(1 << 20);

    @Test
    public void get_withoutAWait_isAbsentAndTakesNoLock() {
        assertThat(node.look("k")).containsExactly("absent");
        assertThat(node.get("k", 1).events).containsExactly("locked");
    }

    @Test
    public void get_ofAMissingItem_locksForExactlyOne() {
        List<Outcome> callers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            callers.add(node.get("k", 30));
        }

        assertThat(callers.get(0).events).containsExactly("locked");
        assertThat(callers.subList(1, 100)).allSatisfy(c -> assertThat(c.events).isEmpty());
    }

    @Test
    public void set_answersEveryWaiterAtOnce() {
        node.get("k", 30);
        List<Outcome> waiters = List.of(node.get("k", 30), node.get("k", 30), node.get("k", 0.5));
        node.set("k", "made", 60);

        assertThat(waiters).allSatisfy(w -> assertThat(w.events).containsExactly("found made"));
        node.pass(60);
        assertThat(waiters).allSatisfy(w -> assertThat(w.events).hasSize(1));
        assertThat(node.core.admin().statistics().coalescedHits()).isEqualTo(3);
    }

    @Test
    public void lease_lapses200MsBeforeTheWait_andPassesToTheLongestWaiting() {
        node.get("k", 10);
        Outcome first = node.get("k", 10);
        Outcome second = node.get("k", 20);

        node.pass(9.799);
        assertThat(first.events).isEmpty();
        node.pass(0.003);
        assertThat(first.events).containsExactly("locked");
        assertThat(second.events).isEmpty();
        node.pass(9.796);
        assertThat(second.events).isEmpty();
        node.pass(0.006);
        assertThat(second.events).containsExactly("locked");
    }

    @Test
    public void lease_ofAShortWait_isATenthShorter() {
        assertThat(Locks.lease(1_000_000_000L)).isEqualTo(900_000_000L);
        assertThat(Locks.lease(30_000_000_000L)).isEqualTo(29_800_000_000L);
    }

    @Test
    public void waiter_inVain_isAnsweredWithinTheLastTwentieth() {
        node.get("k", 60);
        Outcome waiter = node.get("k", 1);

        node.pass(0.949);
        assertThat(waiter.events).isEmpty();
        node.pass(0.051);
        assertThat(waiter.events).containsExactly("absent");
    }

    @Test
    public void waiter_withALongWait_isAnsweredWithinTheLast100Ms() {
        node.get("k", 3600);
        Outcome waiter = node.get("k", 30);

        node.pass(29.899);
        assertThat(waiter.events).isEmpty();
        node.pass(0.1);
        assertThat(waiter.events).containsExactly("absent");
    }

    @Test
    public void waiter_thatIsCancelled_neverGetsTheLock() {
        node.get("k", 10);
        Outcome leaves = node.get("k", 10);
        Outcome stays = node.get("k", 10);

        assertThat(leaves.call.cancel()).isTrue();
        assertThat(leaves.call.cancel()).isFalse();
        node.pass(9.9);

        assertThat(leaves.events).isEmpty();
        assertThat(stays.events).containsExactly("locked");
    }

    @Test
    public void cancel_afterTheAnswer_isTooLate() {
        node.get("k", 10);
        Outcome waiter = node.get("k", 10);
        node.set("k", "v", 10);

        assertThat(waiter.call.cancel()).isFalse();
    }

    @Test
    public void lock_thatLapsesWithoutWaiters_isGivenToTheNextWhoAsks() {
        node.get("k", 1);
        node.pass(1);

        assertThat(node.core.admin().locks(10)).isEmpty();
        assertThat(node.get("k", 1).events).containsExactly("locked");
        assertThat(node.core.admin().statistics().locksLapsed()).isEqualTo(1);
    }

    @Test
    public void delete_keepsTheLock() {
        node.set("k", "v", 60);
        assertThat(node.delete("k")).isEqualTo("true");
        assertThat(node.delete("k")).isEqualTo("false");
        node.get("k", 10);
        assertThat(node.delete("k")).isEqualTo("false");

        assertThat(node.core.admin().locks(10)).hasSize(1);
        assertThat(node.get("k", 1).events).isEmpty();
    }

    @Test
    public void set_thatIsRefused_keepsTheLockAndItsWaiters() {
        node.get("k", 10);
        Outcome waiter = node.get("k", 10);

        assertThat(node.set("k", "x".repeat(2 << 20), 60)).isEqualTo("failed TOO_LARGE");
        assertThat(waiter.events).isEmpty();
        node.set("k", "small", 60);
        assertThat(waiter.events).containsExactly("found small");
    }

    @Test
    public void locks_showsNamespaceKeyLeaseAndWaiters() {
        node.get("k", 10);
        node.get("k", 10);

        assertThat(node.core.admin().locks(10)).singleElement().satisfies(lock -> {
            assertThat(lock.namespace()).isEqualTo("ns");
            assertThat(lock.key()).isEqualTo("k");
            assertThat(lock.waiters()).isEqualTo(1);
            assertThat(lock.lapsesIn().toMillis()).isBetween(9_700L, 9_800L);
        });
    }

    @Test
    public void close_refusesWhoWaits_andWhoStillComes() {
        node.get("k", 10);
        Outcome waiter = node.get("k", 10);
        node.core.close();

        assertThat(waiter.events).containsExactly("failed UNAVAILABLE");
        assertThat(node.get("other", 10).events).containsExactly("failed UNAVAILABLE");
        node.pass(20);
        assertThat(waiter.events).hasSize(1);
    }

    @Test
    public void locks_takeAnEighthOfTheLimitAtMost_andGiveItBack() {
        int given = 0;
        while (node.get("k" + given, 3600).events.equals(List.of("locked"))) {
            given++;
        }

        assertThat(given).isBetween(100, 400);
        assertThat(node.get("more", 10).events).containsExactly("failed NO_ROOM");
        assertThat(node.get("k0", 10).events)
                .as("waits for a lock that is there")
                .isEmpty();
        node.set("k1", "v", 60);
        assertThat(node.get("more", 3600).events).containsExactly("locked");
        node.pass(3600);
        assertThat(node.core.admin().locks(10)).isEmpty();
        assertThat(node.get("again", 10).events).containsExactly("locked");
    }

    @Test
    public void replyThatThrows_doesNotHarmTheOthers() {
        node.get("k", 10);
        node.core.cache().get(TestNode.key("k"), java.time.Duration.ofSeconds(10), new Outcome() {
            @Override
            public void found(org.cachemanager.api.Item item) {
                throw new IllegalStateException("a caller's fault");
            }
        });
        Outcome waiter = node.get("k", 10);
        node.set("k", "v", 60);

        assertThat(waiter.events).containsExactly("found v");
        node.delete("k");
        assertThat(node.core.room.used()).isZero();
    }

    @Test
    public void call_thatIsAnsweredAtOnce_cannotBeCancelled() {
        List<Call> calls = new ArrayList<>();
        Cache cache = node.core.cache();
        for (int i = 0; i < 2; i++) {
            calls.add(cache.set(TestNode.key("k"), Data.of(new byte[1]), 60, TestNode.reply(new ArrayList<>())));
            calls.add(cache.get(TestNode.key("k"), Duration.ZERO, new Outcome()));
            calls.add(cache.delete(TestNode.key("k"), TestNode.reply(new ArrayList<>())));
            calls.add(cache.reserve(1, Duration.ZERO, TestNode.reply(new ArrayList<>())));
            calls.add(node.core
                    .namespaces()
                    .open(TestNode.bytes("ns"), 0, 2, TestNode.<Namespace>reply(new ArrayList<>())));
            node.core.close();
        }

        assertThat(calls).hasSize(10).containsOnly(Call.ANSWERED);
    }
}
