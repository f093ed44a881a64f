package org.cachemanager.itests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.cachemanager.protocol.tls.TlsFiles;
import org.jspecify.annotations.Nullable;
import org.junit.Assume;

/** A real etcd on the loopback interface; a test that needs one is skipped, by name, where none is installed. */
final class EtcdProcess implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(EtcdProcess.class.getName());
    private static final Path ETCD = Path.of("/usr/bin/etcd");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path directory;
    private final String url;
    private final String peerUrl;
    private final HttpClient client;
    private final List<String> more = new ArrayList<>();
    private String token = "";
    private @Nullable Process process;

    private EtcdProcess(Path directory, String scheme, HttpClient client) throws IOException {
        this.directory = directory;
        this.client = client;
        url = scheme + "://127.0.0.1:" + Sockets.freePort();
        peerUrl = "http://127.0.0.1:" + Sockets.freePort();
    }

    /** One that everybody may use. */
    static EtcdProcess open(Path directory) throws IOException {
        return new EtcdProcess(directory, "http", HttpClient.newHttpClient());
    }

    /** One for clients with a certificate alone. */
    static EtcdProcess secure(Path directory, Path certificates) throws IOException {
        TlsFiles files = new TlsFiles(
                certificates.resolve("nameless.pem"),
                certificates.resolve("nameless.key"),
                certificates.resolve("ca.pem"));
        HttpClient client =
                HttpClient.newBuilder().sslContext(files.read().context()).build();
        EtcdProcess etcd = new EtcdProcess(directory, "https", client);
        etcd.more.addAll(List.of(
                "--client-cert-auth",
                "--cert-file=" + certificates.resolve("server.pem"),
                "--key-file=" + certificates.resolve("server.key"),
                "--trusted-ca-file=" + certificates.resolve("ca.pem")));
        return etcd;
    }

    static void assumeInstalled(String test) {
        if (!Files.isExecutable(ETCD)) {
            LOG.log(Level.WARNING, "SKIPPED: {0} needs {1}: apt-get install etcd-server", test, ETCD);
        }
        Assume.assumeTrue("etcd-server is not installed", Files.isExecutable(ETCD));
    }

    String url() {
        return url;
    }

    /** Starts it, with what it knew before. */
    void start() throws IOException {
        List<String> words = new ArrayList<>(List.of(
                ETCD.toString(),
                "--data-dir=" + directory.resolve("etcd"),
                "--listen-client-urls=" + url,
                "--advertise-client-urls=" + url,
                "--listen-peer-urls=" + peerUrl,
                "--initial-advertise-peer-urls=" + peerUrl,
                "--initial-cluster=default=" + peerUrl));
        words.addAll(more);
        process = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("etcd.log").toFile())
                .start();
    }

    /** Lets a user in who may do nothing but read and write what begins with a prefix, and else root alone. */
    void allow(String user, String password, String prefix) {
        String end = prefix.substring(0, prefix.length() - 1) + (char) (prefix.charAt(prefix.length() - 1) + 1);
        call("/v3/auth/role/add", "{\"name\":\"nodes\"}");
        call(
                "/v3/auth/role/grant",
                "{\"name\":\"nodes\",\"perm\":{\"permType\":\"READWRITE\",\"key\":\"" + base64(prefix)
                        + "\",\"range_end\":\"" + base64(end) + "\"}}");
        call("/v3/auth/user/add", "{\"name\":\"" + user + "\",\"password\":\"" + password + "\"}");
        call("/v3/auth/user/grant", "{\"user\":\"" + user + "\",\"role\":\"nodes\"}");
        call("/v3/auth/user/add", "{\"name\":\"root\",\"password\":\"root\"}");
        call("/v3/auth/user/grant", "{\"user\":\"root\",\"role\":\"root\"}");
        call("/v3/auth/enable", "{}");
        token = call("/v3/auth/authenticate", "{\"name\":\"root\",\"password\":\"root\"}")
                .get("token")
                .asText();
    }

    /** How many keys begin with a prefix. */
    int count(String prefix) {
        String end = prefix.substring(0, prefix.length() - 1) + (char) (prefix.charAt(prefix.length() - 1) + 1);
        JsonNode answer = call(
                "/v3/kv/range",
                "{\"key\":\"" + base64(prefix) + "\",\"range_end\":\"" + base64(end) + "\",\"count_only\":true}");
        return answer.path("count").asInt();
    }

    /** What the server answers, as soon as it answers at all. */
    private JsonNode call(String path, String body) {
        return await("etcd answers")
                .atMost(PATIENCE)
                .ignoreExceptions()
                .until(
                        () -> {
                            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path))
                                    .timeout(PATIENCE);
                            if (!token.isEmpty()) {
                                request.header("Authorization", token);
                            }
                            HttpResponse<String> response = client.send(
                                    request.POST(HttpRequest.BodyPublishers.ofString(body))
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString());
                            assertThat(response.statusCode())
                                    .as(response.body())
                                    .isEqualTo(200);
                            return NodeProcess.json(response.body());
                        },
                        answer -> true);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    @Override
    public void close() {
        Process running = process;
        if (running != null) {
            running.destroyForcibly().onExit().join();
        }
    }
}
