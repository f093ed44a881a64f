package org.cachemanager.peer.http.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.cachemanager.api.Cache;
import org.cachemanager.api.Data;
import org.cachemanager.api.Namespace;
import org.cachemanager.api.peer.PeerAddress;
import org.cachemanager.api.peer.PeerCall;
import org.cachemanager.api.peer.PeerTransport;
import org.cachemanager.testkit.Outcome;
import org.cachemanager.testkit.PeerTransportContract;
import org.cachemanager.testkit.ScriptedCache;
import org.cachemanager.testkit.TestRoom;
import org.jspecify.annotations.Nullable;
import org.junit.After;
import org.junit.Test;

/** The seam's contract, and how connections and threads are used. */
public class HttpPeerTransportTest extends PeerTransportContract {

    private final HttpPeerTransport transport = new HttpPeerTransport(Settings.NONE);
    private final Outcome outcome = new Outcome();
    private final Queue<IOException> hungUp = new ConcurrentLinkedQueue<>();
    private @Nullable PeerServer server;

    @After
    public void stop() {
        transport.stop();
        if (server != null) {
            server.close();
        }
        assertThat(threads()).as("threads that are left").isEmpty();
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .map(Thread::getName)
                .filter(name -> name.startsWith("cachemanager-peer"))
                .toList();
    }

    @Override
    protected PeerTransport transport() {
        return transport;
    }

    @Override
    protected synchronized PeerAddress serve(Cache cache) throws IOException {
        return server(cache).address();
    }

    private synchronized PeerServer server(Cache cache) throws IOException {
        PeerServer running = server;
        if (running == null) {
            running = PeerServer.plain(cache);
            server = running;
        }
        return running;
    }

    @Override
    protected PeerAddress nobody() throws IOException {
        try (ServerSocket free = PeerServer.loopback()) {
            return new PeerAddress("127.0.0.1", free.getLocalPort(), false);
        }
    }

    @Override
    protected PeerAddress refuseUnread() throws IOException {
        ServerSocket listening = PeerServer.loopback();
        PeerServer.background(() -> {
            try (listening;
                    Socket socket = listening.accept()) {
                if (socket.getInputStream().read() >= 0) {
                    socket.getOutputStream()
                            .write("HTTP/1.1 413 X\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".getBytes(UTF_8));
                }
                Object unused = socket.getInputStream().skip(Long.MAX_VALUE); // closed at once it would be reset
            } catch (IOException e) {
                hungUp.add(e); // as it should be
            }
        });
        return new PeerAddress("127.0.0.1", listening.getLocalPort(), false);
    }

    private static PeerCall call(PeerAddress peer) {
        return new PeerCall(peer, Namespace.of("n".getBytes(UTF_8)), Data.of("k".getBytes(UTF_8)), new TestRoom());
    }

    @Test
    public void calls_oneAfterTheOther_shareAConnection() throws Exception {
        PeerServer peer = server(new ScriptedCache());
        for (int i = 0; i < 500; i++) {
            transport.set(call(peer.address()), Data.of("data".getBytes(UTF_8)), 60, outcome.reply());
            assertThat(outcome.await()).isEqualTo("completed 4");
        }
        assertThat(peer.accepted.get()).isLessThanOrEqualTo(5);
    }

    @Test
    public void keptConnection_closedByThePeer_isReplaced() throws Exception {
        PeerServer peer = server(new ScriptedCache());
        for (int i = 0; i < 200; i++) {
            transport.get(call(peer.address()), Duration.ZERO, outcome);
            assertThat(outcome.await()).isEqualTo("absent");
            peer.dropConnections();
        }
    }

    @Test
    public void host_byName_isReached() throws Exception {
        PeerAddress peer = server(new ScriptedCache()).address();
        transport.get(call(new PeerAddress("localhost", peer.port(), false)), Duration.ZERO, outcome);
        assertThat(outcome.await()).isEqualTo("absent");
        transport.probe(new PeerAddress("no-such-host.invalid", 80, false), outcome.reply());
        assertThat(outcome.await()).isEqualTo("failed UNAVAILABLE");
    }

    @Test
    public void stop_failsThoseThatWait_andAllAfterIt() throws Exception {
        ScriptedCache cache = new ScriptedCache();
        PeerAddress peer = server(cache).address();
        transport.get(call(peer), Duration.ofMinutes(10), outcome);
        assertThat(cache.waiting.poll(20, SECONDS)).isNotNull();
        transport.stop();
        assertThat(outcome.await()).isEqualTo("failed UNAVAILABLE");
        assertThat(cache.cancelled.poll(20, SECONDS)).isNotNull();
        transport.get(call(peer), Duration.ZERO, outcome);
        assertThat(outcome.await()).isEqualTo("failed UNAVAILABLE");
        assertThat(threads()).isEmpty();
    }

    @Test
    public void waiting_holdsNoThread() throws Exception {
        ScriptedCache cache = new ScriptedCache();
        PeerAddress peer = server(cache).address();
        List<Outcome> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            all.add(new Outcome());
            transport.get(call(peer), Duration.ofMinutes(10), all.get(i));
        }
        await().until(() -> cache.waiting.size() == 200);
        assertThat(threads()).hasSizeLessThan(20);
        for (ScriptedCache.Waiting waiting : cache.waiting) {
            waiting.locked();
        }
        for (Outcome one : all) {
            assertThat(one.await()).isEqualTo("locked");
        }
    }
}
