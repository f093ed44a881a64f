package org.cachemanager.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.cachemanager.api.Data;
import org.cachemanager.api.Failure;
import org.cachemanager.api.NodeStatus;
import org.cachemanager.api.PeerMark;
import org.cachemanager.api.Reply;
import org.cachemanager.api.peer.PeerAddress;
import org.cachemanager.api.peer.PeerCall;
import org.cachemanager.core.internal.TestNode.Outcome;
import org.junit.Test;

/** One node's calls for keys that another one owns, whose transport does what the test says. */
public class PeerCallsTest {

    private static final PeerAddress THERE = PeersTest.THERE;
    private static final UUID OTHER = PeersTest.OTHER;
    private static final Failure REFUSED = new Failure(Failure.Reason.REFUSED, "It does not know this node.");
    private static final Failure NOBODY = new Failure(Failure.Reason.NOBODY, "test");

    private final TestNode node = new TestNode(1 << 20);
    private final ScriptedTransport script = new ScriptedTransport(node);

    private void up() {
        node.core.peers.use(script);
        node.core.peers.members(Set.of(THERE), () -> true);
        script.probes.get(0).completed(OTHER);
    }

    /** A key that the other node owns. */
    private String foreign() {
        return foreign(0);
    }

    /** Another key than those that end in lower numbers. */
    private String foreign(int from) {
        assertThat(node.core.tenure.owners().nodes()).hasSize(2);
        for (int i = from; ; i++) {
            String key = "k" + i;
            if (!node.core
                    .tenure
                    .owners()
                    .of(Owners.hash(TestNode.key(key).bytes()))
                    .isHere()) {
                return key;
            }
        }
    }

    private long deactivated() {
        return node.core.cache().status().peers().stream()
                .filter(peer -> peer.ref().equals(OTHER))
                .mapToLong(NodeStatus.Peer::deactivated)
                .findFirst()
                .orElse(-1);
    }

    @Test
    public void transportThatThrows_isAsAPeerThatFails() {
        up();
        String key = foreign();
        script.broken = true;
        List<String> set = new ArrayList<>();
        node.core.cache().set(TestNode.key(key), Data.of(TestNode.bytes("d")), 60, TestNode.reply(set));
        node.pass(3.1);
        assertThat(deactivated()).isPositive();
        assertThat(set).isEmpty();
        node.pass(5);
        assertThat(set).containsExactly("1");
        assertThat(node.look(key)).containsExactly("found d");
    }

    @Test
    public void callThatFailsInAWayThatItShouldNot_isTriedAgain() {
        up();
        script.breaksDown = true;
        Outcome outcome = node.get(foreign(), 10);
        assertThat(script.gets).hasSize(1);
        script.breaksDown = false;
        node.pass(0.3);
        assertThat(script.gets).hasSize(2);
        script.gets.get(1).locked();
        assertThat(outcome.events).containsExactly("locked");
    }

    @Test
    public void callOfAClient_goesWithTheMarkOfThisNode() {
        up();
        String key = foreign();
        node.get(key, 0);
        PeerCall call = script.calls.get(0);
        assertThat(call.peer()).isEqualTo(THERE);
        assertThat(call.namespace().name()).isEqualTo(TestNode.bytes("ns"));
        assertThat(call.namespace().peer()).isEqualTo(new PeerMark(TestNode.REF, 1));
        assertThat(call.key().toByteArray()).isEqualTo(TestNode.bytes(key));
        assertThat(call.room().apply(1000)).isNotNull();
    }

    @Test
    public void refusalForSizeOrRoom_isTheAnswer_andThePeerStaysUp() {
        up();
        for (Failure.Reason reason : List.of(Failure.Reason.TOO_LARGE, Failure.Reason.NO_ROOM)) {
            Outcome outcome = node.get(foreign(), 0);
            script.gets.get(script.gets.size() - 1).failed(new Failure(reason, "test"));
            assertThat(outcome.events).containsExactly("failed " + reason);
            assertThat(deactivated()).isZero();
        }
    }

