package org.cachemanager.peer.http.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.cachemanager.api.Call;
import org.cachemanager.api.Data;
import org.cachemanager.api.Namespace;
import org.cachemanager.api.peer.PeerAddress;
import org.cachemanager.api.peer.PeerCall;
import org.cachemanager.testkit.Outcome;
import org.cachemanager.testkit.ScriptedCache;
import org.cachemanager.testkit.TestRoom;
import org.jspecify.annotations.Nullable;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;

/** Look-ups that come while another one is answered: what they share. The time is the test's, and stands still. */
public class GatheredTest {

    private static final int PATIENCE_MILLIS = 20_000;
    private static final String ABSENT = "{\"data\":null,\"lock\":false,\"expiry\":0}";

    private final AtomicLong nanos = new AtomicLong();
    private final TestRoom room = new TestRoom();
    private final Outcome first = new Outcome();
    private final List<Outcome> outcomes = new ArrayList<>();
    private final List<Call> calls = new ArrayList<>();
    private HttpPeerTransport transport;
    private ServerSocket listening;
    private @Nullable PeerServer server;

    @Before
    public void listen() throws IOException {
        transport = new HttpPeerTransport(
                Settings.NONE,
                new Outside(nanos::get, InetAddress::getByName, SocketChannel::open, Duration.ofSeconds(25)));
        listening = PeerServer.loopback();
        listening.setSoTimeout(PATIENCE_MILLIS);
    }

    @After
    public void stop() throws IOException {
        transport.stop();
        listening.close();
        if (server != null) {
            server.close();
        }
        assertThat(room.held).hasValue(0);
    }

    private PeerCall call(String namespace, String key) {
        PeerAddress peer = new PeerAddress("127.0.0.1", listening.getLocalPort(), false);
        return new PeerCall(peer, Namespace.of(namespace.getBytes(UTF_8)), Data.of(key.getBytes(UTF_8)), room);
    }

    /** Asks for some keys, the first alone; gives its connection, the request read. */
    private Socket ask(Duration maxWait, String... keys) throws IOException {
        transport.get(call("n", "first"), Duration.ofSeconds(9), first);
        for (String key : keys) {
            outcomes.add(new Outcome());
            calls.add(transport.get(call("n", key), maxWait, outcomes.get(outcomes.size() - 1)));
        }
        Socket socket = accepted();
        assertThat(request(socket)).contains("POST /get_data", "\"first\"");
        return socket;
    }

