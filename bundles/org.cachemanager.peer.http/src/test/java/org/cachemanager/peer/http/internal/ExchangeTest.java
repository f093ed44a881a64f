package org.cachemanager.peer.http.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.cachemanager.api.Failure;
import org.cachemanager.api.Reply;
import org.cachemanager.api.peer.PeerAddress;
import org.cachemanager.protocol.BodyPieces;
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

    @Test
    public void answer_thatIsNone_isRefusedInWordsWithOneFullStop() {
        for (String answer : List.of("{}", "{\"ref\":\"x\"}", "not JSON")) {
            List<String> told = new ArrayList<>();
            BodyPieces body = new BodyPieces();
            body.expect(answer.length());
            body.append(ByteBuffer.wrap(answer.getBytes(UTF_8)));
            new Exchange(PEER, Outgoing.probe(PEER), null, new Outcomes.Probed(telling(told))).answered(200, body);
            assertThat(told).hasSize(1).allMatch(message -> message.matches("The peer http://a:1 .*[^.]\\."));
        }
    }

    private static Reply<UUID> telling(List<String> told) {
        return new Reply<>() {
            @Override
            public void completed(UUID result) {
                told.add(result.toString());
            }

            @Override
            public void failed(Failure failure) {
                told.add(failure.message());
            }
        };
    }
}
