package org.cachemanager.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Nodes that find each other through a real etcd; skipped where Debian's {@code etcd-server} is not installed. */
public class EtcdClusterIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /**
     * Not of {@code new-certs}: etcd's gateway calls etcd itself, by a server's certificate that is a client's too, and
     * lets no user in whose certificate has a common name.
     */
    private static final Path CERTIFICATES = Path.of("../bundles/org.cachemanager.registry.etcd/src/test/resources/tls")
            .toAbsolutePath();

    private static final String PREFIX = "/cachemanager/nodes/";

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final List<NodeProcess> nodes = new ArrayList<>();
    private @Nullable EtcdProcess etcd;

    @Before
    public void needsEtcd() {
        EtcdProcess.assumeInstalled("EtcdClusterIT");
    }

    @After
    public void stop() {
        nodes.forEach(NodeProcess::close);
        if (etcd != null) {
            etcd.close();
        }
    }

    private EtcdProcess started(EtcdProcess one) throws IOException {
        etcd = one;
        one.start();
        return one;
    }

    /** A node that tries an endpoint where nobody is before the one that it is given. */
    private NodeProcess node(EtcdProcess registry, String more) throws IOException {
        int port = Sockets.freePort();
        Path base = folder.newFolder("node " + port).toPath();
        Files.writeString(
                base.resolve("cachemanager.yaml"),
                "max_cache_size: 64MB\npeer_connection_timeout: 2s\npeer_refresh_time: 2s\nregistry:\n  type: etcd\n"
                        + "  endpoints: [\"http://127.0.0.1:1\", \"" + registry.url() + "\"]\n" + more);
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

    private static void assertOneCache(String key, List<NodeProcess> of) {
        of.get(0).post("/set_data", item(key, ",\"data\":\"" + key + "\",\"ttl\":600"));
        for (NodeProcess node : of) {
            assertThat(node.post("/get_data", item(key, "")).get("data").asText())
                    .isEqualTo(key);
        }
    }

    @Test
    public void nodes_findEachOther_andGoOnWithoutTheRegistry() throws Exception {
        EtcdProcess registry = started(EtcdProcess.open(folder.getRoot().toPath()));
        node(registry, "");
        node(registry, "");
        awaitAllUp();
        assertOneCache("two", nodes);

        registry.close();
        assertOneCache("without", nodes);
        NodeProcess third = node(registry, "");
        assertThat(NodeProcess.json(third.get("/status").body()).get("peers")).hasSize(1);
        assertOneCache("some", nodes.subList(0, 2));

        registry.start();
        awaitAllUp();
        assertOneCache("three", nodes);
        assertThat(registry.count(PREFIX)).isEqualTo(3);
        nodes.remove(1).terminate();
        assertThat(registry.count(PREFIX))
                .as("withdrawn as soon as it has ended")
                .isEqualTo(2);
        awaitAllUp();
        assertOneCache("left", nodes);
    }

    @Test
    public void nodes_findEachOther_byUserAndPasswordOverTls_belowAPrefixOfTheirOwn() throws Exception {
        EtcdProcess registry = started(EtcdProcess.secure(folder.getRoot().toPath(), CERTIFICATES));
        registry.allow("node", "pass:word", "/it/nodes/");
        StringBuilder access = new StringBuilder("  prefix: /it/nodes/\n  user: node\n  password: \"pass:word\"\n");
        for (String setting : List.of("ca_cert: ca.pem", "client_cert: nameless.pem", "client_key: nameless.key")) {
            String[] words = setting.split(" ", -1);
            access.append("  ").append(words[0]).append(" \"").append(CERTIFICATES.resolve(words[1]));
            access.append("\"\n");
        }
        node(registry, access.toString());
        node(registry, access.toString());
        awaitAllUp();
        assertOneCache("secure", nodes);
        assertThat(registry.count("/it/nodes/")).isEqualTo(2);
        assertThat(registry.count(PREFIX)).isZero();

        nodes.remove(1).terminate();
        assertThat(registry.count("/it/nodes/")).isEqualTo(1);
    }
}
