package org.cachemanager.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.cachemanager.api.Cache;
import org.cachemanager.api.Call;
import org.cachemanager.api.Data;
import org.cachemanager.api.Namespace;
import org.cachemanager.api.PeerMark;
import org.cachemanager.api.peer.PeerAddress;
import org.cachemanager.api.peer.PeerCall;
import org.cachemanager.api.peer.PeerTransport;
import org.cachemanager.testkit.ScriptedCache.Waiting;
import org.jspecify.annotations.Nullable;
import org.junit.Test;

/** What every transport must do when a peer does not answer, or answers in the midst of something else. */
public abstract class UnresponsivePeerContract {

    static final PeerMark CALLER = new PeerMark(UUID.fromString("00000000-0000-4000-8000-00000000000a"), 17);
    static final long PATIENCE_SECONDS = 20;
    static final Duration LONG = Duration.ofMinutes(10);

    final ScriptedCache peer = new ScriptedCache();
    final TestRoom room = new TestRoom();
    final Outcome outcome = new Outcome();

    /** The transport under test, the same at each call within a test. */
    protected abstract PeerTransport transport();

    /** Has a peer serve a cache, plain, until the test ends; the same peer at each call within a test. */
    protected abstract PeerAddress serve(Cache cache) throws Exception;

    /** Has a peer refuse the next upload as too large once it has begun, and read no more of it. */
    protected abstract PeerAddress refuseUnread() throws Exception;

    final PeerCall call(String key, @Nullable PeerMark mark) throws Exception {
        byte[] name = "n".getBytes(UTF_8);
        Namespace namespace = mark == null ? Namespace.of(name) : Namespace.ofPeer(name, mark);
        return new PeerCall(serve(peer), namespace, Data.of(key.getBytes(UTF_8)), room);
    }

    final PeerCall call(String key) throws Exception {
        return call(key, CALLER);
    }

    final String asked() throws InterruptedException {
        String asked = peer.asked.poll(PATIENCE_SECONDS, SECONDS);
        assertThat(asked).as("what the peer is asked").isNotNull();
        return asked;
    }

    final Waiting waiting() throws InterruptedException {
        Waiting call = peer.waiting.poll(PATIENCE_SECONDS, SECONDS);
        if (call == null) {
            throw new AssertionError("Nobody waits at the peer.");
        }
        return call;
    }

    @Test
    public void set_refusedBeforeItIsRead_isAnswered() throws Exception {
        for (int i = 0; i < 5; i++) {
            PeerCall call = new PeerCall(
                    refuseUnread(), call("k").namespace(), call("k").key(), room);
            transport().set(call, Data.of(new byte[20_000_000]), 60, outcome.reply());
            assertThat(outcome.await()).isEqualTo("failed TOO_LARGE");
        }
        assertThat(outcome.isSilent()).isTrue();
    }

    /** A peer that hangs: its system takes connections, as many as may wait, and it takes none of them. */
    @Test
    public void cancel_whileItConnects_isInTime() throws Exception {
        try (ServerSocket listening = listening()) {
            List<Call> calls = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                calls.add(transport().get(call(listening), LONG, outcome));
                calls.add(transport().set(call(listening), Data.of(new byte[100_000]), 60, outcome.reply()));
                calls.add(transport().probe(call(listening).peer(), outcome.reply()));
            }
            transport().get(call("k"), Duration.ZERO, outcome);
            assertThat(outcome.await()).isEqualTo("absent");
            for (Call call : calls) {
                assertThat(call.cancel()).isTrue();
                assertThat(call.cancel()).isFalse();
            }
        }
        transport().get(call("k"), Duration.ZERO, outcome);
        assertThat(outcome.await()).isEqualTo("absent");
        assertThat(outcome.isSilent()).isTrue();
    }

    /** Who waits in vain for a peer that hangs is told when the peer's system says so at last. */
    @Test
    public void hungPeer_thatEnds_isUnavailable() throws Exception {
        try (ServerSocket listening = listening()) {
            transport().get(call(listening), LONG, outcome);
            transport().get(call("k"), Duration.ZERO, new Outcome());
            assertThat(asked()).isNotNull();
            assertThat(outcome.isSilent()).isTrue();
        }
        assertThat(outcome.await()).isIn("failed UNAVAILABLE", "failed NOBODY");
    }

    @Test
    public void cancel_whileItIsAnswered_isInTimeOrTheReplyIsCalledOnce() throws Exception {
        for (int i = 0; i < 300; i++) {
            Outcome mine = new Outcome();
            Call call = transport().get(call("k"), LONG, mine);
            Waiting waiting = waiting();
            boolean[] inTime = new boolean[1];
            Threads.run(2, thread -> {
                if (thread == 0) {
                    waiting.locked();
                } else {
                    inTime[0] = call.cancel();
                }
            });
            assertThat(call.cancel()).isFalse();
            if (!inTime[0]) {
                assertThat(mine.await()).isEqualTo("locked");
            }
            assertThat(mine.isSilent()).isTrue();
        }
    }

    private static ServerSocket listening() throws IOException {
        ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        listening.setSoTimeout((int) SECONDS.toMillis(PATIENCE_SECONDS));
        return listening;
    }

    private PeerCall call(ServerSocket listening) throws Exception {
        PeerCall there = call("k");
        PeerAddress address = new PeerAddress("127.0.0.1", listening.getLocalPort(), false);
        return new PeerCall(address, there.namespace(), there.key(), room);
    }
}
