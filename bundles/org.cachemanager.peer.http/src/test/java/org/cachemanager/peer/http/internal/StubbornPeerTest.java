package org.cachemanager.peer.http.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.cachemanager.api.Call;
import org.cachemanager.api.Data;
import org.cachemanager.api.Failure;
import org.cachemanager.api.Namespace;
import org.cachemanager.api.peer.PeerAddress;
import org.cachemanager.api.peer.PeerCall;
import org.cachemanager.protocol.BodyPieces;
import org.cachemanager.testkit.Outcome;
import org.cachemanager.testkit.TestRoom;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;

/** Peers that stop in the middle, are slow, or can't be reached for want of sockets; the time is the test's. */
public class StubbornPeerTest {

    private static final int PATIENCE_MILLIS = 20_000;
    private static final Duration IDLE = Duration.ofMillis(300);
    private static final String ABSENT = "{\"data\":null,\"lock\":false,\"expiry\":0}";
    private static final String STATUS = "{\"ref\":\"1d20de92-12bd-4067-8563-8d63e83429cc\"}";

    private final AtomicLong nanos = new AtomicLong(-5);
    private final List<SocketChannel> channels = new CopyOnWriteArrayList<>();
    private final Outcome outcome = new Outcome();
    private final TestRoom room = new TestRoom();
    private volatile boolean exhausted;
    private HttpPeerTransport transport;
    private ServerSocket listening;

    @Before
    public void listen() throws IOException {
        listening = new ServerSocket();
        listening.setReceiveBufferSize(2048);
        listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        listening.setSoTimeout(PATIENCE_MILLIS);
        start(Duration.ofSeconds(25));
    }

    private void start(Duration idle) {
        Outside outside = new Outside(nanos::get, InetAddress::getByName, this::socket, idle);
        transport = new HttpPeerTransport(Settings.NONE, outside);
    }

    private void restart(Duration idle) {
        transport.stop();
        start(idle);
    }

    private SocketChannel socket() throws IOException {
        if (exhausted) {
            throw new SocketException("Too many open files");
        }
        SocketChannel channel = SocketChannel.open();
        channel.setOption(StandardSocketOptions.SO_SNDBUF, 2048);
        channels.add(channel);
        return channel;
    }

    @After
    public void stop() throws IOException {
        transport.stop();
        listening.close();
        assertThat(room.held).hasValue(0);
    }

    private PeerCall call() {
        PeerAddress peer = new PeerAddress("127.0.0.1", listening.getLocalPort(), false);
        return new PeerCall(peer, Namespace.of("n".getBytes(UTF_8)), Data.of("k".getBytes(UTF_8)), room);
    }

    private Call get() {
        return transport.get(call(), Duration.ofMinutes(10), outcome);
    }

    private Socket accepted() throws IOException {
        Socket socket = listening.accept();
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    private static void request(Socket socket) throws IOException {
        assertThat(socket.getInputStream().read(new byte[8192])).isPositive();
    }

    private static void say(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(UTF_8));
        socket.getOutputStream().flush();
    }

