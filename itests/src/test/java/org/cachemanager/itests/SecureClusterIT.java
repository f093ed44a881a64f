package org.cachemanager.itests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.cachemanager.protocol.tls.TlsFiles;
import org.junit.After;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/**
 * Nodes that call each other over HTTPS alone, each of which shows a certificate of the CA; who has none is refused.
 */
public class SecureClusterIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int NODES = 3;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final List<NodeProcess> nodes = new ArrayList<>();
    private final List<Integer> ports = new ArrayList<>();

    @After
    public void stop() {
        nodes.forEach(NodeProcess::close);
    }

    private Path file(String name) {
        return folder.getRoot().toPath().resolve(name);
    }

    /** Makes a directory of certificates with the distribution's command. */
    private void newCerts(String dir) throws Exception {
        String command = Path.of(System.getProperty("cachemanager.home"), "bin/cachemanager")
                .toAbsolutePath()
                .toString();
        Process process = new ProcessBuilder(
                        command,
                        "new-certs",
                        file(dir).toString(),
                        "--base",
                        file("base").toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }

    /** A node whose clients call it by HTTP on loopback, and its peers by HTTPS. */
    private NodeProcess node(int port, String certificates) throws IOException {
        Path base = folder.newFolder("node " + port).toPath();
        StringBuilder settings = new StringBuilder(
                "max_cache_size: 64MB\npeer_connection_timeout: 2s\npeer_refresh_time: 2s\nhttps_server:\n"
                        + "  enabled: true\n  host: 127.0.0.1\n  require_client_cert: true\n  port: " + port + "\n");
        for (String name : List.of("server", "client")) {
            settings.append("  ").append(name).append("_cert: \"").append(file(certificates + "/" + name + ".pem"));
            settings.append("\"\n  ").append(name).append("_key: \"").append(file(certificates + "/" + name + ".key"));
            settings.append("\"\n");
        }
        settings.append("  ca_cert: \"").append(file(certificates + "/ca.pem")).append("\"\npeer_nodes:\n");
        for (int each : ports) {
            settings.append("  - {host: 127.0.0.1, port: ").append(each).append(", tls: true}\n");
        }
        Files.writeString(base.resolve("cachemanager.yaml"), settings);
        NodeProcess node = new NodeProcess(base, Map.of());
        nodes.add(node);
        return node;
    }

    private static int up(NodeProcess node) throws IOException, InterruptedException {
        return NodeProcess.json(node.get("/status").body())
                .get("available_peer_refs")
                .size();
    }

    private static String item(String key, String rest) {
        return "{\"namespace\":\"ns\",\"key\":\"" + key + "\"" + rest + "}";
    }

    private void assertOneCache(List<NodeProcess> members) {
        for (int i = 0; i < 30; i++) {
            members.get(i % members.size()).post("/set_data", item("k" + i, ",\"data\":\"d" + i + "\",\"ttl\":600"));
            for (NodeProcess node : members) {
                assertThat(node.post("/get_data", item("k" + i, "")).get("data").asText())
                        .isEqualTo("d" + i);
            }
        }
    }

    @Test
    public void nodesOfOneCa_areOneCache_andNobodyElseIsOfIt() throws Exception {
        newCerts("tls");
        newCerts("strange");
        for (int i = 0; i <= NODES; i++) {
            ports.add(Sockets.freePort());
        }
        for (int i = 0; i < NODES; i++) {
            node(ports.get(i), "tls");
        }
        List<NodeProcess> members = List.copyOf(nodes);
        for (NodeProcess member : members) {
            await("all are up").atMost(PATIENCE).until(() -> up(member) == NODES);
        }
        assertOneCache(members);
        assertMadeOnce(members);
        assertDroppedWhenItHangsUp(members);

        NodeProcess stranger = node(ports.get(NODES), "strange");
        assertThat(stranger.post("/get_data", item("k1", "")).get("data").isNull())
                .isTrue();
        assertThat(up(stranger)).isEqualTo(1);
        assertOneCache(members);
        for (NodeProcess member : members) {
            assertThat(up(member)).isEqualTo(NODES);
        }
        assertRefused(new TlsFiles(null, null, file("tls/ca.pem")));
        assertRefused(new TlsFiles(file("strange/client.pem"), file("strange/client.key"), file("tls/ca.pem")));
        stranger.close();
        nodes.remove(stranger);
    }

    private static void assertMadeOnce(List<NodeProcess> members) throws Exception {
        List<CompletableFuture<JsonNode>> calls = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            calls.add(members.get(i % NODES).postLater("/get_data", item("herd", ",\"max_wait_time\":30")));
        }
        await("a maker").atMost(PATIENCE).until(() -> calls.stream().anyMatch(CompletableFuture::isDone));
        members.get(1).post("/set_data", item("herd", ",\"data\":\"made\",\"ttl\":600"));
        int locks = 0;
        for (CompletableFuture<JsonNode> call : calls) {
            JsonNode answer = call.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            locks += answer.get("lock").asBoolean() ? 1 : 0;
        }
        assertThat(locks).isEqualTo(1);
    }

    /** A client of one node, whose call waits at another by HTTPS. */
    private static void assertDroppedWhenItHangsUp(List<NodeProcess> members) throws Exception {
        String call = item("left", ",\"max_wait_time\":30");
        assertThat(members.get(0).post("/get_data", call).get("lock").asBoolean())
                .isTrue();
        List<Socket> clients = new ArrayList<>();
        for (NodeProcess member : members) {
            clients.add(member.postAndWait("/get_data", call));
        }
        await("all wait at the owner").atMost(PATIENCE).until(() -> most(members) == NODES);
        for (Socket client : clients) {
            client.close();
        }
        await("nobody waits").atMost(PATIENCE).until(() -> most(members) == 0);
    }

    private static int most(List<NodeProcess> members) throws IOException, InterruptedException {
        int most = 0;
        for (NodeProcess member : members) {
            most = Math.max(most, member.waiters());
        }
        return most;
    }

    /** Whoever shows that, or nothing, gets no answer at all from the endpoint that peers call, mark or no mark. */
    private void assertRefused(TlsFiles files) throws Exception {
        SSLContext context = files.read().context();
        String body = item("k1", ",\"peer\":\"1d20de92-12bd-4067-8563-8d63e83429cc\"");
        String request = "POST /get_data HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: " + body.length()
                + "\r\n\r\n" + body;
        assertThatThrownBy(() -> {
                    try (SSLSocket socket =
                            (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", ports.get(0))) {
                        socket.getOutputStream().write(request.getBytes(UTF_8));
                        socket.getOutputStream().flush();
                        byte[] answer = socket.getInputStream().readAllBytes();
                        if (answer.length == 0) {
                            throw new IOException("It has hung up.");
                        }
                    }
                })
                .isInstanceOf(IOException.class);
    }
}
