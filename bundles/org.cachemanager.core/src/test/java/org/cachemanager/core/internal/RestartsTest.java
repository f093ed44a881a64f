package org.cachemanager.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.cachemanager.api.Failure;
import org.junit.Test;

/** A node that is started anew again and again. */
public class RestartsTest {

    private static final long SECOND = 1_000_000_000;

    private final TestNode node = new TestNode(1 << 20);
    private final ScriptedTransport script = new ScriptedTransport(node);

    private void restarted(int times) {
        script.started = 1L + times;
        node.pass(1.1);
    }

    @Test
    public void rest_isNone_thenEverLonger_untilItHasLastedForTheRefreshTime() {
        Restarts restarts = new Restarts();
        assertThat(restarts.next(5, 30 * SECOND, SECOND)).isZero();
        assertThat(restarts.next(SECOND, 30 * SECOND, SECOND)).isEqualTo(2 * SECOND);
        assertThat(restarts.next(2 * SECOND, 30 * SECOND, SECOND)).isEqualTo(4 * SECOND);
        for (int i = 0; i < 20; i++) {
            restarts.next(3 * SECOND, 30 * SECOND, SECOND);
        }
        assertThat(restarts.next(4 * SECOND, 30 * SECOND, SECOND)).isEqualTo(30 * SECOND);
        assertThat(restarts.next(34 * SECOND, 30 * SECOND, SECOND)).isZero();
    }

    /** As when this node has come back with a new first key, while the others have the former one alone. */
    @Test
    public void refusedUnderTheFirstKey_isGreetedUnderTheNext() {
        TestCipher cipher = new TestCipher();
        node.core.gate.use(cipher);
        node.core.gate.configure(
                List.of(
                        Base64.getEncoder().encodeToString(cipher.newKey()),
                        Base64.getEncoder().encodeToString(cipher.newKey())),
                Duration.ofSeconds(30));
        script.refusal = new Failure(Failure.Reason.REFUSED, "No key opens that.");
        script.comes();
        assertThat(script.greets).isEqualTo(2);
    }

    /** It is asked at once, since this node is alone then, though it was to rest. */
    @Test
    public void askedWhileItRests_andSilent_isAskedAgain() {
        script.comes();
        restarted(1);
        script.answerLast();
        restarted(2);
        int asked = script.probes.size();
        node.pass(40);
        assertThat(script.probes.size()).isGreaterThan(asked);
    }
}