    private Socket accepted() throws IOException {
        Socket socket = listening.accept();
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    private static String request(Socket socket) throws IOException {
        byte[] bytes = new byte[8192];
        int count = socket.getInputStream().read(bytes);
        return count < 0 ? "" : new String(bytes, 0, count, UTF_8);
    }

    private static void say(Socket socket, int status, String body) throws IOException {
        String text = "HTTP/1.1 " + status + " X\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        socket.getOutputStream().write(text.getBytes(UTF_8));
        socket.getOutputStream().flush();
    }

    @Test
    public void lookUps_whileOneIsAnswered_shareARequest() throws Exception {
        try (Socket socket = ask(Duration.ofSeconds(5), "a", "b", "c")) {
            say(socket, 200, ABSENT);
            assertThat(first.await()).isEqualTo("absent");
            try (Socket shared = accepted()) {
                assertThat(request(shared))
                        .contains("POST /peer/look_up", "{\"namespace\":\"n\",\"keys\":[\"a\",\"b\",\"c\"]}");
                say(shared, 200, "[{\"data\":\"A\",\"expiry\":7},{\"data\":null},null]");
                assertThat(outcomes.get(0).await()).isEqualTo("found");
                assertThat(outcomes.get(0).text()).isEqualTo("A");
                assertThat(outcomes.get(0).item().expiryMillis()).isEqualTo(7000);
                outcomes.get(0).item().release();
                assertThat(request(socket) + request(shared))
                        .contains("POST /get_data", "\"b\",\"max_wait_time\":5", "\"c\",\"max_wait_time\":5");
                assertThat(calls.get(0).cancel()).isFalse();
                assertThat(calls.get(1).cancel()).isTrue();
                assertThat(calls.get(2).cancel()).isTrue();
            }
        }
    }

    @Test
    public void lookUps_thatDoNotWait_areToldThatTheItemIsMissing() throws Exception {
        try (Socket socket = ask(Duration.ZERO, "a", "b")) {
            say(socket, 200, ABSENT);
            try (Socket shared = accepted()) {
                assertThat(request(shared)).contains("POST /peer/look_up");
                say(shared, 200, "[{\"data\":null},{\"data\":null}]");
                assertThat(outcomes.get(0).await()).isEqualTo("absent");
                assertThat(outcomes.get(1).await()).isEqualTo("absent");
            }
        }
    }

    @Test
    public void lookUp_behindOneThatWaits_isNotHeldBackForLong() throws Exception {
        try (Socket waiting = ask(Duration.ZERO, "a")) {
            nanos.addAndGet(Duration.ofMillis(3).toNanos());
            try (Socket socket = accepted()) {
                assertThat(request(socket)).contains("POST /get_data", "\"a\"");
                say(socket, 200, ABSENT);
                assertThat(outcomes.get(0).await()).isEqualTo("absent");
            }
            assertThat(first.isSilent()).isTrue();
            say(waiting, 200, ABSENT);
            assertThat(first.await()).isEqualTo("absent");
        }
    }

    @Test
    public void lookUps_inOtherNamespaces_goApart() throws Exception {
        try (Socket socket = ask(Duration.ZERO, "a")) {
            outcomes.add(new Outcome());
            transport.get(call("other", "a"), Duration.ZERO, outcomes.get(1));
            say(socket, 200, ABSENT);
            try (Socket one = accepted();
                    Socket other = accepted()) {
                assertThat(request(one) + request(other))
                        .doesNotContain("/peer/look_up")
                        .contains("\"namespace\":\"n\"", "\"namespace\":\"other\"");
                say(one, 200, ABSENT);
                say(other, 200, ABSENT);
                assertThat(outcomes.get(0).await()).isEqualTo("absent");
                assertThat(outcomes.get(1).await()).isEqualTo("absent");
            }
        }
    }

    @Test
    public void cancelled_beforeAndAfterItIsAskedFor_isSilent() throws Exception {
        try (Socket socket = ask(Duration.ofSeconds(5), "a", "b", "c")) {
            assertThat(calls.get(0).cancel()).isTrue();
            say(socket, 200, ABSENT);
            assertThat(first.await()).isEqualTo("absent");
            try (Socket shared = accepted()) {
                assertThat(request(shared)).contains("POST /peer/look_up");
                assertThat(calls.get(1).cancel()).isTrue();
                assertThat(calls.get(1).cancel()).isFalse();
                say(shared, 200, "[{\"data\":\"A\",\"expiry\":7},null,{\"data\":\"C\",\"expiry\":7}]");
                assertThat(outcomes.get(2).await()).isEqualTo("found");
                assertThat(calls.get(2).cancel()).isFalse();
            }
        }
        assertThat(outcomes.get(0).isSilent()).isTrue();
        assertThat(outcomes.get(1).isSilent()).isTrue();
    }

    @Test
    public void cancelled_allOfThem_endTheRequest() throws Exception {
        try (Socket socket = ask(Duration.ofSeconds(5), "a", "b")) {
            say(socket, 200, ABSENT);
            try (Socket shared = accepted()) {
                assertThat(request(shared)).contains("POST /peer/look_up");
                for (Call call : calls) {
                    assertThat(call.cancel()).isTrue();
                }
                assertThat(request(shared)).isEmpty();
            }
        }
        assertThat(outcomes.get(0).isSilent()).isTrue();
    }

    @Test
    public void peer_thatKnowsNoSuchRequest_isAskedOneByOne() throws Exception {
        try (Socket socket = ask(Duration.ZERO, "a", "b")) {
            say(socket, 200, ABSENT);
            try (Socket shared = accepted()) {
                assertThat(request(shared)).contains("POST /peer/look_up");
                say(shared, 404, "{\"error\":\"x\",\"code\":\"not_found\"}");
                assertThat(request(socket) + request(shared)).contains("POST /get_data", "\"a\"", "\"b\"");
                say(socket, 200, ABSENT);
                say(shared, 200, ABSENT);
                assertThat(outcomes.get(0).await()).isEqualTo("absent");
                assertThat(outcomes.get(1).await()).isEqualTo("absent");
            }
        }
    }

    @Test
    public void request_thatIsLost_isMadeAloneForEach() throws Exception {
        try (Socket socket = ask(Duration.ZERO, "a", "b")) {
            say(socket, 200, ABSENT);
            try (Socket shared = accepted()) {
                assertThat(request(shared)).contains("POST /peer/look_up");
            }
            try (Socket other = accepted()) {
                assertThat(request(socket) + request(other)).contains("POST /get_data", "\"a\"", "\"b\"");
                say(socket, 200, ABSENT);
                say(other, 200, ABSENT);
                assertThat(outcomes.get(0).await()).isEqualTo("absent");
                assertThat(outcomes.get(1).await()).isEqualTo("absent");
            }
        }
    }

    /** Asks for keys while another one is answered, and answers that; gives how many of them each request is for. */
    private List<Integer> counts(int requests, List<String> keys) throws Exception {
        List<Integer> counts = new ArrayList<>();
        try (Socket socket = ask(Duration.ZERO, keys.toArray(String[]::new))) {
            say(socket, 200, ABSENT);
            for (int i = 0; i < requests; i++) {
                try (Socket other = accepted()) {
                    String asked = request(other);
                    while (!asked.endsWith("}")) {
                        asked += request(other);
                    }
                    String body = asked;
                    int count = (int) keys.stream().filter(body::contains).count();
                    String nulls = "[" + "{\"data\":null},".repeat(count - 1) + "{\"data\":null}]";
                    say(other, 200, body.contains("/peer/look_up") ? nulls : ABSENT);
                    counts.add(count);
                }
            }
            for (Outcome outcome : outcomes) {
                assertThat(outcome.await()).isEqualTo("absent");
            }
        }
        return counts;
    }

    private static List<String> keys(int count, int bytes) {
        return IntStream.range(0, count)
                .mapToObj(i -> i + "k".repeat(bytes - String.valueOf(i).length()))
                .toList();
    }

    @Test
    public void longKeys_shareARequestAsLongAsItIsSmall() throws Exception {
        assertThat(counts(3, keys(7, 1000))).containsExactlyInAnyOrder(3, 3, 1);
    }

    @Test
    public void longestKeys_goAlone() throws Exception {
        assertThat(counts(2, keys(2, 16 * 1024))).containsExactly(1, 1);
    }

    @Test
    public void keysOfOrdinaryLength_shareARequestByThirtyTwo() throws Exception {
        assertThat(counts(1, keys(32, 64))).containsExactly(32);
    }

    @Test
    public void manyAtOnce_areAllAnswered_inFewRequests() throws Exception {
        ScriptedCache cache = new ScriptedCache();
        PeerServer peer = PeerServer.plain(cache);
        server = peer;
        for (int i = 0; i < 400; i++) {
            cache.items.put("n|" + i, ("data " + i).getBytes(UTF_8));
        }
        for (int round = 0; round < 100; round++) {
            outcomes.clear();
            for (int i = 0; i < 40; i++) {
                outcomes.add(new Outcome());
                transport.get(call(peer, String.valueOf(i)), Duration.ofMinutes(5), outcomes.get(i));
            }
            for (int i = 0; i < 40; i++) {
                assertThat(outcomes.get(i).await()).isEqualTo("found");
                assertThat(outcomes.get(i).text()).isEqualTo("data " + i);
                outcomes.get(i).item().release();
            }
        }
        assertThat(peer.lookedUp).hasSizeBetween(100, 2000).allMatch(keys -> keys > 1 && keys <= 32);
    }

    private PeerCall call(PeerServer peer, String key) {
        PeerCall there = call("n", key);
        return new PeerCall(peer.address(), there.namespace(), there.key(), room);
    }
}
