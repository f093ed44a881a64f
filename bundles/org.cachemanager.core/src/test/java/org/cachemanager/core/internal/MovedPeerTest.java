package org.cachemanager.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.UUID;
import org.cachemanager.api.Failure;
import org.cachemanager.api.NodeStatus;
import org.cachemanager.api.peer.PeerAddress;
import org.jspecify.annotations.Nullable;
import org.junit.Before;
import org.junit.Test;

/** A node that is up takes its calls at another address from now on. */
public class MovedPeerTest {

    private static final PeerAddress OLD = PeersTest.THERE;
    private static final PeerAddress NEW = new PeerAddress("10.0.0.2", 9183, true);

    private final TestNode node = new TestNode(1 << 20);
    private final ScriptedTransport script = new ScriptedTransport(node);
    private long epoch;

    @Before
    public void up() {
        node.core.peers.use(script);
        listed(OLD);
        answer(OLD);
        node.pass(0.5);
        epoch = node.core.tenure.view().epoch();
        assertThat(address()).isEqualTo(OLD);
    }

    private void listed(PeerAddress... addresses) {
        node.core.peers.members(Set.of(addresses), () -> true);
    }

    /** It says at an address who it is. */
    private void answer(PeerAddress at) {
        script.probes.get(script.probed.lastIndexOf(at)).completed(PeersTest.OTHER);
    }

    /** Where it is called; null when it is not up. */
    private @Nullable PeerAddress address() {
        return node.core.tenure.owners().nodes().stream()
                .filter(each -> each.ref().equals(PeersTest.OTHER))
                .map(Owners.Node::address)
                .findFirst()
                .orElse(null);
    }

    private void assertStaysUp(PeerAddress at) {
        assertThat(address()).isEqualTo(at);
        assertThat(node.core.tenure.view().epoch()).as("the epoch").isEqualTo(epoch);
        assertThat(node.core.cache().status().peers())
                .extracting(NodeStatus.Peer::deactivated)
                .containsOnly(0L);
    }

    @Test
    public void bothAddressesListed_nobodyListensAtTheOldOne_staysUpAtTheNew() {
        listed(OLD, NEW);
        answer(NEW);
        assertStaysUp(OLD);
        script.deserted = OLD;
        node.pass(1.1);
        assertStaysUp(NEW);
        node.pass(60);
        assertStaysUp(NEW);
        listed(NEW);
        assertStaysUp(NEW);
    }

    /** As when the new address is listed beside the old one first, and the old one taken out later. */
    @Test
    public void oldAddressTakenOutOfTheList_whileItAnswers_staysUpAtTheNew() {
        listed(OLD, NEW);
        answer(NEW);
        listed(NEW);
        assertStaysUp(NEW);
        node.pass(60);
        assertStaysUp(NEW);
    }

    /** However often the registry reports. */
    @Test
    public void addressOutOfTheList_isForgottenAfterTheTimeout_thoughAnotherOneIsVacant() {
        listed(NEW);
        for (int i = 0; i < 6; i++) {
            node.pass(0.9);
            listed(NEW);
        }
        assertThat(address()).isNull();
    }

    /** Each has its own time to be found elsewhere. */
    @Test
    public void twoThatMove_oneAfterTheOther_bothStayUp() {
        UUID third = new UUID(3, 3);
        PeerAddress before = new PeerAddress("10.0.0.3", 8183, true);
        PeerAddress after = new PeerAddress("10.0.0.3", 9183, true);
        script.others.put(before, third);
        script.others.put(after, third);
        listed(OLD, before);
        script.probes.get(script.probed.lastIndexOf(before)).completed(third);
        node.pass(0.5);
        epoch = node.core.tenure.view().epoch();
        listed(OLD, after);
        script.probes.get(script.probed.lastIndexOf(after)).completed(third);
        node.pass(4.9);
        listed(NEW, after);
        node.pass(0.2);
        answer(NEW);
        assertStaysUp(NEW);
        node.pass(5);
        assertStaysUp(NEW);
        assertThat(node.core.tenure.owners().contains(third)).isTrue();
    }

    private Set<UUID> gone() {
        return Roster.of(TestNode.REF, node.core.peers.members.all()).gone();
    }

    /** Another process answers at the new address: the one at the old address may still serve. */
    @Test
    public void anotherOfThatRefAtTheNewAddress_isDown_andNotGoneForSure() {
        listed(NEW);
        script.started = 2;
        answer(NEW);
        assertThat(gone()).isEmpty();
        assertThat(node.core.tenure.view().epoch()).isNotEqualTo(epoch);
    }

    @Test
    public void movedAndThenSilent_isNotGoneForSure() {
        listed(OLD, NEW);
        answer(NEW);
        script.deserted = OLD;
        node.pass(1.1);
        assertStaysUp(NEW);
        script.silent = true;
        node.pass(5);
        assertThat(address()).isNull();
        assertThat(gone()).isEmpty();
    }

    @Test
    public void addressReplacedInTheList_staysUp_asSoonAsItIsFoundAtTheNew() {
        listed(NEW);
        assertStaysUp(OLD);
        node.pass(2);
        answer(NEW);
        assertStaysUp(NEW);
        node.pass(60);
        assertStaysUp(NEW);
        assertThat(script.probed.subList(script.probed.lastIndexOf(NEW), script.probed.size()))
                .doesNotContain(OLD);
    }

    @Test
    public void addressReplacedInTheList_notFoundAtTheNew_isForgottenAfterTheTimeout() {
        listed(NEW);
        node.pass(4.9);
        assertStaysUp(OLD);
        node.pass(0.2);
        assertThat(address()).isNull();
        assertThat(node.core.cache().status().peers()).hasSize(1);
    }

    @Test
    public void addressOutOfTheList_andNoneThatIsNew_isForgottenAtOnce() {
        listed();
        assertThat(address()).isNull();
    }

    @Test
    public void seenElsewhereLongAgo_isMarkedDown() {
        listed(OLD, NEW);
        answer(NEW);
        node.pass(3);
        script.deserted = OLD;
        node.pass(1.1);
        assertThat(address()).isNull();
    }

    /** One that was started anew at the new address has lost what it had. */
    @Test
    public void startedAnewAtTheNewAddress_isAnotherOne() {
        listed(OLD, NEW);
        answer(NEW);
        script.deserted = OLD;
        script.started = 2;
        node.pass(1.1);
        assertThat(node.core.tenure.view().epoch()).isNotEqualTo(epoch);
    }

    /** It hangs, and does not move: a call may still be under way there. */
    @Test
    public void silentAtTheOldAddress_isMarkedDown() {
        listed(OLD, NEW);
        answer(NEW);
        script.silent = true;
        node.pass(3.6);
        assertThat(address()).isNull();
    }

    /** What was asked at the new address before is no longer waited for. */
    @Test
    public void askedAtTheNewAddressMeanwhile_answersLate_staysUp() {
        listed(OLD, NEW);
        answer(NEW);
        node.pass(1.05);
        script.deserted = OLD;
        node.pass(1);
        assertStaysUp(NEW);
        script.probes.get(script.probed.lastIndexOf(NEW)).failed(new Failure(Failure.Reason.REFUSED, "Late."));
        assertStaysUp(NEW);
    }
}
