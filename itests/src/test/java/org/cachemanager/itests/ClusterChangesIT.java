package org.cachemanager.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** What an operator changes on the nodes of a cluster, one after the other, costs no call and no item. */
public class ClusterChangesIT {

    private static final int NODES = 3;
    private static final int ITEMS = 150;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Longer than it takes to mark a peer down that says that this node is not up. */
    private static final Duration MEANWHILE = Duration.ofMillis(1500);

    private static final String FORMER = "ecQSH8YIV9/+/HS5mcyF8Q==";
    private static final String NEXT = "AAECAwQFBgcICQoLDA0ODw==";

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final List<NodeProcess> nodes = new ArrayList<>();
    private final List<Path> bases = new ArrayList<>();
    private final List<String> keys = new ArrayList<>();
    private final List<Integer> ports = new ArrayList<>();

    /** Those through which clients call. */
    private final List<NodeProcess> called = new ArrayList<>();

    private Tokens tokens;
    private int calls;

    /** A port that is listed too, by mistake; nobody listens there. */
    private int vacant;

    @Before
    public void start() throws Exception {
        tokens = Tokens.aes(FORMER);
        vacant = Sockets.freePort();
        for (int i = 0; i < NODES; i++) {
            ports.add(Sockets.freePort());
            keys.add(FORMER);
            bases.add(folder.newFolder("node " + i).toPath());
        }
        for (int i = 0; i < NODES; i++) {
            change(i);
            NodeProcess node = new NodeProcess(bases.get(i), Map.of("CACHEMANAGER_HTTP_SERVER_PORT", ""));
            nodes.add(node);
            called.add(node);
        }
        for (NodeProcess node : nodes) {
            await("all are up").atMost(PATIENCE).until(() -> up(node) == NODES);
        }
        for (int i = 0; i < ITEMS; i++) {
            set("k" + i, "d" + i);
        }
    }

    @After
    public void stop() {
        nodes.forEach(NodeProcess::close);
    }

    private String settings(int node) {
        StringBuilder settings = new StringBuilder("max_cache_size: 64MB\npeer_connection_timeout: 2s\npeer_nodes:\n");
        Stream.concat(ports.stream(), Stream.of(vacant)).forEach(port -> settings.append("  - {host: 127.0.0.1, port: ")
                .append(port)
                .append("}\n"));
        return settings + "http_server: {port: " + ports.get(node) + ", encryption: {keys: [" + keys.get(node)
                + "]}}\n";
    }

    private void change(int node) throws IOException {
        Path fresh = Files.writeString(bases.get(node).resolve("fresh"), settings(node));
        Path file = bases.get(node).resolve("cachemanager.yaml");
        Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private static int up(NodeProcess node) throws IOException, InterruptedException {
        JsonNode status = NodeProcess.json(node.get("/status").body());
        return status.get("available_peer_refs").size();
    }

    private String body(String key, String rest) {
        return "{\"namespace\":\"" + tokens.fresh() + "\",\"key\":\"" + key + "\"" + rest + "}";
    }

    private NodeProcess next() {
        return called.get(calls++ % called.size());
    }

    private void set(String key, String data) {
        JsonNode answer = next().post("/set_data", body(key, ",\"data\":\"" + data + "\",\"ttl\":600"));
        assertThat(answer.asText()).isEqualTo("ok");
    }

    private String get(String key) {
        return next().post("/get_data", body(key, "")).get("data").asText();
    }

    /** Each call is answered, with what was set; for a while. */
    private void assertServed(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (int i = 0; System.nanoTime() - end < 0; i++) {
            String key = "k" + i % ITEMS;
            assertThat(get(key)).as(key).isEqualTo("d" + i % ITEMS);
            set("own", "v" + i);
            assertThat(get("own")).isEqualTo("v" + i);
        }
    }

    private void assertUpAndWhole() throws Exception {
        for (NodeProcess node : nodes) {
            String nobody = "http://127.0.0.1:" + vacant;
            assertThat(node.exec("cache:status")).contains("3 up of 3").contains("no node found at " + nobody);
            assertThat(node.output())
                    .doesNotContain("marked down")
                    .containsOnlyOnce("No node has been found at " + nobody);
        }
        for (int i = 0; i < ITEMS; i++) {
            assertThat(get("k" + i)).isEqualTo("d" + i);
        }
    }

    private void rotate(String to) throws Exception {
        for (int i = 0; i < NODES; i++) {
            NodeProcess node = nodes.get(i);
            int before = node.output().length();
            keys.set(i, to);
            change(i);
            await("the keys")
                    .atMost(PATIENCE)
                    .until(() -> node.output().substring(before).contains("http_server.encryption.keys is"));
            assertServed(MEANWHILE);
        }
        assertUpAndWhole();
    }

    @Test
    public void keysAndPorts_changedOnOneNodeAfterAnother_costNoCallAndNoItem() throws Exception {
        rotate(NEXT + ", " + FORMER);
        tokens = Tokens.aes(NEXT);
        rotate(NEXT);
        called.remove(nodes.get(0));
        ports.set(0, Sockets.freePort());
        for (int i = 0; i < NODES; i++) {
            change(i);
        }
        await("it listens there")
                .atMost(PATIENCE)
                .until(() -> nodes.get(0).output().contains("Listening on http://127.0.0.1:" + ports.get(0)));
        assertServed(MEANWHILE.multipliedBy(3));
        assertUpAndWhole();
        for (NodeProcess other : called) {
            assertThat(other.output()).contains("has moved from");
        }
    }
}