    @Test
    public void peerThatRefusesThisNode_isMarkedDown_andTheCallServedHere() {
        up();
        Outcome outcome = node.get(foreign(), 0);
        script.refusal = REFUSED;
        script.gets.get(0).failed(REFUSED);
        assertThat(outcome.events).isEmpty();
        node.pass(5);
        assertThat(outcome.events).containsExactly("absent");
        assertThat(deactivated()).isPositive();
    }

    @Test
    public void answerThatComesLate_isNobodys() {
        up();
        String key = foreign();
        List<String> set = new ArrayList<>();
        node.core.cache().set(TestNode.key(key), Data.of(TestNode.bytes("d")), 60, TestNode.reply(set));
        node.core.peers.failed(
                node.core.tenure.owners().of(Owners.hash(TestNode.key(key).bytes())), NOBODY);
        node.pass(1.5);
        assertThat(set).containsExactly("1");
        script.changes.get(0).failed(REFUSED);
        assertThat(set).containsExactly("1");
        assertThat(node.look(key)).containsExactly("found d");
    }

    @Test
    public void change_thatIsNotAnsweredTwice_goesToTheNextOwner_thoughThePeerAnswersGreetings() {
        up();
        List<String> deleted = new ArrayList<>();
        node.core.cache().delete(TestNode.key(foreign()), TestNode.reply(deleted));
        node.pass(2.4);
        assertThat(script.changes).hasSize(1);
        node.pass(0.2);
        assertThat(script.cancelled).isEqualTo(1);
        assertThat(script.changes).hasSize(2);
        assertThat(deactivated()).isZero();
        node.pass(2.5);
        assertThat(deactivated()).isPositive();
        assertThat(deleted).isEmpty();
        node.pass(5);
        assertThat(deleted).containsExactly("false");
    }

    @Test
    public void change_thatIsNotAnsweredOnce_isSentAgain_andThePeerStaysUp() {
        up();
        List<String> deleted = new ArrayList<>();
        node.core.cache().delete(TestNode.key(foreign()), TestNode.reply(deleted));
        node.pass(2.6);
        @SuppressWarnings("unchecked")
        Reply<Boolean> second = (Reply<Boolean>) script.changes.get(1);
        second.completed(true);
        assertThat(deleted).containsExactly("true");
        node.pass(10);
        assertThat(deactivated()).isZero();
    }

    @Test
    public void callThatFails_isTriedAgain_oncePeerHasAnsweredAGreeting() {
        up();
        int greets = script.greets;
        Outcome outcome = node.get(foreign(), 0);
        script.gets.get(0).failed(new Failure(Failure.Reason.UNAVAILABLE, "The connection broke."));
        assertThat(script.greets).isEqualTo(greets + 1);
        assertThat(script.gets).hasSize(1);
        node.pass(0.3);
        assertThat(script.gets).hasSize(2);
        script.gets.get(1).absent();
        assertThat(outcome.events).containsExactly("absent");
        assertThat(deactivated()).isZero();
    }

    @Test
    public void callThatFailsForHalfOfTheTimeout_marksThePeerDown() {
        up();
        Outcome outcome = node.get(foreign(), 0);
        for (int i = 0; i < 9; i++) {
            script.gets.get(i).failed(REFUSED);
            node.pass(0.26);
        }
        assertThat(deactivated()).isZero();
        script.gets.get(9).failed(REFUSED);
        node.pass(0.26);
        script.gets.get(10).failed(REFUSED);
        assertThat(deactivated()).isPositive();
        node.pass(5);
        assertThat(outcome.events).containsExactly("absent");
    }

    @Test
    public void lockThatIsHeardOfAfterTheWait_isNone() {
        up();
        Outcome outcome = node.get(foreign(), 2);
        node.sleep(3);
        script.gets.get(0).locked();
        assertThat(outcome.events).containsExactly("absent");
        node.pass(5);
        assertThat(outcome.events).hasSize(1);
    }

