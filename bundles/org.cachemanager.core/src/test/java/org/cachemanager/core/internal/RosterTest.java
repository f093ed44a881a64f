package org.cachemanager.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.UUID;
import org.cachemanager.api.Failure;
import org.cachemanager.api.NodeStatus;
import org.cachemanager.api.peer.PeerAddress;
import org.junit.Test;

/** What the status says of the other nodes. */
public class RosterTest {

    private static final PeerAddress THERE = new PeerAddress("10.0.0.2", 8183, true);
    private static final PeerAddress SECOND = new PeerAddress("10.0.0.1", 8183, true);
    private static final PeerAddress EMPTY = new PeerAddress("10.0.0.3", 8182, false);
    private static final UUID OTHER = PeersTest.OTHER;
    private static final NodeStatus.Peer SELF = new NodeStatus.Peer(TestNode.REF, 0, null);
    private static final Failure REFUSED = new Failure(Failure.Reason.REFUSED, "It does not know this node.");

    private final TestNode node = new TestNode(1 << 20);
    private final ScriptedTransport script = new ScriptedTransport(node);

    private void members(PeerAddress... addresses) {
        node.core.peers.members(Set.of(addresses), () -> true);
    }

    private void up() {
        script.comes();
    }

    private NodeStatus status() {
        return node.core.cache().status();
    }

    private static NodeStatus.Peer other(long deactivated) {
        return new NodeStatus.Peer(OTHER, deactivated, "https://10.0.0.2:8183");
    }

    @Test
    public void peer_hasItsAddress_upOrDown() {
        up();
        assertThat(status().peers()).containsExactly(other(0), SELF);
        script.refusal = REFUSED;
        node.pass(1.1);
        assertThat(status().peers()).containsExactly(other(node.clock.epochMillis() / 1000), SELF);
        assertThat(status().vacant()).isEmpty();
    }

    @Test
    public void peer_thatRefusesThisNode_andWasNeverUp_isDownSinceItIsListed() {
        node.core.peers.use(script);
        script.refusal = REFUSED;
        members(THERE);
        long listed = node.clock.epochMillis() / 1000;
        script.probes.get(0).failed(REFUSED);
        assertThat(status().vacant()).containsExactly("https://10.0.0.2:8183");
        node.pass(1.5);
        script.probes.get(1).completed(OTHER);
        assertThat(status().peers()).containsExactly(other(listed), SELF);
        assertThat(status().vacant()).isEmpty();
    }

    @Test
    public void peer_ofSeveralAddresses_hasTheOneAtWhichItIsUp() {
        up();
        members(THERE, SECOND);
        script.probes.get(1).completed(OTHER);
        members(THERE, SECOND, EMPTY);
        assertThat(status().peers()).containsExactly(other(0), SELF);
    }

    @Test
    public void address_whereNobodyWasEverFound_isShownApart_whileItIsListed() {
        up();
        members(THERE, EMPTY);
        assertThat(status().vacant()).isEmpty();
        script.probes.get(1).failed(REFUSED);
        assertThat(status().vacant()).containsExactly("http://10.0.0.3:8182");
        assertThat(status().peers()).containsExactly(other(0), SELF);
        members(THERE);
        assertThat(status().vacant()).isEmpty();
    }
}
