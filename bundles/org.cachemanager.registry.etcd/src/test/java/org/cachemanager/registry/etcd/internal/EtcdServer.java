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
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.cachemanager.api.host.Time;
import org.jspecify.annotations.Nullable;
import org.junit.Assume;
import org.junit.rules.TemporaryFolder;

/** A real etcd on the loopback interface, gone with the test; without one the test is skipped. */
final class EtcdServer extends TemporaryFolder {

    static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Logger LOG = Logger.getLogger(EtcdServer.class.getName());
    private static final Path ETCD = Path.of("/usr/bin/etcd");

    private final ScheduledExecutorService worker = Executors.newSingleThreadScheduledExecutor();
    private int clientPort;
    private int peerPort;
    private String scheme = "http";
    private String data = "etcd";
    private @Nullable Process server;

    @Override
    protected void before() throws Throwable {
        if (!Files.isExecutable(ETCD)) {
            LOG.log(Level.WARNING, "SKIPPED: a test needs {0}: apt-get install etcd-server", ETCD);
        }
        Assume.assumeTrue("etcd-server is not installed", Files.isExecutable(ETCD));
        super.before();
        clientPort = freePort();
        peerPort = freePort();
    }

    @Override
    protected void after() {
        kill();
        worker.shutdownNow();
        super.after();
    }

    String url() {
        return scheme + "://127.0.0.1:" + clientPort;
    }

    /** Where nodes look for it; at the first there is nobody. */
    List<URI> endpoints() {
        return List.of(URI.create("http://127.0.0.1:1"), URI.create(url()));
    }

    /** The next start is with TLS. */
    void speakTls() {
        scheme = "https";
    }

    /** The next start is without what it knows now. */
    void loseData() {
        data = "another";
    }

    Time time() {
        return new RealTime();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    void start(String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ETCD.toString(),
                "--data-dir",
                getRoot().toPath().resolve(data).toString(),
                "--listen-client-urls",
                url(),
                "--advertise-client-urls",
                url(),
                "--listen-peer-urls",
                "http://127.0.0.1:" + peerPort,
                "--initial-advertise-peer-urls",
                "http://127.0.0.1:" + peerPort,
                "--initial-cluster",
                "default=http://127.0.0.1:" + peerPort));
        command.addAll(List.of(more));
        server = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(getRoot().toPath().resolve("etcd.log").toFile())
                .start();
    }

    /** Has it take connections and answer nothing, or go on. */
    void signal(String signal) throws IOException {
        Process running = server;
        if (running != null) {
            new ProcessBuilder("kill", "-" + signal, Long.toString(running.pid()))
                    .start()
                    .onExit()
                    .join();
        }
    }

    void kill() {
        Process running = server;
        if (running != null) {
            running.destroyForcibly().onExit().join();
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

    /** Has the server do something that no node does. */
    String admin(String path, String body) {
        return admin(path, body, null);
    }

    /** Has it do something for a user. */
    String adminAs(String user, String path, String body) {
        String said = admin("/v3/auth/authenticate", "{\"name\":\"" + user + "\",\"password\":\"" + user + "\"}", null);
        return admin(path, body, ScriptedGateway.json(said).text("token"));
    }

    /** A user whose password is its name, who may do everything, if it is root. */
    void addUser(String name) {
        admin("/v3/auth/user/add", "{\"name\":\"" + name + "\",\"password\":\"" + name + "\"}");
    }

    /** Has the server ask for a user from now on. */
    void enableAuthentication() {
        addUser("root");
        admin("/v3/auth/user/grant", "{\"user\":\"root\",\"role\":\"root\"}");
        admin("/v3/auth/enable", "{}");
    }

    private String admin(String path, String body, @Nullable String token) {
        return await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(
                        () -> {
                            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url() + path))
                                    .POST(HttpRequest.BodyPublishers.ofString(body));
                            if (token != null) {
                                request.header("Authorization", token);
                            }
                            HttpResponse<String> response = HttpClient.newHttpClient()
                                    .send(request.build(), HttpResponse.BodyHandlers.ofString());
                            assertThat(response.statusCode()).isEqualTo(200);
                            return response.body();
                        },
                        said -> true);
    }
}
