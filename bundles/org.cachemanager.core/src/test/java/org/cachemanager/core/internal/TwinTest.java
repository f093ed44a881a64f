package org.cachemanager.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.cachemanager.api.NodeStatus;
import org.cachemanager.api.peer.Greeting;
import org.junit.Before;
import org.junit.Test;

/** Another node has this node's ref. */
public class TwinTest {

    private final TestNode node = new TestNode(1 << 20);
    private final ScriptedTransport script = new ScriptedTransport(node);
    private final long mine = node.core.tenure.started();

    @Before
    public void up() {
        script.comes();
        node.pass(0.5);
        assertThat(up(node)).isEqualTo(2);
    }

    private static long up(TestNode node) {
        return node.core.cache().status().peers().stream()
                .map(NodeStatus.Peer::deactivated)
                .filter(deactivated -> deactivated == 0)
                .count();
    }

    /** A node of this node's ref greets it. */
    private void met(long started) {
        Greeting word = new Greeting(TestNode.REF, 1, 1, 1, 0, Greeting.UNKNOWN, started, started);
        node.core.peerService().greeted(TestNode.REF, word);
    }

    @Test
    public void startedLater_thisNodeGoesOn() {
        met(mine + 1);
        met(mine + 1);
        assertThat(node.core.peers.isWithdrawn()).isFalse();
        assertThat(up(node)).isEqualTo(2);
    }

    @Test
    public void itself_isNoTwin() {
        met(mine);
        assertThat(node.core.peers.isWithdrawn()).isFalse();
        assertThat(up(node)).isEqualTo(2);
    }

    @Test
    public void startedEarlier_thisNodeTakesNoPart_andServesItsOwnClients() {
        int greets = script.greets;
        met(mine - 1);
        assertThat(node.core.peers.isWithdrawn()).isTrue();
        assertThat(node.core.cache().status().peers()).hasSize(1);
        assertThat(node.set("k", "mine", 60)).isEqualTo("4");
        node.pass(4.9);
        assertThat(script.greets).isEqualTo(greets);
        assertThat(node.core.peers.isWithdrawn()).isTrue();
    }

    @Test
    public void nothingHeardOfItForTheTimeout_thisNodeJoins() {
        met(mine - 1);
        node.pass(4);
        met(mine - 1);
        node.pass(4.9);
        assertThat(node.core.peers.isWithdrawn()).isTrue();
        int probes = script.probes.size();
        node.pass(1.2);
        assertThat(node.core.peers.isWithdrawn()).isFalse();
        assertThat(script.probes.size()).isGreaterThan(probes);
        script.answerLast();
        node.pass(0.5);
        assertThat(up(node)).isEqualTo(2);
    }
}
