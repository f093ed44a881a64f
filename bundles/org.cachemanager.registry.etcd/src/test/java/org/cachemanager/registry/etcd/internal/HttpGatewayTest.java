package org.cachemanager.registry.etcd.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.cachemanager.api.peer.PeerAddress;
import org.cachemanager.protocol.tls.TlsFiles;
import org.jspecify.annotations.Nullable;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;

/** The gateway against a server that does to it what none should. */
public class HttpGatewayTest {

    private static final String OK = "HTTP/1.1 200 OK\r\n";
    private static final String UNTIL_CLOSED = OK + "Connection: close\r\n\r\n";

    @Rule
    public final LogRule log = new LogRule();

    private final Told told = new Told();

    /** How the client has ended connections; most tests have it do so. */
    private final List<IOException> hungUp = new CopyOnWriteArrayList<>();

    private @Nullable ServerSocket server;
    private @Nullable HttpGateway gateway;

    /** What the server does with a connection whose request it has begun to read. */
    @FunctionalInterface
    private interface Behaviour {
        void answer(OutputStream out) throws IOException;
    }

    /** What was told, in short. */
    private static final class Told implements Gateway.Watching {
        private final List<String> all = new CopyOnWriteArrayList<>();

        @Override
        public void completed(Json body) {
            all.add("completed " + body.text("token"));
        }

        @Override
        public void failed(String why, boolean refused) {
            String plain = why.replaceFirst("^https?://[0-9a-z_.:]+: ", "");
            assertThat(plain).isNotEqualTo(why);
            all.add((refused ? "refused " : "failed ") + plain);
        }

        String only() {
            await().atMost(20, TimeUnit.SECONDS).until(() -> !all.isEmpty());
            return all.get(0);
        }
    }

    @Before
    public void listen() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @After
    public void close() throws IOException {
        if (gateway != null) {
            gateway.close();
        }
        if (server != null) {
            server.close();
        }
    }

    private HttpGateway gateway(Behaviour behaviour) {
        return gateway(behaviour, Duration.ofSeconds(20));
    }

    private HttpGateway gateway(Behaviour behaviour, Duration patience) {
        return gateway(List.of(serving(behaviour)), patience);
    }

    private HttpGateway gateway(List<URI> endpoints, Duration patience) {
        HttpGateway made = new HttpGateway(endpoints, new Trust(TestNode.NO_FILES), patience);
        gateway = made;
        return made;
    }

    private URI serving(Behaviour behaviour) {
        ServerSocket listening = server;
        if (listening == null) {
            throw new IllegalStateException();
        }
        Thread thread = new Thread(() -> serve(listening, behaviour), "fake-etcd");
        thread.setDaemon(true);
        thread.start();
        return URI.create("http://127.0.0.1:" + listening.getLocalPort());
    }

