package org.cachemanager.peer.http.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.cachemanager.api.peer.PeerAddress;
import org.cachemanager.testkit.Outcome;
import org.junit.Test;

/** How a call ends. */
public class ExchangeTest {

    private static final PeerAddress PEER = new PeerAddress("a", 1, false);

    private final Outcome outcome = new Outcome();
    private final AtomicInteger tasks = new AtomicInteger();
    private final Exchange exchange =
            new Exchange(PEER, Outgoing.probe(PEER), null, new Outcomes.Probed(outcome.reply()));

    private void fault() {
        tasks.incrementAndGet();
        throw new IllegalStateException("thrown by the test");
    }

    @Test
    public void end_whatIsDoneThenThrows_allElseIsDoneNevertheless() throws Exception {
        assertThat(exchange.begin(0, this::fault)).isTrue();
        exchange.then(this::fault);
        exchange.fail(Refusals.stopping(PEER));
        assertThat(outcome.await()).isEqualTo("failed UNAVAILABLE");
        assertThat(tasks).hasValue(2);
        assertThat(exchange.isOpen()).isFalse();
    }
}
