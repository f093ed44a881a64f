package org.cachemanager.peer.http.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
    private static final Pattern LENGTH = Pattern.compile("Content-Length: (\\d+)[^{]*?\r\n\r\n");
    private static final String ABSENT = "{\"data\":null,\"lock\":false,\"expiry\":0}";

    private final AtomicLong nanos = new AtomicLong();
    private final TestRoom room = new TestRoom();
    private final Outcome first = new Outcome();
    private final List<Outcome> outcomes = new ArrayList<>();
    private final List<Call> calls = new ArrayList<>();
    private final BlockingDeque<Asked> requests = new LinkedBlockingDeque<>();
    private final BlockingQueue<Socket> ended = new LinkedBlockingQueue<>();
    private final Queue<Socket> connections = new ConcurrentLinkedQueue<>();
    private HttpPeerTransport transport;
    private ServerSocket listening;
    private @Nullable PeerServer server;

    @Before
    public void listen() throws IOException {
        transport = new HttpPeerTransport(
                Settings.NONE,
                new Outside(nanos::get, InetAddress::getByName, SocketChannel::open, Duration.ofSeconds(25)));
        listening = PeerServer.loopback();
        thread(this::serve);
    }

    @After
    public void stop() throws IOException {
        transport.stop();
        listening.close();
        for (Socket connection : connections) {
            connection.close();
        }
        if (server != null) {
            server.close();
        }
        assertThat(room.held).hasValue(0);
    }

    private PeerCall call(String namespace, String key) {
        PeerAddress peer = new PeerAddress("127.0.0.1", listening.getLocalPort(), false);
        return new PeerCall(peer, Namespace.of(namespace.getBytes(UTF_8)), Data.of(key.getBytes(UTF_8)), room);
    }

    /** A request, and the connection that it has come by: any, since the last one may not be free again yet. */
    private record Asked(Socket by, String text) {

        void say(int status, String body) throws IOException {
            String text = "HTTP/1.1 " + status + " X\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
            by.getOutputStream().write(text.getBytes(UTF_8));
            by.getOutputStream().flush();
        }
    }

    private void serve() {
        try {
            while (true) {
                Socket connection = listening.accept();
                connections.add(connection);
                thread(() -> read(connection));
            }
        } catch (IOException e) {
            if (!listening.isClosed()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static void thread(Runnable task) {
        Thread thread = new Thread(task, "the peer");
        thread.setDaemon(true);
        thread.start();
    }

    /** Takes note of each request, and of the end. */
    private void read(Socket connection) {
        StringBuilder text = new StringBuilder();
        byte[] bytes = new byte[8192];
        try {
            InputStream in = connection.getInputStream();
            for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                text.append(new String(bytes, 0, count, UTF_8));
                if (isWhole(text)) {
                    requests.add(new Asked(connection, text.toString()));
                    text.setLength(0);
                }
            }
            ended.add(connection);
        } catch (IOException e) {
            ended.add(connection); // closed by the test, or reset
        }
    }

    private static boolean isWhole(CharSequence text) {
        Matcher length = LENGTH.matcher(text);
        return length.find() && text.length() - length.end() >= Integer.parseInt(length.group(1));
    }

    private Asked next() throws InterruptedException {
        return Objects.requireNonNull(requests.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS), "no request has come");
    }

    /** Asks for some keys, the first alone; gives the request for that. */
    private Asked ask(Duration maxWait, String... keys) throws InterruptedException {
        transport.get(call("n", "first"), Duration.ofSeconds(9), first);
        for (String key : keys) {
            outcomes.add(new Outcome());
            calls.add(transport.get(call("n", key), maxWait, outcomes.get(outcomes.size() - 1)));
        }
        Asked asked = next();
        assertThat(asked.text()).contains("POST /get_data", "\"first\"");
        return asked;
    }

    /** The same, and has that answered; gives the request that follows. */
    private Asked askBehind(Duration maxWait, String... keys) throws Exception {
        ask(maxWait, keys).say(200, ABSENT);
        assertThat(first.await()).isEqualTo("absent");
        return next();
    }

    /** Answers what is asked for alone, in any order. */
    private void answerAlone(String... keys) throws Exception {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < keys.length; i++) {
            Asked alone = next();
            all.append(alone.text());
            alone.say(200, ABSENT);
        }
        assertThat(all).doesNotContain("/peer/look_up").contains(keys);
        for (Outcome outcome : outcomes) {
            assertThat(outcome.await()).isEqualTo("absent");
        }
    }

    @Test
    public void lookUps_whileOneIsAnswered_shareARequest() throws Exception {
        Asked shared = askBehind(Duration.ofSeconds(5), "a", "b", "c");
        assertThat(shared.text()).contains("POST /peer/look_up", "{\"namespace\":\"n\",\"keys\":[\"a\",\"b\",\"c\"]}");
        shared.say(200, "[{\"data\":\"A\",\"expiry\":7},{\"data\":null},null]");
        assertThat(outcomes.get(0).await()).isEqualTo("found");
        assertThat(outcomes.get(0).text()).isEqualTo("A");
        assertThat(outcomes.get(0).item().expiryMillis()).isEqualTo(7000);
        outcomes.get(0).item().release();
        assertThat(next().text() + next().text())
                .contains("POST /get_data", "\"b\",\"max_wait_time\":5", "\"c\",\"max_wait_time\":5");
        assertThat(calls.get(0).cancel()).isFalse();
        assertThat(calls.get(1).cancel()).isTrue();
        assertThat(calls.get(2).cancel()).isTrue();
    }

    @Test
    public void lookUps_thatDoNotWait_areToldThatTheItemIsMissing() throws Exception {
        Asked shared = askBehind(Duration.ZERO, "a", "b");
        assertThat(shared.text()).contains("POST /peer/look_up");
        shared.say(200, "[{\"data\":null},{\"data\":null}]");
        assertThat(outcomes.get(0).await()).isEqualTo("absent");
        assertThat(outcomes.get(1).await()).isEqualTo("absent");
    }

    @Test
    public void lookUp_behindOneThatWaits_isNotHeldBackForLong() throws Exception {
        Asked waiting = ask(Duration.ZERO, "a");
        nanos.addAndGet(Duration.ofMillis(3).toNanos());
        answerAlone("\"a\"");
        assertThat(first.isSilent()).isTrue();
        waiting.say(200, ABSENT);
        assertThat(first.await()).isEqualTo("absent");
    }

    @Test
    public void lookUps_inOtherNamespaces_goApart() throws Exception {
        Asked asked = ask(Duration.ZERO, "a");
        outcomes.add(new Outcome());
        transport.get(call("other", "a"), Duration.ZERO, outcomes.get(1));
        asked.say(200, ABSENT);
        answerAlone("\"namespace\":\"n\"", "\"namespace\":\"other\"");
    }

    @Test
    public void cancelled_beforeAndAfterItIsAskedFor_isSilent() throws Exception {
        Asked asked = ask(Duration.ofSeconds(5), "a", "b", "c");
        assertThat(calls.get(0).cancel()).isTrue();
        asked.say(200, ABSENT);
        assertThat(first.await()).isEqualTo("absent");
        Asked shared = next();
        assertThat(shared.text()).contains("POST /peer/look_up");
        assertThat(calls.get(1).cancel()).isTrue();
        assertThat(calls.get(1).cancel()).isFalse();
        shared.say(200, "[{\"data\":\"A\",\"expiry\":7},null,{\"data\":\"C\",\"expiry\":7}]");
        assertThat(outcomes.get(2).await()).isEqualTo("found");
        assertThat(calls.get(2).cancel()).isFalse();
        assertThat(outcomes.get(0).isSilent()).isTrue();
        assertThat(outcomes.get(1).isSilent()).isTrue();
    }

    @Test
    public void cancelled_allOfThem_endTheRequest() throws Exception {
        Asked shared = askBehind(Duration.ofSeconds(5), "a", "b");
        assertThat(shared.text()).contains("POST /peer/look_up");
        for (Call call : calls) {
            assertThat(call.cancel()).isTrue();
        }
        assertThat(ended.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isSameAs(shared.by());
        assertThat(outcomes.get(0).isSilent()).isTrue();
    }

    @Test
    public void peer_thatKnowsNoSuchRequest_isAskedOneByOne() throws Exception {
        Asked shared = askBehind(Duration.ZERO, "a", "b");
        assertThat(shared.text()).contains("POST /peer/look_up");
        shared.say(404, "{\"error\":\"x\",\"code\":\"not_found\"}");
        answerAlone("\"a\"", "\"b\"");
    }

    @Test
    public void request_thatIsLost_isMadeAloneForEach() throws Exception {
        Asked asked = askBehind(Duration.ZERO, "a", "b");
        assertThat(asked.text()).contains("POST /peer/look_up");
        while (asked.text().contains("/peer/look_up")) {
            asked.by().close(); // by a connection that was used before it is made once more
            asked = next();
        }
        requests.addFirst(asked);
        answerAlone("\"a\"", "\"b\"");
    }

    /** Asks for keys while another one is answered, and answers that; gives how many of them each request is for. */
    private List<Integer> counts(int requests, List<String> keys) throws Exception {
        List<Integer> counts = new ArrayList<>();
        Asked asked = askBehind(Duration.ZERO, keys.toArray(String[]::new));
        for (int i = 0; i < requests; i++) {
            String body = asked.text();
            int count = (int) keys.stream().filter(body::contains).count();
            String nulls = "[" + "{\"data\":null},".repeat(count - 1) + "{\"data\":null}]";
            asked.say(200, body.contains("/peer/look_up") ? nulls : ABSENT);
            counts.add(count);
            asked = i + 1 < requests ? next() : asked;
        }
        for (Outcome outcome : outcomes) {
            assertThat(outcome.await()).isEqualTo("absent");
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
