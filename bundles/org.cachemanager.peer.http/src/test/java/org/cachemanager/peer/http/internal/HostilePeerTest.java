package org.cachemanager.peer.http.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import org.cachemanager.api.Call;
import org.cachemanager.api.Data;
import org.cachemanager.api.Namespace;
import org.cachemanager.api.peer.PeerAddress;
import org.cachemanager.api.peer.PeerCall;
import org.cachemanager.testkit.Outcome;
import org.cachemanager.testkit.TestRoom;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;

/** Peers that say what no peer should, or nothing. */
public class HostilePeerTest {

    private static final int PATIENCE_MILLIS = 20_000;
    private static final String ABSENT = "{\"data\":null,\"lock\":false,\"expiry\":0}";
    private static final String HEAD = "HTTP/1.1 200 OK\r\n";

    private final HttpPeerTransport transport = new HttpPeerTransport(Settings.NONE);
    private final Outcome outcome = new Outcome();
    private final TestRoom room = new TestRoom();
    private ServerSocket listening;

    @Before
    public void listen() throws IOException {
        listening = PeerServer.loopback();
        listening.setSoTimeout(PATIENCE_MILLIS);
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

    /** The next connection, its first bytes read. */
    private Socket accepted() throws IOException {
        Socket socket = listening.accept();
        socket.setSoTimeout(PATIENCE_MILLIS);
        request(socket);
        return socket;
    }

    private static void request(Socket socket) throws IOException {
        assertThat(socket.getInputStream().read(new byte[8192])).isPositive();
    }

    private static Socket say(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(UTF_8));
        socket.getOutputStream().flush();
        return socket;
    }

    /** Says it to a node that may have hung up already. */
    private static void sayMore(Socket socket, String text) throws IOException {
        try {
            say(socket, text);
        } catch (SocketException e) {
            String message = String.valueOf(e.getMessage());
            if (!message.contains("Broken pipe") && !message.contains("Connection reset")) {
                throw e;
            } // else it has hung up already
        }
    }

    private static String answer(String body) {
        return HEAD + "Content-Length: " + body.length() + "\r\n\r\n" + body;
    }

    /** Reads until the other side has closed; closed with bytes unread it is reset, which is as good. */
    private static void awaitHangUp(Socket socket) throws IOException {
        assertThat(readsToTheEnd(socket.getInputStream())).isTrue();
    }

    private static boolean readsToTheEnd(InputStream in) throws IOException {
        byte[] bytes = new byte[65_536];
        try {
            int count = 0;
            while (count >= 0) {
                count = in.read(bytes);
            }
            return true;
        } catch (SocketException e) {
            return true;
        }
    }

    @Test
    public void answers_thatAreNone_areUnavailable() throws Exception {
        for (String said : List.of(
                "garbage\r\n\r\n",
                "\0\1\2\3\4",
                "SSH-2.0-OpenSSH\r\n",
                "HTTP/1.1 abc OK\r\n\r\n",
                "HTTP/1.1 100 Continue\r\n\r\n",
                "HTTP/1.1 204 No Content\r\n\r\n",
                "HTTP/1.1 301 Moved\r\nContent-Length: 0\r\nLocation: http://127.0.0.1/\r\n\r\n",
                "HTTP/1.1 400 X\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 404 X\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 405 X\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 503 X\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 503 X\r\nContent-Length: 2\r\n\r\n{}",
                HEAD + "Content-Length: 0\r\n\r\n",
                HEAD + "Content-Length: -5\r\n\r\n",
                HEAD + "Content-Length: x\r\n\r\n",
                HEAD + "Content-Length: 5\r\nContent-Length: 6\r\n\r\n",
                HEAD + "Content-Length: 9223372036854775807\r\n\r\n",
                HEAD + "Content-Length: 99999999999999999999\r\n\r\n",
                HEAD + "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
                HEAD + "X: " + "x".repeat(20_000),
                answer("{}"),
                answer("[]"),
                answer("not JSON"),
                answer("\"ok\""),
                answer("{\"data\":\"d\",\"lock\":true,\"expiry\":5}"),
                answer("{\"data\":\"d\",\"lock\":false,\"expiry\":-5}"),
                answer("{\"data\":\"d\",\"lock\":false,\"expiry\":9223372036854775807}"),
                answer("{\"data\":\"d\",\"lock\":false}"))) {
            get();
            try (Socket socket = say(accepted(), said)) {
                await(said).until(() -> !outcome.isSilent());
                assertThat(outcome.await()).as(said).isEqualTo("failed UNAVAILABLE");
                sayMore(socket, " "); // whatever comes then ends a connection that was kept
                awaitHangUp(socket);
            }
        }
    }

    @Test
    public void hangUp_atAnyPoint_isUnavailable() throws Exception {
        String whole = answer(ABSENT);
        for (int length = 0; length < whole.length(); length += 7) {
            get();
            try (Socket socket = accepted()) {
                say(socket, whole.substring(0, length)).shutdownOutput();
                assertThat(outcome.await()).isEqualTo("failed UNAVAILABLE");
                awaitHangUp(socket);
            }
        }
    }

