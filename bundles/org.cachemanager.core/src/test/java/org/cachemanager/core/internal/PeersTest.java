package org.cachemanager.core.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.cachemanager.api.Failure;
import org.cachemanager.api.NodeStatus;
import org.cachemanager.api.peer.Greeting;
import org.cachemanager.api.peer.PeerAddress;
import org.cachemanager.api.registry.Registry;
import org.jspecify.annotations.Nullable;
import org.junit.Test;

/** One node, and a transport and a registry that do what the test says. */
public class PeersTest {

    static final PeerAddress THERE = new PeerAddress("10.0.0.2", 8183, true);
    static final UUID OTHER = new UUID(2, 2);
    private static final Failure REFUSED = new Failure(Failure.Reason.REFUSED, "It does not know this node.");

    private final TestNode node = new TestNode(1 << 20);
    private final ScriptedTransport script = new ScriptedTransport(node);

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

    private void up() {
        script.comes();
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
        node.core.peers.members(Set.of(THERE), () -> true);
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
        node.core.peers.members(Set.of(THERE), () -> true);
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
        script.probes.get(1).completed(third);
        assertThat(node.core.tenure.owners().contains(third)).isTrue();
        assertThat(node.core.tenure.owners().contains(OTHER)).isFalse();
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
    public void peerThatRefusesThisNode_isNeverUp_andCostsNothing() {
        script.refusal = REFUSED;
        node.core.peers.use(script);
        assertThat(node.set("k", "d", 600)).isEqualTo("1");
        node.core.peers.members(Set.of(THERE), () -> true);
        for (int i = 0; i < 5; i++) {
            script.probes.get(i).completed(OTHER);
            node.pass(1.1);
            assertThat(node.core.tenure.owners().isAlone()).isTrue();
        }
        assertThat(script.greets).isEqualTo(5);
        assertThat(node.look("k")).containsExactly("found d");
    }

    @Test
    public void peerThatCannotReachThisNode_isNotUp_beforeItCan() {
        script.since = Greeting.UNKNOWN;
        up();
        node.pass(3);
        assertThat(node.core.tenure.owners().isAlone()).isTrue();
        script.since = Greeting.REACHED;
        node.pass(1.1);
        assertThat(node.core.tenure.owners().contains(OTHER)).isTrue();
    }

    @Test
    public void candidateThatIsNoMemberAnyMore_isNotToldThatItWasReached() {
        script.since = Greeting.UNKNOWN;
        up();
        assertThat(node.core.peers.greeting(OTHER).since()).isEqualTo(Greeting.REACHED);
        node.core.peers.members(Set.of(), () -> true);
        assertThat(node.core.peers.greeting(OTHER).since()).isEqualTo(Greeting.UNKNOWN);
    }

    @Test
    public void peerThatSaysThatThisNodeIsDown_isMarkedDown_afterHalfTheTimeout() {
        up();
        script.since = Greeting.DOWN;
        node.pass(3.3);
        assertThat(deactivated()).isZero();
        node.pass(1);
        assertThat(deactivated()).isPositive();
    }

    @Test
    public void connectionThatBreaks_isNoSign_beforeHalfOfTheTimeout() {
        up();
        script.breaks = 6;
        node.pass(2.4);
        assertThat(script.breaks).isZero();
        assertThat(deactivated()).isZero();
        script.breaks = 100;
        node.pass(2.2);
        assertThat(deactivated()).isZero();
        node.pass(0.4);
        assertThat(deactivated()).isPositive();
        assertThat(script.breaks).isGreaterThan(80);
    }

    @Test
    public void whatKeepsThisNodeFromAsking_isNoFaultOfThePeer_forTheTimeout() {
        up();
        script.refusal = new Failure(Failure.Reason.NO_ROOM, "No more sockets.");
        node.pass(4.5);
        assertThat(deactivated()).isZero();
        script.refusal = null;
        node.pass(1);
        node.core.peers.use(new NoTransport());
        node.pass(3.5);
        assertThat(deactivated()).isZero();
        node.pass(3);
        assertThat(deactivated()).isPositive();
    }

    @Test
    public void peersBehindOneAddress_areNotAskedOverAndOver() {
        up();
        for (int i = 0; i < 20; i++) {
            script.started++;
            script.probes.get(script.probes.size() - 1).completed(OTHER);
            node.pass(0.5);
        }
        assertThat(script.probes).hasSizeLessThan(11);
    }

    @Test
    public void nodeWhosePeersHaveLeftTheRegistry_serves_forGood() {
        up();
        node.core.peers.members(Set.of(), () -> true);
        node.pass(6);
        assertThat(node.set("k", "d", 600)).isEqualTo("1");
        node.pass(60);
        assertThat(node.look("k")).containsExactly("found d");
    }

    private void alone() {
        up();
        script.silent = true;
        node.pass(15);
        assertThat(deactivated()).isPositive();
        assertThat(node.set("k", "d", 600)).isEqualTo("1");
    }

    @Test
    public void nodeThatHasSleptAlone_keepsWhatItHolds_ifNobodyTurnsUp() {
        alone();
        node.sleep(4);
        assertThat(node.look("k")).isEmpty();
        node.pass(6);
        assertThat(node.look("k")).containsExactly("found d");
    }

    @Test
    public void nodeThatHasSleptAlone_dropsWhatItHolds_ifOthersTurnUp_whichMayHaveServedItsKeys() {
        alone();
        int probes = script.probes.size();
        node.sleep(4);
        node.pass(0);
        script.silent = false;
        assertThat(script.probes.size()).isGreaterThan(probes);
        script.probes.get(script.probes.size() - 1).completed(OTHER);
        assertThat(node.core.tenure.owners().nodes()).hasSize(2);
        node.pass(0.5);
        assertThat(node.core.index.items()).isZero();
    }

    @Test
    public void nodeThatIsAloneAndAwake_keepsWhatItHolds_whoeverTurnsUp() {
        alone();
        script.silent = false;
        node.pass(20);
        script.probes.get(script.probes.size() - 1).completed(OTHER);
        assertThat(node.core.tenure.owners().nodes()).hasSize(2);
        assertThat(node.core.index.items()).isEqualTo(1);
    }

    /** A node whose only peer has come, and has not confirmed yet that this one is up there. */
    private void justMet() {
        node.core.peers.use(script);
        assertThat(node.set("k", "d", 600)).isEqualTo("1");
        script.answers = 1;
        node.core.peers.members(Set.of(THERE), () -> true);
        script.probes.get(0).completed(OTHER);
        assertThat(node.core.tenure.owners().nodes()).hasSize(2);
        assertThat(node.core.tenure.isConfirmed()).isFalse();
    }

    @Test
    public void nodeThatHasSlept_beforeItsPeerHadConfirmedIt_dropsWhatItHolds_whichThatOneMayHaveServedAlone() {
        justMet();
        node.sleep(4);
        script.answers = Integer.MAX_VALUE;
        node.pass(1);
        assertThat(node.core.tenure.isConfirmed()).isTrue();
        assertThat(node.core.index.items()).isZero();
    }

    @Test
    public void nodeWhosePeerConfirmsItLate_keepsWhatItHolds_ifItHasBeenAwake() {
        justMet();
        node.pass(2);
        script.answers = Integer.MAX_VALUE;
        node.pass(2);
        assertThat(node.core.tenure.isConfirmed()).isTrue();
        assertThat(node.core.index.items()).isEqualTo(1);
    }

    @Test
    public void registryThatReportsLater_isWaitedFor_beforeThisNodeServesAlone() {
        Reporter registry = new Reporter();
        node.core.peers.use(script);
        node.core.peers.use(registry);
        TestNode.Outcome waits = node.get("k", 0);
        node.pass(1);
        assertThat(waits.events).isEmpty();
        registry.report();
        node.pass(0.3);
        assertThat(waits.events).containsExactly("absent");
    }

    @Test
    public void registryThatLeavesANodeThatIsAlone_isNotWaitedFor() {
        Reporter registry = new Reporter();
        node.core.peers.use(script);
        node.core.peers.use(registry);
        registry.report();
        node.core.peers.use(Seat.NONE);
        assertThat(registry.left).isEqualTo(1);
        assertThat(node.look("k")).containsExactly("absent");
    }

    @Test
    public void registryThatIsAway_isWaitedFor_untilTheTimeout() {
        node.core.peers.use(script);
        node.core.peers.use(new Reporter());
        TestNode.Outcome waits = node.get("k", 0);
        node.pass(4.9);
        assertThat(waits.events).isEmpty();
        node.pass(0.5);
        assertThat(waits.events).containsExactly("absent");
        assertThat(node.set("k", "d", 600)).isEqualTo("1");
        node.pass(60);
        assertThat(node.look("k")).containsExactly("found d");
    }

    @Test
    public void registryThatThrowsWhenItIsJoined_isJoinedAgain() {
        Reporter registry = new Reporter();
        List<String> faults = new ArrayList<>(List.of("a registry's fault"));
        Registry faulty = members -> {
            if (!faults.isEmpty()) {
                throw new IllegalStateException(faults.remove(0));
            }
            return registry.join(members);
        };
        assertThatThrownBy(() -> node.core.peers.use(faulty)).hasMessage("a registry's fault");
        assertThat(node.set("k", "d", 600)).isEqualTo("1");
        node.core.peers.use(faulty);
        assertThat(registry.members).isNotNull();
    }

    @Test
    public void memberThatIsNoneAnyMore_isNotAskedAnyLonger() {
        node.core.peers.use(script);
        node.core.peers.members(Set.of(THERE), () -> true);
        assertThat(script.cancelled).isZero();
        node.core.peers.members(Set.of(), () -> true);
        assertThat(script.cancelled).isEqualTo(1);
    }
}
