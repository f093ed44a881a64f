package org.cachemanager.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.cachemanager.api.Data;
import org.cachemanager.api.NodeStatus;
import org.cachemanager.core.internal.TestNode.Outcome;
import org.junit.Test;

/** Several nodes are one cache, whoever of them fails. */
public class ClusterTest {

    private static final String KEY = "k";

    private final TestCluster cluster = new TestCluster(3);

    private static List<String> answered(List<Outcome> outcomes) {
        return outcomes.stream().flatMap(outcome -> outcome.events.stream()).toList();
    }

    private List<Outcome> everybodyAsks(int callers, double waitSeconds) {
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            outcomes.add(cluster.node(i % 3).get(KEY, waitSeconds));
        }
        cluster.pass(0.01);
        return outcomes;
    }

    private static String set(TestCluster cluster, TestNode node, String data) {
        return set(cluster, node, data, 0.01);
    }

    private static String set(TestCluster cluster, TestNode node, String data, double seconds) {
        List<String> events = new ArrayList<>();
        node.core.cache().set(TestNode.key(KEY), Data.of(TestNode.bytes(data)), 60, TestNode.reply(events));
        cluster.pass(seconds);
        return String.join(" ", events);
    }

    @Test
    public void status_ofEachNode_showsAllUp() {
        for (TestNode node : cluster.nodes) {
            List<NodeStatus.Peer> peers = node.core.cache().status().peers();
            assertThat(peers).hasSize(3).allMatch(peer -> peer.deactivated() == 0);
        }
    }

    @Test
    public void set_throughAny_isReadThroughAny() {
        for (TestNode writer : cluster.nodes) {
            String data = "from " + writer.core.ref;
            assertThat(set(cluster, writer, data)).isEqualTo(String.valueOf(data.length()));
            for (TestNode reader : cluster.nodes) {
                Outcome outcome = reader.get(KEY, 0);
                cluster.pass(0.01);
                assertThat(outcome.events).containsExactly("found " + data);
            }
        }
    }

    @Test
    public void item_isAtItsOwnerAlone() {
        assertThat(set(cluster, cluster.other(KEY), "d")).isEqualTo("1");
        for (TestNode node : cluster.nodes) {
            assertThat(node.core.cache().status().items()).isEqualTo(node == cluster.owner(KEY) ? 1 : 0);
        }
    }

    @Test
    public void delete_throughAny_removes() {
        assertThat(set(cluster, cluster.node(0), "d")).isEqualTo("1");
        List<String> events = new ArrayList<>();
        cluster.other(KEY).core.cache().delete(TestNode.key(KEY), TestNode.reply(events));
        cluster.pass(0.01);
        assertThat(events).containsExactly("true");
        assertThat(cluster.owner(KEY).look(KEY)).containsExactly("absent");
    }

    @Test
    public void missingItem_ofAllCallersOnAllNodes_oneGetsTheLock() {
        List<Outcome> outcomes = everybodyAsks(300, 30);
        assertThat(answered(outcomes)).containsExactly("locked");
        assertThat(set(cluster, cluster.other(KEY), "d")).isEqualTo("1");
        assertThat(answered(outcomes)).hasSize(300).containsOnlyOnce("locked").contains("found d");
    }

    @Test
    public void missingItem_ofOneWhoHardlyWaits_givesTheLock_whereverItIsAsked() {
        for (int i = 0; i < 30; i++) {
            for (double wait : new double[] {1e-9, 1e-6, 1e-3}) {
                Outcome outcome = cluster.node(i % 3).get("key-" + i + "-" + wait, wait);
                cluster.pass(0.02);
                assertThat(outcome.events).as("%s s", wait).containsExactly("locked");
            }
        }
    }

    @Test
    public void waiter_whoHangsUp_isDroppedAtTheOwner() {
        TestNode other = cluster.other(KEY);
        everybodyAsks(1, 10);
        Outcome waiter = other.get(KEY, 10);
        cluster.pass(0.1);
        assertThat(waiter.call.cancel()).isTrue();
        cluster.pass(0.1);
        assertThat(cluster.owner(KEY).core.admin.locks(10)).allMatch(lock -> lock.waiters() == 0);
        cluster.pass(20);
        assertThat(waiter.events).isEmpty();
    }

    @Test
    public void waiter_whoseTimeRunsOut_isToldInTime() {
        everybodyAsks(1, 100);
        Outcome waiter = cluster.other(KEY).get(KEY, 10);
        cluster.pass(9.89);
        assertThat(waiter.events).isEmpty();
        cluster.pass(0.11);
        assertThat(waiter.events).containsExactly("absent");
    }

    @Test
    public void owner_thatIsDead_isMarkedDownAndTheNextOneServes() {
        TestNode owner = cluster.owner(KEY);
        TestNode other = cluster.other(KEY);
        cluster.kill(owner);
        assertThat(set(cluster, other, "d", 1.5)).isEqualTo("1");
        Outcome outcome = other.get(KEY, 0);
        cluster.pass(0.01);
        assertThat(outcome.events).containsExactly("found d");
        assertThat(other.core.cache().status().peers())
                .filteredOn(peer -> peer.deactivated() != 0)
                .extracting(NodeStatus.Peer::ref)
                .containsExactly(owner.core.ref);
    }

    @Test
    public void waiters_whoseOwnerDies_areTakenInByTheNextOwner() {
        TestNode owner = cluster.owner(KEY);
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            TestNode node = cluster.node(i % 3);
            if (node != owner) {
                outcomes.add(node.get(KEY, 30));
            }
        }
        cluster.pass(0.1);
        assertThat(answered(outcomes)).containsExactly("locked");
        cluster.kill(owner);
        cluster.pass(3);
        TestNode heir = cluster.owner(KEY) == owner ? cluster.other(KEY) : cluster.owner(KEY);
        assertThat(set(cluster, heir, "d")).isEqualTo("1");
        assertThat(answered(outcomes))
                .hasSize(outcomes.size())
                .contains("found d")
                .doesNotContain("absent");
    }

    private static boolean owns(TestNode node) {
        return node.core
                .tenure
                .owners()
                .of(Owners.hash(TestNode.key(KEY).bytes()))
                .isHere();
    }

    private static int waiting(TestNode node) {
        return node.core.admin.locks(10).stream()
                .mapToInt(lock -> lock.waiters())
                .sum();
    }

    @Test
    public void waiters_atAnHeir_areMovedToTheOwnerThatComesBack_andMayStillHangUp() {
        TestNode owner = cluster.owner(KEY);
        cluster.hang(owner);
        cluster.other(KEY).get(KEY, 0);
        cluster.pass(12);
        TestNode heir = cluster.nodes.stream()
                .filter(node -> node != owner && owns(node))
                .findAny()
                .orElseThrow();
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            outcomes.add(heir.get(KEY, 300));
            cluster.pass(0.01);
        }
        assertThat(answered(outcomes)).containsExactly("locked");
        assertThat(waiting(heir)).isEqualTo(3);

        cluster.goOn(owner);
        cluster.pass(40);
        assertThat(owns(heir)).isFalse();
        assertThat(waiting(heir)).isZero();
        assertThat(waiting(owner)).isEqualTo(3);
        assertThat(outcomes.get(1).call.cancel()).isTrue();
        cluster.pass(0.1);
        assertThat(waiting(owner)).isEqualTo(2);

        assertThat(set(cluster, cluster.other(KEY), "d")).isEqualTo("1");
        assertThat(answered(outcomes)).containsExactly("locked", "found d", "found d");
        assertThat(outcomes.get(2).call.cancel()).isFalse();
    }

    @Test
    public void owner_thatHangs_isMarkedDownWithinItsTimeoutAndTheCallServed() {
        TestNode owner = cluster.owner(KEY);
        TestNode other = cluster.other(KEY);
        cluster.hang(owner);
        Outcome outcome = other.get(KEY, 0);
        cluster.pass(5.1);
        assertThat(outcome.events).containsExactly("absent");
        assertThat(other.core.cache().status().peers()).anyMatch(peer -> peer.deactivated() != 0);
    }

    @Test
    public void peer_thatWasDown_isUpAgainAfterTheRefreshTime() {
        TestNode owner = cluster.owner(KEY);
        TestNode other = cluster.other(KEY);
        cluster.hang(owner);
        cluster.pass(7);
        assertThat(other.core.tenure.owners().contains(owner.core.ref)).isFalse();
        cluster.goOn(owner);
        cluster.pass(31);
        assertThat(other.core.tenure.owners().contains(owner.core.ref)).isTrue();
    }

    @Test
    public void peer_thatWasDown_isUpAgainAsSoonAsItCalls() {
        TestNode owner = cluster.owner(KEY);
        TestNode other = cluster.other(KEY);
        other.core.peers.failed(
                other.core.tenure.owners().of(Owners.hash(TestNode.key(KEY).bytes())), TestCluster.BROKEN);
        assertThat(other.core.tenure.owners().contains(owner.core.ref)).isFalse();
        for (int i = 0; i < 50; i++) {
            owner.get("key-" + i, 0);
        }
        cluster.pass(0.1);
        assertThat(other.core.tenure.owners().contains(owner.core.ref)).isTrue();
    }

    @Test
    public void views_thatDisagree_neverPassACallOnTwice() {
        TestNode owner = cluster.owner(KEY);
        TestNode other = cluster.other(KEY);
        owner.core.peers.failed(owner.core.tenure.owners().nodes().get(0), TestCluster.BROKEN);
        owner.core.peers.failed(owner.core.tenure.owners().nodes().get(1), TestCluster.BROKEN);
        Outcome outcome = other.get(KEY, 0);
        cluster.pass(5.1);
        assertThat(outcome.events).containsExactly("absent");
        assertThat(cluster.passedOn(other)).isPositive();
        assertThat(cluster.passedOn(owner)).isZero();
    }

    @Test
    public void transport_thatLeaves_leavesEachNodeToItself() {
        for (TestNode node : cluster.nodes) {
            node.core.peers.use(new NoTransport());
        }
        cluster.pass(5);
        assertThat(set(cluster, cluster.other(KEY), "d")).isEqualTo("1");
        assertThat(cluster.other(KEY).core.cache().status().items()).isEqualTo(1);
    }

    @Test
    public void core_thatCloses_refusesWhoWaitsElsewhere() {
        everybodyAsks(1, 100);
        Outcome waiter = cluster.other(KEY).get(KEY, 10);
        cluster.pass(0.1);
        cluster.other(KEY).core.close();
        assertThat(waiter.events).containsExactly("failed UNAVAILABLE");
    }
}
