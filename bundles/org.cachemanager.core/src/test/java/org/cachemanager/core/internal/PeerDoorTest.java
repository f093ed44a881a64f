package org.cachemanager.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.cachemanager.api.Data;
import org.cachemanager.api.Key;
import org.cachemanager.api.Namespace;
import org.cachemanager.api.PeerMark;
import org.cachemanager.api.peer.Greeting;
import org.cachemanager.api.peer.PeerService;
import org.cachemanager.api.peer.Version;
import org.junit.Before;
import org.junit.Test;

/** What a peer asks of this node. */
public class PeerDoorTest {

    private final TestNode node = new TestNode(1 << 20);
    private final ScriptedTransport script = new ScriptedTransport(node);
    private final PeerService door = node.core.peerService();
    private final List<String> answers = new ArrayList<>();
    private String mine = "";
    private String theirs = "";

    @Before
    public void up() {
        script.comes();
        node.pass(0.5);
        for (int i = 0; mine.isEmpty() || theirs.isEmpty(); i++) {
            Owners.Node owner = node.core
                    .tenure
                    .owners()
                    .of(Owners.hash(TestNode.key("k" + i).bytes()));
            mine = owner.isHere() ? "k" + i : mine;
            theirs = owner.isHere() ? theirs : "k" + i;
        }
    }

    private static Key key(String key, long epoch) {
        return Key.of(
                Namespace.ofPeer(TestNode.bytes("ns"), new PeerMark(PeersTest.OTHER, epoch)), TestNode.bytes(key));
    }

    private void claim(Key key, double seconds) {
        door.claim(key, Duration.ofNanos((long) (seconds * 1e9)), TestNode.reply(answers));
    }

    private void take(Key key, String data, long stamp) {
        Version version = new Version(node.clock.epochMillis() + 60_000, stamp);
        door.take(key, Data.of(TestNode.bytes(data)), version, TestNode.reply(answers));
    }

    @Test
    public void claimOfAKeyOfThisNode_isTakenNoteOf() {
        claim(key(mine, 0), 5);
        assertThat(answers).containsExactly("true");
        TestNode.Outcome waiting = node.get(mine, 10);
        assertThat(waiting.events).isEmpty();
        node.pass(5.1);
        assertThat(waiting.events).containsExactly("locked");
    }

    @Test
    public void claimOfAKeyOfAnother_orFromAnEarlierEpoch_isRefused() {
        claim(key(theirs, 0), 5);
        claim(key(mine, 1), 5);
        assertThat(answers).containsExactly("failed ELSEWHERE", "failed ELSEWHERE");
        assertThat(node.get(mine, 10).events).containsExactly("locked");
    }

    @Test
    public void itemThatIsGiven_isTaken_unlessItIsOutdated() {
        long stamp = node.core.stamps.next();
        take(key(mine, 0), "theirs", stamp);
        take(key(mine, 0), "older", stamp - (1 << 20));
        take(key(mine, 1), "of an earlier epoch", stamp + (1 << 20));
        assertThat(answers).containsExactly("true", "false", "failed ELSEWHERE");
        assertThat(node.look(mine)).containsExactly("found theirs");
    }

    @Test
    public void itemThatIsAnothers_isNeverTaken() {
        take(key(theirs, 0), "given", node.core.stamps.next());
        assertThat(answers).isEmpty();
        node.pass(5);
        assertThat(answers).hasSize(1).doesNotContain("true");
    }

    @Test
    public void lockThatIsFree_isForgottenByTheNodeWhoseClientHasIt() {
        TestNode.Outcome holder = node.get(theirs, 10);
        script.gets.get(0).locked();
        assertThat(holder.events).containsExactly("locked");
        node.pass(1);
        int told = script.claims.size();
        claim(key(theirs, 0), 0);
        assertThat(answers).containsExactly("true");
        script.begun = 2;
        script.started = 2;
        node.pass(1.1);
        script.answerLast();
        node.pass(1);
        assertThat(script.claims).as("to the owner that has been started anew").hasSize(told);
    }

    @Test
    public void greeting_isAnswered_andOneOfAnotherViewHasAllGreeted() {
        Greeting agreed = door.greeted(
                PeersTest.OTHER,
                new Greeting(PeersTest.OTHER, node.core.tenure.owners().id(), 1, 1, 0, 1, 1, 1));
        assertThat(agreed.ref()).isEqualTo(TestNode.REF);
        assertThat(agreed.since()).isPositive();
        int greets = script.greets;
        door.greeted(PeersTest.OTHER, new Greeting(PeersTest.OTHER, 99, 2, 1, 0, 1, 1, 1));
        assertThat(script.greets).isGreaterThan(greets);
    }
}
