package org.cachemanager.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.After;
import org.junit.Assume;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Nodes that find each other through a real etcd; skipped where Debian's {@code etcd-server} is not installed. */
public class EtcdClusterIT {

    private static final System.Logger LOG = System.getLogger(EtcdClusterIT.class.getName());
    private static final Path ETCD = Path.of("/usr/bin/etcd");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final List<NodeProcess> nodes = new ArrayList<>();
    private String url = "";
    private String peerUrl = "";
    private @Nullable Process etcd;

    @Before
    public void startRegistry() throws IOException {
        if (!Files.isExecutable(ETCD)) {
            LOG.log(Level.WARNING, "SKIPPED: EtcdClusterIT needs {0}: apt-get install etcd-server", ETCD);
        }
        Assume.assumeTrue("etcd-server is not installed", Files.isExecutable(ETCD));
        url = "http://127.0.0.1:" + freePort();
        peerUrl = "http://127.0.0.1:" + freePort();
        etcd();
    }

    @After
    public void stop() throws InterruptedException {
        nodes.forEach(NodeProcess::close);
        killRegistry();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void etcd() throws IOException {
        String[] words = {
            ETCD.toString(),
            "--data-dir",
            folder.getRoot() + "/etcd",
            "--listen-client-urls",
            url,
            "--advertise-client-urls",
            url,
            "--listen-peer-urls",
            peerUrl,
            "--initial-advertise-peer-urls",
            peerUrl,
            "--initial-cluster",
            "default=" + peerUrl
        };
        etcd = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(new java.io.File(folder.getRoot(), "etcd.log"))
                .start();
    }

    private void killRegistry() throws InterruptedException {
        Process running = etcd;
        if (running != null) {
            running.destroyForcibly().waitFor();
        }
    }

    private NodeProcess node() throws IOException {
        int port = freePort();
        Path base = folder.newFolder("node " + port).toPath();
        Files.writeString(
                base.resolve("cachemanager.yaml"),
                "max_cache_size: 64MB\npeer_connection_timeout: 2s\npeer_refresh_time: 2s\n"
                        + "registry:\n  type: etcd\n  endpoints: [\"http://127.0.0.1:1\", \"" + url + "\"]\n");
        NodeProcess node = new NodeProcess(base, Map.of("CACHEMANAGER_HTTP_SERVER_PORT", String.valueOf(port)));
        nodes.add(node);
        return node;
    }

    private void awaitAllUp() {
        await("all are up").atMost(PATIENCE).untilAsserted(() -> {
            for (NodeProcess node : nodes) {
                JsonNode status = NodeProcess.json(node.get("/status").body());
                assertThat(status.get("available_peer_refs")).hasSize(nodes.size());
            }
        });
    }

    private static String item(String key, String rest) {
        return "{\"namespace\":\"ns\",\"key\":\"" + key + "\"" + rest + "}";
    }

    private void assertOneCache(String key) {
        nodes.get(0).post("/set_data", item(key, ",\"data\":\"" + key + "\",\"ttl\":600"));
        for (NodeProcess node : nodes) {
            assertThat(node.post("/get_data", item(key, "")).get("data").asText())
                    .isEqualTo(key);
        }
    }

    @Test
    public void nodes_findEachOther_andGoOnWithoutTheRegistry() throws Exception {
        node();
        node();
        awaitAllUp();
        assertOneCache("two");

        killRegistry();
        assertOneCache("without");
        NodeProcess third = node();
        assertThat(NodeProcess.json(third.get("/status").body()).get("peers")).hasSize(1);
        assertOneCacheOf(nodes.subList(0, 2));

        etcd();
        awaitAllUp();
        assertOneCache("three");
        nodes.get(1).terminate();
        nodes.remove(1);
        awaitAllUp();
        assertOneCache("left");
    }

    private static void assertOneCacheOf(List<NodeProcess> some) {
        some.get(0).post("/set_data", item("some", ",\"data\":\"d\",\"ttl\":600"));
        assertThat(some.get(1).post("/get_data", item("some", "")).get("data").asText())
                .isEqualTo("d");
    }
}