    private void serve(ServerSocket listening, Behaviour behaviour) {
        while (!listening.isClosed()) {
            try (Socket socket = listening.accept();
                    InputStream in = socket.getInputStream()) {
                assertThat(in.read(new byte[8192])).isPositive();
                behaviour.answer(socket.getOutputStream());
                socket.shutdownOutput();
                in.readAllBytes(); // closed with something unread it would be reset, and what was written be lost
            } catch (IOException e) {
                hungUp.add(e);
            }
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }

    private String callTo(String answer) {
        gateway(out -> out.write(bytes(answer))).call("/v3/x", "{}", null, told);
        return told.only();
    }

    private static void endless(OutputStream out, String head) throws IOException {
        out.write(bytes(head));
        byte[] much = bytes("a".repeat(1 << 16));
        for (int i = 0; i < 10_000; i++) {
            out.write(much);
        }
    }

    @Test
    public void call_answered_isTold() {
        assertThat(callTo(OK + "Content-Length: 13\r\n\r\n{\"token\":\"t\"}")).isEqualTo("completed t");
    }

    @Test
    public void call_garbage_fails() {
        assertThat(callTo("\u0000\u0001no HTTP at all\r\n\r\n")).startsWith("failed ");
    }

    @Test
    public void call_noJson_fails() {
        assertThat(callTo(UNTIL_CLOSED + "<html>")).isEqualTo("failed It answers what is no JSON, or too much of it.");
    }

    @Test
    public void call_hangUpInTheAnswer_fails() {
        assertThat(callTo(OK + "Content-Length: 100\r\n\r\n{")).startsWith("failed ");
    }

    @Test
    public void call_refusedWithoutJson_isTold() {
        assertThat(callTo("HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno"))
                .isEqualTo("refused It refuses the call with status 401: no");
    }

    /** As etcd 3.4 says it; by such a refusal a token may be out of date. */
    private static String refusal(int status, String message) {
        String body = "{\"error\":\"" + message + "\",\"message\":\"" + message + "\",\"code\":14}";
        return "HTTP/1.1 " + status + " x\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    @Test
    public void call_leaderLost_isRefused() {
        assertThat(callTo(refusal(503, "etcdserver: no leader")))
                .isEqualTo("refused It refuses the call with status 503: etcdserver: no leader");
    }

    @Test
    public void call_usersChanged_isRefused() {
        assertThat(callTo(refusal(400, "etcdserver: revision of auth store is old")))
                .startsWith("refused It refuses the call with status 400: ");
    }

    @Test
    public void watch_timedOutAtTheServer_isRefused() {
        gateway(out -> out.write(bytes(refusal(504, "etcdserver: request timed out"))))
                .watch("{}", null, told);
        assertThat(told.only()).isEqualTo("refused It refuses the call with status 504: etcdserver: request timed out");
    }

    @Test
    public void call_manySmallValues_failsBeforeTheyBecomeMany() {
        String many = "{\"kvs\":[" + "{},".repeat(100_000) + "{}]}";
        assertThat(callTo(OK + "Content-Length: " + many.length() + "\r\n\r\n" + many))
                .isEqualTo("failed It answers what is no JSON, or too much of it.");
    }

    @Test
    public void call_thousandMembersWithLongNames_isTold() {
        PeerAddress longest = new PeerAddress("n".repeat(253), 65_535, true);
        String each = TestNode.announced(longest).replaceFirst("}$", "")
                + ",\"create_revision\":\"1234567890\",\"mod_revision\":\"1234567890\",\"version\":\"1234\","
                + "\"lease\":\"7587858758475847584\"}";
        String all = "{\"kvs\":[" + (each + ",").repeat(999) + each + "],\"token\":\"t\"}";
        assertThat(callTo(OK + "Content-Length: " + all.length() + "\r\n\r\n" + all))
                .isEqualTo("completed t");
    }

    @Test
    public void call_certificatesThatCannotBeUsed_failsByHttpsAlone() {
        TlsFiles absent = TlsFiles.of("", "", "/absent/ca.pem");
        HttpGateway https = new HttpGateway(List.of(URI.create("https://127.0.0.1:1")), new Trust(absent));
        https.call("/v3/x", "{}", null, told);
        assertThat(told.only()).startsWith("failed ").contains("/absent/ca.pem");
        https.close();
    }

    @Test
    public void call_afterTheEnd_isForNobody() {
        HttpGateway ended = gateway(out -> {});
        ended.close();
        ended.call("/v3/x", "{}", null, told);
        ended.watch("{}", null, told).end();
        assertThat(told.all).isEmpty();
    }

    @Test
    public void call_tokenThatNoHeaderHolds_fails() {
        gateway(out -> {}).call("/v3/x", "{}", "a\r\nb", told);
        assertThat(told.only()).startsWith("refused ").doesNotContain("a\r\nb");
    }

    @Test
    public void watch_tokenThatNoHeaderHolds_fails() {
        gateway(out -> {}).watch("{}", "a\r\nb", told).end();
        assertThat(told.all).allSatisfy(each -> assertThat(each).doesNotContain("a\r\nb"));
    }

    @Test
    public void call_serverWhoseNameNoUrlMayHave_fails_andTheNextIsCalled() {
        HttpGateway both = gateway(
                List.of(URI.create("http://etcd_1:2379"), serving(out -> out.write(bytes(UNTIL_CLOSED + "{}")))),
                Duration.ofSeconds(20));
        both.call("/v3/x", "{}", null, told);
        assertThat(told.only()).startsWith("failed It can't be called. ").contains("etcd_1");
        both.next();
        Told next = new Told();
        both.call("/v3/x", "{}", null, next);
        assertThat(next.only()).isEqualTo("completed ");
    }

    @Test
    public void watch_serverWhoseNameNoUrlMayHave_ends() {
        gateway(List.of(URI.create("http://etcd_1:2379")), Duration.ofSeconds(20))
                .watch("{}", null, told);
        assertThat(told.only()).startsWith("failed It can't be called. ");
    }

    @Test
    public void answer_thatIsTakenBadly_isLogged_andTheNextIsTold() {
        Gateway.Answer thrower = new Gateway.Answer() {
            @Override
            public void completed(Json body) {
                throw new IllegalStateException("thrown by the test");
            }

            @Override
            public void failed(String why, boolean refused) {
                throw new IllegalStateException("thrown by the test");
            }
        };
        HttpGateway used = gateway(out -> out.write(bytes(OK + "Content-Length: 2\r\n\r\n{}")));
        used.call("/v3/x", "{}", null, thrower);
        used.call("/v3/x", "{}", "a\r\nb", thrower);
        used.call("/v3/x", "{}", null, told);
        assertThat(told.only()).isEqualTo("completed ");
        await().atMost(20, TimeUnit.SECONDS).until(() -> log.warnings().size() == 2);
        assertThat(log.warnings()).allSatisfy(line -> assertThat(line)
                .matches("What came of a call to the registry http://127.0.0.1:[0-9]+ could not be taken."));
    }

    @Test
    public void call_hugeAnswer_failsBeforeItIsHeld() {
        gateway(out -> endless(out, UNTIL_CLOSED)).call("/v3/x", "{}", null, told);
        assertThat(told.only()).startsWith("failed ").contains("more than");
        await().atMost(20, TimeUnit.SECONDS).until(() -> !hungUp.isEmpty());
    }

    @Test
    public void call_noAnswer_failsInTheEnd() {
        gateway(out -> holdOpen(), Duration.ofMillis(200)).call("/v3/x", "{}", null, told);
        assertThat(told.only()).isEqualTo("failed It has not answered within 200 ms.");
    }

    @Test
    public void call_answerThatStopsHalfWay_failsInTheEnd() {
        Behaviour stopping = out -> {
            out.write(bytes(OK + "Content-Length: 100\r\n\r\n{"));
            out.flush();
            holdOpen();
        };
        gateway(stopping, Duration.ofMillis(200)).call("/v3/x", "{}", null, told);
        assertThat(told.only()).isEqualTo("failed It has not answered within 200 ms.");
    }

    @Test
    public void watch_hugeMessage_ends() {
        gateway(out -> endless(out, UNTIL_CLOSED)).watch("{}", null, told);
        assertThat(told.only()).startsWith("failed ").contains("more than");
    }

    @Test
    public void watch_garbageBetweenMessages_ends() {
        gateway(out -> out.write(bytes(UNTIL_CLOSED + "{\"token\":\"1\"}\n[\n")))
                .watch("{}", null, told);
        await().atMost(20, TimeUnit.SECONDS).until(() -> told.all.size() == 2);
        assertThat(told.all.get(0)).isEqualTo("completed 1");
        assertThat(told.all.get(1)).startsWith("failed ");
    }

    @Test
    public void close_leavesNoThreadOfItsOwn() {
        callTo(OK + "Content-Length: 2\r\n\r\n{}");
        if (gateway != null) {
            gateway.close();
        }
        await().atMost(20, TimeUnit.SECONDS).until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("cachemanager-etcd")));
    }

    /** Keeps a connection open until its server is closed. */
    private void holdOpen() {
        ServerSocket listening = server;
        await().atMost(60, TimeUnit.SECONDS).until(() -> listening == null || listening.isClosed());
    }
}
