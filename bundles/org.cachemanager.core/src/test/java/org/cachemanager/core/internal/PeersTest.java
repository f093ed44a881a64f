package org.cachemanager.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.cachemanager.api.Call;
import org.cachemanager.api.Data;
import org.cachemanager.api.Failure;
import org.cachemanager.api.GetReply;
import org.cachemanager.api.NodeStatus;
import org.cachemanager.api.PeerMark;
import org.cachemanager.api.Reply;
import org.cachemanager.api.peer.Greeting;
import org.cachemanager.api.peer.PeerAddress;
import org.cachemanager.api.peer.PeerCall;
import org.cachemanager.api.peer.PeerTransport;
import org.cachemanager.api.peer.Version;
import org.cachemanager.api.registry.Registry;
import org.cachemanager.core.internal.TestNode.Outcome;
import org.jspecify.annotations.Nullable;
import org.junit.Test;

/** One node, and a transport and a registry that do what the test says. */
public class PeersTest {

    private static final PeerAddress THERE = new PeerAddress("10.0.0.2", 8183, true);
    private static final UUID OTHER = new UUID(2, 2);
    private static final Failure REFUSED = new Failure(Failure.Reason.REFUSED, "It does not know this node.");

    private final TestNode node = new TestNode(1 << 20);
    private final Script script = new Script();

    /** A transport that keeps what it is asked. */
    private final class Script implements PeerTransport {
        final List<Reply<UUID>> probes = new ArrayList<>();
        final List<GetReply> gets = new ArrayList<>();
        final List<Reply<?>> changes = new ArrayList<>();
        final List<PeerCall> calls = new ArrayList<>();
        final List<Duration> waits = new ArrayList<>();
        int cancelled;
        int greets;
        boolean broken;
        boolean silent;
        UUID answering = OTHER;

        @Nullable
        Failure refusal;

        private long clock = 1;

        private Call taken() {
            if (broken) {
                throw new IllegalStateException("a transport's fault");
            }
            return () -> {
                cancelled++;
                return true;
            };
        }

        @Override
        public Call probe(PeerAddress peer, Reply<UUID> reply) {
            probes.add(reply);
            return taken();
        }

        @Override
        public Call get(PeerCall call, Duration maxWait, GetReply reply) {
            calls.add(call);
            gets.add(reply);
            waits.add(maxWait);
            return taken();
        }

        @Override
        public Call set(PeerCall call, Data data, long ttlSeconds, Reply<Integer> reply) {
            calls.add(call);
            changes.add(reply);
            return taken();
        }

        @Override
        public Call delete(PeerCall call, Reply<Boolean> reply) {
            calls.add(call);
            changes.add(reply);
            return taken();
        }

        /** The other node agrees, and tells so itself. */
        @Override
        public Call greet(PeerCall call, Greeting greeting, Reply<Greeting> reply) {
            greets++;
            Call taken = taken();
            Failure why = refusal;
            if (why != null) {
                reply.failed(why);
            } else if (!silent) {
                reply.completed(answer(greeting));
                node.core.peerService().greeted(OTHER, answer(greeting));
            }
            return taken;
        }

        private Greeting answer(Greeting greeting) {
            return new Greeting(answering, greeting.view(), 1, clock++, greeting.begun(), 1, 1, 1);
        }

        @Override
        public Call claim(PeerCall call, Duration lease, Reply<Boolean> reply) {
            throw new AssertionError("not wanted");
        }

        @Override
        public Call give(PeerCall call, Data data, Version version, Reply<Boolean> reply) {
            throw new AssertionError("not wanted");
        }
    }

    /** A registry that reports when the test says so. */
    private static final class Reporter implements Registry {
        @Nullable
        Consumer<Set<PeerAddress>> members;

        int left;

        @Override
        public Membership join(Consumer<Set<PeerAddress>> told) {
            members = told;
            return () -> left++;
        }

        void report(PeerAddress... addresses) {
            Objects.requireNonNull(members).accept(Set.of(addresses));
        }
    }

    private static final Failure NOBODY = new Failure(Failure.Reason.NOBODY, "test");

    private void up() {
        node.core.peers.use(script);
        node.core.peers.members(Set.of(THERE));
        script.probes.get(0).completed(OTHER);
    }