    @Test
    public void answer_byteByByte_isTaken() throws Exception {
        get();
        try (Socket socket = accepted()) {
            socket.setTcpNoDelay(true);
            for (char c : answer(ABSENT).toCharArray()) {
                assertThat(outcome.isSilent()).isTrue();
                say(socket, String.valueOf(c));
            }
            assertThat(outcome.await()).isEqualTo("absent");
        }
    }

    @Test
    public void answer_chunkedAndLarge_isTakenInItsRoom() throws Exception {
        get();
        try (Socket socket = say(accepted(), HEAD + "Transfer-Encoding: chunked\r\n\r\n")) {
            say(socket, "9\r\n{\"data\":\"\r\n");
            for (int i = 0; i < 100; i++) {
                say(socket, "2710\r\n" + "x".repeat(10_000) + "\r\n");
            }
            say(socket, "1b\r\n\",\"lock\":false,\"expiry\":50}\r\n0\r\n\r\n");
            assertThat(outcome.await()).isEqualTo("found");
            assertThat(outcome.item().data().length()).isEqualTo(1_000_000);
            assertThat(outcome.item().expiryMillis()).isEqualTo(50_000);
            assertThat(room.held.get()).isBetween(1_000_000L, 1_200_000L);
            outcome.item().release();
        }
    }

    @Test
    public void answer_withoutRoom_isRefusedBeforeItIsHeld() throws Exception {
        room.limit = 100_000;
        get();
        try (Socket socket = say(accepted(), HEAD + "Content-Length: 2000000000\r\n\r\n")) {
            assertThat(outcome.await()).isEqualTo("failed NO_ROOM");
            awaitHangUp(socket);
        }
        get();
        try (Socket socket = say(accepted(), HEAD + "Transfer-Encoding: chunked\r\n\r\nfffffff\r\n")) {
            sayMore(socket, "x".repeat(150_000));
            assertThat(outcome.await()).isEqualTo("failed NO_ROOM");
            awaitHangUp(socket);
        }
    }

    @Test
    public void answer_toASetOrAProbe_isSmall() throws Exception {
        transport.set(call(), Data.of("d".getBytes(UTF_8)), 60, outcome.reply());
        try (Socket socket = say(accepted(), HEAD + "Content-Length: 1000000\r\n\r\n")) {
            assertThat(outcome.await()).isEqualTo("failed UNAVAILABLE");
            awaitHangUp(socket);
        }
        transport.probe(call().peer(), outcome.reply());
        try (Socket socket = say(accepted(), answer("{\"ref\":\"nobody\"}"))) {
            assertThat(outcome.await()).isEqualTo("failed UNAVAILABLE");
            assertThat(socket.isConnected()).isTrue();
        }
    }

    @Test
    public void cancel_halfWayInALargeAnswer_givesItsRoomBack() throws Exception {
        Call call = get();
        try (Socket socket = say(accepted(), HEAD + "Content-Length: 1000000\r\n\r\n" + "x".repeat(50_000))) {
            await().until(() -> room.held.get() > 0);
            assertThat(call.cancel()).isTrue();
            awaitHangUp(socket);
        }
        assertThat(room.held).hasValue(0);
        assertThat(outcome.isSilent()).isTrue();
    }

    @Test
    public void cancel_whileAPeerReadsNothing_endsTheUpload() throws Exception {
        Call call = transport.set(call(), Data.of(new byte[50_000_000]), 60, outcome.reply());
        try (Socket socket = accepted()) {
            assertThat(call.cancel()).isTrue();
            awaitHangUp(socket);
        }
        assertThat(outcome.isSilent()).isTrue();
    }

    @Test
    public void refusal_beforeTheUploadIsRead_isTaken() throws Exception {
        transport.set(call(), Data.of(new byte[50_000_000]), 60, outcome.reply());
        try (Socket socket = say(accepted(), "HTTP/1.1 413 X\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")) {
            assertThat(outcome.await()).isEqualTo("failed TOO_LARGE");
            awaitHangUp(socket);
        }
    }

    @Test
    public void keptConnection_withoutAnAnswer_isTriedOnceMore() throws Exception {
        get();
        try (Socket first = say(accepted(), answer(ABSENT))) {
            assertThat(outcome.await()).isEqualTo("absent");
            get();
            request(first);
        }
        try (Socket second = accepted()) {
            assertThat(outcome.isSilent()).isTrue();
            assertThat(second.isConnected()).isTrue();
        }
        assertThat(outcome.await()).isEqualTo("failed UNAVAILABLE");
    }

    @Test
    public void keptConnection_withAPartOfAnAnswer_isNotTriedAgain() throws Exception {
        get();
        try (Socket first = say(accepted(), answer(ABSENT))) {
            assertThat(outcome.await()).isEqualTo("absent");
            get();
            request(first);
            say(first, "H");
        }
        assertThat(outcome.await()).isEqualTo("failed UNAVAILABLE");
    }

    @Test
    public void connection_withMoreThanTheAnswer_isNotKept() throws Exception {
        get();
        try (Socket socket = say(accepted(), answer(ABSENT) + answer(ABSENT))) {
            assertThat(outcome.await()).isEqualTo("absent");
            awaitHangUp(socket);
        }
    }
}
