package org.cachemanager.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.cachemanager.api.Data;
import org.cachemanager.api.Namespace;
import org.cachemanager.api.peer.Greeting;
import org.cachemanager.api.peer.PeerAddress;
import org.cachemanager.api.peer.PeerCall;
import org.cachemanager.api.peer.Version;
import org.cachemanager.core.internal.TestNode.Outcome;
import org.junit.Test;

/** What is in force where no bundle offers a transport. */
public class NoTransportTest {

    private static final PeerAddress THERE = new PeerAddress("10.0.0.2", 8183, true);

    @Test
    public void everyCall_failsAtOnce() {
        NoTransport none = new NoTransport();
        PeerCall call = new PeerCall(THERE, Namespace.of(new byte[1]), Data.of(new byte[1]), bytes -> null);
        Greeting greeting = new Greeting(new UUID(1, 1), 1, 1, 1, 1, 1, 1, 1);
        List<String> events = new ArrayList<>();
        assertThat(none.probe(THERE, TestNode.reply(events)).cancel()).isFalse();
        assertThat(none.set(call, Data.of(new byte[1]), 1, TestNode.reply(events))
                        .cancel())
                .isFalse();
        assertThat(none.delete(call, TestNode.reply(events)).cancel()).isFalse();
        assertThat(none.greet(call, greeting, TestNode.reply(events)).cancel()).isFalse();
        assertThat(none.claim(call, Duration.ofSeconds(1), TestNode.reply(events))
                        .cancel())
                .isFalse();
        assertThat(none.give(call, Data.of(new byte[1]), new Version(1, 1), TestNode.reply(events))
                        .cancel())
                .isFalse();
        assertThat(events).hasSize(6).containsOnly("failed UNAVAILABLE");
        Outcome outcome = new Outcome();
        assertThat(none.get(call, Duration.ZERO, outcome).cancel()).isFalse();
        assertThat(outcome.events).containsExactly("failed UNAVAILABLE");
    }
}
