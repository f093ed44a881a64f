package org.cachemanager.registry.etcd.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.cachemanager.api.host.Time;
import org.cachemanager.api.peer.PeerAddress;
import org.cachemanager.protocol.tls.TlsFiles;
import org.jspecify.annotations.Nullable;
import org.junit.After;
import org.junit.Assume;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Nodes that find each other through a real etcd, Debian's {@code etcd-server}. Without it these tests are skipped. */
public class EtcdServerTest {

    private static final Logger LOG = Logger.getLogger(EtcdServerTest.class.getName());
    private static final Path ETCD = Path.of("/usr/bin/etcd");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final ScheduledExecutorService worker = Executors.newSingleThreadScheduledExecutor();
    private final List<Member> members = new ArrayList<>();
    private int clientPort;
    private int peerPort;
    private String url = "";
    private String data = "etcd";
    private @Nullable Process server;

    @Before
    public void requireServer() throws IOException {
        if (!Files.isExecutable(ETCD)) {
            LOG.log(Level.WARNING, "SKIPPED: EtcdServerTest needs {0}: apt-get install etcd-server", ETCD);
        }
        Assume.assumeTrue("etcd-server is not installed", Files.isExecutable(ETCD));
        clientPort = freePort();
        peerPort = freePort();
        url = "http://127.0.0.1:" + clientPort;
    }

    @After
    public void stop() throws InterruptedException {
        members.forEach(member -> member.session.leave());
        kill();
        worker.shutdownNow();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private void start(String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ETCD.toString(),
                "--data-dir",
                folder.getRoot().toPath().resolve(data).toString(),
                "--listen-client-urls",
                url,
                "--advertise-client-urls",
                url,
                "--listen-peer-urls",
                "http://127.0.0.1:" + peerPort,
                "--initial-advertise-peer-urls",
                "http://127.0.0.1:" + peerPort,
                "--initial-cluster",
                "default=http://127.0.0.1:" + peerPort));
        command.addAll(List.of(more));
        server = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.getRoot().toPath().resolve("etcd.log").toFile())
                .start();
    }

    private void kill() throws InterruptedException {
        Process running = server;
        if (running != null) {
            running.destroyForcibly().waitFor();
        }
    }

    /** The node's time, for real. */
    private final class RealTime implements Time {

        @Override
        public long epochMillis() {
            return System.currentTimeMillis();
        }

        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public Timer schedule(Duration delay, Runnable task) {
            var scheduled = worker.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> scheduled.cancel(false);
        }

        @Override
        public void aside(Runnable task) {
            worker.execute(task);
        }
    }

    /** A node. */
    private final class Member {
        private final List<Set<PeerAddress>> reports = new CopyOnWriteArrayList<>();
        private final Session session;

        Member(int number, Session.@Nullable Credentials credentials, @Nullable SSLContext tls) {
            HttpGateway gateway = new HttpGateway(List.of(URI.create("http://127.0.0.1:1"), URI.create(url)), tls);
            Session.Node node = new Session.Node(new UUID(number, number), address(number), credentials);
            session = new Session(new RealTime(), gateway, node, reports::add);
            members.add(this);
            session.begin();
        }

        void awaits(int... numbers) {
            Set<PeerAddress> all =
                    Arrays.stream(numbers).mapToObj(EtcdServerTest::address).collect(Collectors.toSet());
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(reports).last().isEqualTo(all));
        }
    }

    private static PeerAddress address(int number) {
        return new PeerAddress("10.0.0." + number, 8183, true);
    }

    private Member node(int number) {
        return new Member(number, null, null);
    }

    /** Has the server do something that no node does. */
    private String admin(String path, String body) {
        return await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(
                        () -> {
                            HttpRequest request = HttpRequest.newBuilder(URI.create(url + path))
                                    .POST(HttpRequest.BodyPublishers.ofString(body))
                                    .build();
                            HttpResponse<String> response =
                                    HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
                            assertThat(response.statusCode()).isEqualTo(200);
                            return response.body();
                        },
                        said -> true);
    }

    @Test
    public void nodes_findEachOther_asTheyCome() throws IOException {
        start();
        Member first = node(1);
        first.awaits(1);
        Member second = node(2);
        second.awaits(1, 2);
        first.awaits(1, 2);
        node(3).awaits(1, 2, 3);
        first.awaits(1, 2, 3);
    }

    @Test
    public void nodeThatLeaves_isWithdrawnAtOnce() throws IOException {
        start();
        Member first = node(1);
        Member second = node(2);
        second.awaits(1, 2);
        first.session.leave();
        String range = "{\"key\":\"" + Json.base64(Session.PREFIX + new UUID(1, 1)) + "\"}";
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(admin("/v3/kv/range", range)).doesNotContain("kvs"));
    }

    @Test
    public void server_thatIsAwayForAWhile_changesNothing_andIsUsedAgain() throws Exception {
        start();
        Member first = node(1);
        Member second = node(2);
        first.awaits(1, 2);
        second.awaits(1, 2);
        kill();
        Member third = node(3);
        start();
        third.awaits(1, 2, 3);
        first.awaits(1, 2, 3);
        assertThat(first.reports).doesNotContain(Set.of());
    }

    @Test
    public void server_thatHasLostItsData_getsItAgain() throws Exception {
        start();
        Member first = node(1);
        Member second = node(2);
        first.awaits(1, 2);
        second.awaits(1, 2);
        kill();
        data = "another";
        start();
        Member third = node(3);
        third.awaits(1, 2, 3);
        first.awaits(1, 2, 3);
        assertThat(first.reports).hasSizeLessThanOrEqualTo(3);
    }

    @Test
    public void userAndPassword_letIn() throws IOException {
        start();
        admin("/v3/auth/user/add", "{\"name\":\"root\",\"password\":\"r\"}");
        admin("/v3/auth/user/grant", "{\"user\":\"root\",\"role\":\"root\"}");
        admin("/v3/auth/enable", "{}");
        Member stranger = node(1);
        Member wrong = new Member(2, new Session.Credentials("root", "x"), null);
        Member right = new Member(3, new Session.Credentials("root", "r"), null);
        right.awaits(3);
        assertThat(stranger.reports).isEmpty();
        assertThat(wrong.reports).isEmpty();
    }

    @Test
    public void certificates_letIn() throws Exception {
        url = "https://127.0.0.1:" + clientPort;
        start(
                "--cert-file",
                file("server.pem").toString(),
                "--key-file",
                file("server.key").toString(),
                "--trusted-ca-file",
                file("ca.pem").toString(),
                "--client-cert-auth");
        TlsFiles own = new TlsFiles(file("client.pem"), file("client.key"), file("ca.pem"));
        Member right = new Member(1, null, own.read().context());
        Member stranger = new Member(
                2, null, new TlsFiles(null, null, file("ca.pem")).read().context());
        right.awaits(1);
        assertThat(stranger.reports).isEmpty();
    }

    private static Path file(String name) {
        return Path.of("src/test/resources/tls").resolve(name).toAbsolutePath();
    }
}