    /** A key that the other node owns. */
    private String foreign() {
        assertThat(node.core.tenure.owners().nodes()).hasSize(2);
        for (int i = 0; ; i++) {
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
    public void peer_neverSeen_isNotShown_andIsTriedEachSecond() {
        node.core.peers.use(script);
        node.core.peers.members(Set.of(THERE));
        script.probes.get(0).failed(REFUSED);
        assertThat(deactivated()).isEqualTo(-1);
        node.pass(0.9);
        assertThat(script.probes).hasSize(1);
        node.pass(0.2);
        assertThat(script.probes).hasSize(2);
    }

    @Test
    public void peer_thatIsUp_isGreetedEachSecond_andMarkedDownWhenItDoesNotAnswer() {
        up();
        assertThat(deactivated()).isZero();
        int greets = script.greets;
        script.silent = true;
        node.pass(1.1);
        assertThat(script.greets).isEqualTo(greets + 1);
        node.pass(2.3);
        assertThat(deactivated()).isZero();
        node.pass(0.2);
        assertThat(deactivated()).isEqualTo(node.clock.epochMillis() / 1000);
        assertThat(script.cancelled).isEqualTo(1);
    }

    @Test
    public void peer_thatIsDown_isTriedAgainAfterTheRefreshTime() {
        up();
        script.refusal = REFUSED;
        node.pass(1.1);
        assertThat(deactivated()).isPositive();
        script.refusal = null;
        node.pass(29.8);
        assertThat(script.probes).hasSize(1);
        node.pass(0.3);
        assertThat(script.probes).hasSize(2);
        script.probes.get(1).completed(OTHER);
        assertThat(deactivated()).isZero();
    }

    @Test
    public void peer_thatIsThisNode_isNoOther() {
        node.core.peers.use(script);
        node.core.peers.members(Set.of(THERE));
        script.probes.get(0).completed(TestNode.REF);
        assertThat(node.core.peers.isCluster()).isFalse();
        assertThat(node.core.tenure.owners().nodes()).hasSize(1).allMatch(Owners.Node::isHere);
    }

    @Test
    public void peer_thatIsAnotherNow_isTheOther() {
        up();
        UUID third = new UUID(3, 3);
        script.answering = third;
        node.pass(1.1);
        assertThat(node.core.tenure.owners().contains(OTHER)).isFalse();
        assertThat(script.probes).hasSize(1);
        node.pass(30);
        script.probes.get(1).completed(third);
        assertThat(node.core.tenure.owners().contains(third)).isTrue();
        assertThat(node.core.tenure.owners().contains(OTHER)).isFalse();
    }

    @Test
    public void transportThatThrows_isAsAPeerThatFails() {
        up();
        String key = foreign();
        script.broken = true;
        List<String> set = new ArrayList<>();
        node.core.cache().set(TestNode.key(key), Data.of(TestNode.bytes("d")), 60, TestNode.reply(set));
        assertThat(deactivated()).isPositive();
        assertThat(set).isEmpty();
        node.pass(5);
        assertThat(set).containsExactly("1");
        assertThat(node.look(key)).containsExactly("found d");
    }

    @Test
    public void membersOfARegistry_areTakenOver_andStayWhenItLeaves() {
        Reporter first = new Reporter();
        Reporter second = new Reporter();
        node.core.peers.use(script);
        node.core.peers.use(first);
        first.report(THERE);
        script.probes.get(0).completed(OTHER);
        node.core.peers.use(first);
        assertThat(first.left).isZero();
        node.core.peers.use(second);
        assertThat(first.left).isEqualTo(1);
        first.report();
        assertThat(deactivated()).isZero();
        second.report();
        assertThat(deactivated()).isEqualTo(-1);
        node.core.close();
        assertThat(second.left).isEqualTo(1);
        node.pass(60);
        assertThat(script.probes).hasSize(1);
    }

    @Test
    public void registryThatThrowsWhenItIsLeft_isLeft() {
        Registry faulty = members -> () -> {
            throw new IllegalStateException("a registry's fault");
        };
        Reporter next = new Reporter();
        node.core.peers.use(faulty);
        node.core.peers.use(next);
        assertThat(next.members).isNotNull();
    }

    @Test
    public void registryThatIsJoinedWhileTheCoreEnds_isLeft() {
        Reporter late = new Reporter();
        node.core.peers.use((Registry) members -> {
            node.core.close();
            return late.join(members);
        });
        assertThat(late.left).isEqualTo(1);
        node.core.peers.use(new Reporter());
        assertThat(late.left).isEqualTo(1);
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
    public void callThatFailsTwice_marksThePeerDown() {
        up();
        Outcome outcome = node.get(foreign(), 0);
        script.gets.get(0).failed(REFUSED);
        node.pass(0.3);
        script.gets.get(1).failed(REFUSED);
        assertThat(deactivated()).isPositive();
        node.pass(5);
        assertThat(outcome.events).containsExactly("absent");
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
        node.core.peers.members(Set.of(THERE, new PeerAddress("10.0.0.3", 8183, true)));
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
}