    private static String answer(String body) {
        return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private static void awaitHangUp(Socket socket) throws IOException {
        byte[] bytes = new byte[65_536];
        InputStream in = socket.getInputStream();
        try {
            while (in.read(bytes) >= 0) {
                assertThat(bytes).isNotEmpty();
            }
        } catch (SocketException e) {
            assertThat(e).hasMessageContaining("reset");
        }
    }

    @Test
    public void upload_answeredWhileItsEndIsStuck_isOver() throws Exception {
        restart(IDLE);
        Call call = transport.set(call(), Data.of(new byte[31_000]), 60, outcome.reply());
        try (Socket socket = accepted()) {
            assertThat(socket.getInputStream().read()).isPositive();
            say(socket, answer("\"ok\""));
            assertThat(outcome.await()).isEqualTo("completed 31000");
            assertThat(call.cancel()).isFalse();
            await().until(() -> !channels.get(0).isOpen());
            awaitHangUp(socket);
        }
        assertThat(outcome.isSilent()).isTrue();
    }

    @Test
    public void answer_thatBreaksItsReader_isAFailure() {
        PeerAddress peer = call().peer();
        Exchange exchange = new Exchange(peer, Outgoing.probe(peer), null, new Breaking(outcome));
        assertThat(exchange.end()).isTrue();
        exchange.answered(200, new BodyPieces());
        assertThat(outcome.isSilent()).isFalse();
    }

    /** Reads nothing. */
    private record Breaking(Outcome outcome) implements Outcomes.Outcome {

        @Override
        public Runnable read(BodyPieces body, Room held) {
            throw new IllegalStateException("thrown by the test");
        }

        @Override
        public void failed(Failure failure) {
            outcome.failed(failure);
        }
    }

    @Test
    public void get_thatHasWaited_isNotSentAgain() throws Exception {
        get();
        try (Socket socket = accepted()) {
            request(socket);
            say(socket, answer(ABSENT));
            assertThat(outcome.await()).isEqualTo("absent");
            get();
            request(socket);
            nanos.addAndGet(Duration.ofMillis(1100).toNanos());
        }
        assertThat(outcome.await()).isEqualTo("failed UNAVAILABLE");
        assertThat(channels).hasSize(1);
    }

    @Test
    public void answer_inDrips_isGivenUp() throws Exception {
        get();
        try (Socket socket = accepted()) {
            request(socket);
            say(socket, answer(ABSENT).substring(0, 60));
            await().until(() -> channels.get(0).isOpen());
            while (outcome.isSilent()) {
                nanos.addAndGet(Duration.ofSeconds(31).toNanos());
                say(socket, " ");
                assertThat(channels).hasSize(1);
            }
            assertThat(outcome.await()).isEqualTo("failed UNAVAILABLE");
            awaitHangUp(socket);
        }
    }

    @Test
    public void answer_thatStops_isGivenUp() throws Exception {
        restart(IDLE);
        get();
        try (Socket socket = accepted()) {
            request(socket);
            say(socket, answer(ABSENT).substring(0, 20));
            assertThat(outcome.await()).isEqualTo("failed UNAVAILABLE");
            awaitHangUp(socket);
        }
    }

    @Test
    public void noMoreSockets_isNotThePeersFault() throws Exception {
        exhausted = true;
        get();
        assertThat(outcome.await()).isEqualTo("failed NO_ROOM");
        PeerAddress peer = call().peer();
        for (IOException own : List.of(
                new BindException("Cannot assign requested address"),
                new SocketException("Too many open files in system"),
                new ConnectException("No buffer space available"))) {
            assertThat(Refusals.lost(peer, own).reason()).as("%s", own).isEqualTo(Failure.Reason.NO_ROOM);
        }
    }

    @Test
    public void probe_whenThereAreNoMoreSockets_hasOne() throws Exception {
        transport.probe(call().peer(), outcome.reply());
        try (Socket control = accepted()) {
            request(control);
            say(control, answer(STATUS));
            assertThat(outcome.await()).startsWith("completed 1d20de92");
            get();
            try (Socket waiting = accepted()) {
                request(waiting);
                exhausted = true;
                nanos.addAndGet(Duration.ofMillis(5).toNanos()); // else it is held back behind the one before
                get();
                assertThat(outcome.await()).isEqualTo("failed NO_ROOM");
                transport.probe(call().peer(), outcome.reply());
                request(control);
                say(control, answer(STATUS));
                assertThat(outcome.await()).startsWith("completed 1d20de92");
                say(waiting, answer(ABSENT));
                assertThat(outcome.await()).isEqualTo("absent");
            }
        }
    }

    @Test
    public void connection_isKeptAlive() throws Exception {
        Call call = get();
        try (Socket socket = accepted()) {
            request(socket);
            assertThat(channels.get(0).getOption(StandardSocketOptions.SO_KEEPALIVE))
                    .isTrue();
            assertThat(call.cancel()).isTrue();
            awaitHangUp(socket);
        }
    }

    /** Uploads to a peer that does not even take the connection, which Jetty goes on making for two minutes. */
    @Test
    public void cancelled_holdsItsDataNoLonger() throws Exception {
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            WeakReference<Data> held = cancelledUpload(full.getLocalPort());
            await().until(() -> {
                System.gc();
                return held.get() == null;
            });
            await().until(() -> channels.stream().noneMatch(SocketChannel::isOpen));
        }
    }

    private WeakReference<Data> cancelledUpload(int port) {
        Data data = Data.of(new byte[1_000_000]);
        PeerAddress peer = new PeerAddress("127.0.0.1", port, false);
        PeerCall call = new PeerCall(peer, call().namespace(), call().key(), room);
        for (int i = 0; i < 8; i++) {
            assertThat(transport.set(call, data, 60, outcome.reply()).cancel()).isTrue();
        }
        return new WeakReference<>(data);
    }
}
