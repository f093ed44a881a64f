package org.cachemanager.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.cachemanager.api.Failure;
import org.junit.Test;

/** The locks that a node's clients have, and what another node that comes is told of them. */
public class LeasesTest {

    private final TestNode node = new TestNode(2 << 20);
    private final ScriptedTransport script = new ScriptedTransport(node);

    /** Gives so many locks to clients, for ten seconds less the margin. */
    private void locked(int locks) {
        for (int i = 0; i < locks; i++) {
            assertThat(node.get("k" + i, 10).events).containsExactly("locked");
        }
    }

    private void otherComes() {
        script.comes();
        node.pass(0.01);
    }

    private boolean isOthers(String key) {
        return !node.core
                .tenure
                .owners()
                .of(Owners.hash(TestNode.key(key).bytes()))
                .isHere();
    }

    private int others(int locks) {
        int others = 0;
        for (int i = 0; i < locks; i++) {
            others += isOthers("k" + i) ? 1 : 0;
        }
        return others;
    }

    @Test
    public void nodeThatComes_isToldOfTheLocksOfItsKeys_withWhatIsLeftOfThem() {
        locked(40);
        node.pass(3);
        otherComes();
        assertThat(script.claims).hasSize(others(40)).hasSizeBetween(5, 35).allSatisfy(rest -> assertThat(rest)
                .isBetween(Duration.ofMillis(6700), Duration.ofMillis(6800)));
        node.pass(5);
        assertThat(script.claims).as("told once").hasSize(others(40));
    }

    @Test
    public void locksThatAreOver_areNotTold() {
        locked(40);
        node.pass(9.81);
        otherComes();
        assertThat(script.claims).isEmpty();
    }

    @Test
    public void locksWhoseItemWasSet_areNotTold() {
        locked(40);
        for (int i = 0; i < 40; i++) {
            node.set("k" + i, "d", 60);
            node.delete("k" + i);
        }
        otherComes();
        assertThat(script.claims).isEmpty();
    }

    @Test
    public void tooManyLocks_theOldestAreNotTold() {
        locked(400);
        otherComes();
        node.pass(1);
        int most = 64 * 1024 / 300;
        int newest = 0;
        for (int i = 399; i >= 400 - most; i--) {
            newest += isOthers("k" + i) ? 1 : 0;
        }
        assertThat(script.claims.size()).isBetween(newest - 10, newest).isLessThan(others(400));
    }

    @Test
    public void claims_areSixteenAtATime_andGivenUpWhenTheyAreNotAnswered() {
        script.claimsUnanswered = true;
        locked(80);
        otherComes();
        assertThat(others(80)).isGreaterThan(32);
        assertThat(script.claims).hasSize(16);
        int cancelled = script.cancelled;
        node.pass(2.4);
        assertThat(script.claims).hasSize(16);
        node.pass(0.2);
        assertThat(script.cancelled - cancelled).isGreaterThanOrEqualTo(16);
        script.claimsUnanswered = false;
        node.pass(3);
        assertThat(script.claims.size()).isGreaterThanOrEqualTo(16 + others(80));
    }

    @Test
    public void claimThatIsRefused_isMadeAgainSoon() {
        script.claimRefusal = new Failure(Failure.Reason.ELSEWHERE, "Not yet.");
        locked(10);
        otherComes();
        int owed = others(10);
        int refused = script.claims.size();
        assertThat(refused).isGreaterThanOrEqualTo(owed);
        node.pass(1);
        assertThat(script.claims.size() - refused).isBetween(3 * owed, 7 * owed);
        script.claimRefusal = null;
        node.pass(0.3);
        int taken = script.claims.size();
        node.pass(1);
        assertThat(script.claims).hasSize(taken);
    }
}