    @Test
    public void lockThatIsHeardOfAfterHavingBeenMissed_isAskedForAgain() {
        up();
        Outcome outcome = node.get(foreign(), 20);
        node.sleep(4.5);
        script.gets.get(0).locked();
        assertThat(outcome.events).isEmpty();
        assertThat(script.claims).isEmpty();
        node.pass(0.3);
        assertThat(script.gets).hasSize(2);
        script.gets.get(1).locked();
        assertThat(outcome.events).containsExactly("locked");
    }

    @Test
    public void lockThatIsHeardOfAfterAShortSleep_counts() {
        up();
        Outcome outcome = node.get(foreign(), 20);
        node.sleep(2);
        script.gets.get(0).locked();
        assertThat(outcome.events).containsExactly("locked");
    }

    @Test
    public void callThatThePeerCannotCarryOut_isRefused_andThePeerStaysUp() {
        up();
        Outcome outcome = node.get(foreign(), 0);
        script.gets.get(0).failed(new Failure(Failure.Reason.FAILED, "test"));
        assertThat(outcome.events).containsExactly("failed FAILED");
        node.pass(1);
        assertThat(deactivated()).isZero();
    }

    @Test
    public void waiter_isSentAgain_withWhatIsLeftOfItsTime() {
        up();
        String key = foreign();
        Outcome outcome = node.get(key, 10);
        assertThat(script.waits).containsExactly(Duration.ofSeconds(10));
        node.pass(0.5);
        node.core.peers.members(Set.of(THERE, new PeerAddress("10.0.0.3", 8183, true)), () -> true);
        assertThat(script.waits).hasSize(1);
        node.core.peers.failed(
                node.core.tenure.owners().of(Owners.hash(TestNode.key(key).bytes())), NOBODY);
        node.pass(1.5);
        assertThat(outcome.events).containsExactly("locked");
        assertThat(node.core.admin().locks(1).get(0).lapsesIn())
                .isBetween(Duration.ofMillis(9500), Duration.ofMillis(9800));
    }

    @Test
    public void cancel_ofACallAtAPeer_reachesThePeer_once() {
        up();
        Outcome outcome = node.get(foreign(), 10);
        assertThat(outcome.call.cancel()).isTrue();
        assertThat(outcome.call.cancel()).isFalse();
        assertThat(script.cancelled).isEqualTo(1);
        script.gets.get(0).locked();
        script.gets.get(0).absent();
        assertThat(outcome.events).isEmpty();
    }

    @Test
    public void waitThatFailsTwice_farApart_doesNotMarkThePeerDown() {
        up();
        Failure broken = new Failure(Failure.Reason.UNAVAILABLE, "The connection broke.");
        Outcome outcome = node.get(foreign(), 600);
        for (int i = 0; i < 3; i++) {
            node.pass(60);
            script.gets.get(i).failed(broken);
            node.pass(0.3);
            assertThat(script.gets).hasSize(i + 2);
        }
        assertThat(deactivated()).isZero();
        script.gets.get(3).locked();
        assertThat(outcome.events).containsExactly("locked");
    }

    @Test
    public void lockWhoseLeaseIsOver_isNotToldToAnOwnerThatBeginsAnew() {
        up();
        String first = foreign();
        node.get(first, 3000);
        script.gets.get(0).locked();
        node.get(foreign(Integer.parseInt(first.substring(1)) + 1), 10);
        script.gets.get(1).locked();
        node.pass(60);
        assertThat(script.claims).isEmpty();
        script.begun = 2;
        node.pass(30);
        assertThat(script.claims).singleElement().satisfies(lease -> assertThat(lease)
                .isBetween(Duration.ofSeconds(2900), Duration.ofSeconds(2940)));
    }

    @Test
    public void lockThatIsHeardOf_longAfterAnotherOneWasFreed_isRemembered() {
        up();
        String key = foreign();
        Outcome outcome = node.get(key, 20);
        node.core.peerService().claim(TestNode.key(key), Duration.ZERO, TestNode.<Boolean>reply(new ArrayList<>()));
        node.pass(5);
        script.gets.get(0).locked();
        assertThat(outcome.events).containsExactly("locked");
        script.begun = 2;
        node.pass(2);
        assertThat(script.claims).hasSize(1);
    }
}
