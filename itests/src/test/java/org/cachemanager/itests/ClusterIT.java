package org.cachemanager.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Three nodes, processes of their own, are one cache: whoever is asked, and when one of them is killed or hangs. */
public class ClusterIT {

    private static final int NODES = 3;
    private static final String KEY = "ecQSH8YIV9/+/HS5mcyF8Q==";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int WAIT_SECONDS = 30;
    private static final Duration ASLEEP = Duration.ofSeconds(20);
    private static final Duration AWAKE = Duration.ofSeconds(5);
    private static final System.Logger LOG = System.getLogger(ClusterIT.class.getName());

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final List<NodeProcess> nodes = new ArrayList<>();
    private Tokens tokens;

    @Before
    public void start() throws Exception {
        tokens = Tokens.aes(KEY);
        List<Integer> ports = freePorts();
        StringBuilder settings = new StringBuilder(
                "max_cache_size: 64MB\npeer_connection_timeout: 2s\npeer_refresh_time: 2s\npeer_nodes:\n");
        ports.forEach(port ->
                settings.append("  - {host: 127.0.0.1, port: ").append(port).append("}\n"));
        for (int port : ports) {
            Path base = folder.newFolder("node " + port).toPath();
            Files.writeString(base.resolve("cachemanager.yaml"), settings);
            Map<String, String> environment = Map.of(
                    "CACHEMANAGER_HTTP_SERVER_PORT",
                    String.valueOf(port),
                    "CACHEMANAGER_HTTP_SERVER_ENCRYPTION_KEYS",
                    KEY);
            nodes.add(new NodeProcess(base, environment));
        }
        await("all are up").atMost(PATIENCE).until(() -> up().equals(List.of(NODES, NODES, NODES)));
    }

    @After
    public void stop() {
        nodes.forEach(NodeProcess::close);
    }

    private static List<Integer> freePorts() throws IOException {
        List<Integer> ports = new ArrayList<>();
        List<ServerSocket> taken = new ArrayList<>();
        for (int i = 0; i < NODES; i++) {
            ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            taken.add(socket);
            ports.add(socket.getLocalPort());
        }
        for (ServerSocket socket : taken) {
            socket.close();
        }
        return ports;
    }

    /** How many nodes each node sees up. */
    private List<Integer> up() throws IOException, InterruptedException {
        List<Integer> up = new ArrayList<>();
        for (NodeProcess node : nodes) {
            up.add(status(node).get("available_peer_refs").size());
        }
        return up;
    }

    private static JsonNode status(NodeProcess node) throws IOException, InterruptedException {
        return NodeProcess.json(node.get("/status").body());
    }

    private String body(String key, String rest) {
        return "{\"namespace\":\"" + tokens.fresh() + "\",\"key\":\"" + key + "\"" + rest + "}";
    }

    private void set(NodeProcess node, String key, String data) {
        JsonNode answer = node.post("/set_data", body(key, ",\"data\":\"" + data + "\",\"ttl\":600"));
        assertThat(answer.asText()).isEqualTo("ok");
    }

    private String get(NodeProcess node, String key) {
        return node.post("/get_data", body(key, "")).get("data").asText();
    }

    private CompletableFuture<JsonNode> ask(NodeProcess node, String key) {
        return node.postLater("/get_data", body(key, ",\"max_wait_time\":" + WAIT_SECONDS));
    }

    /** The one that keeps the item which was set last: the only one that has more items than before. */
    private NodeProcess ownerOf(String key) throws IOException, InterruptedException {
        List<Integer> before = items();
        set(nodes.get(0), key, "to find its owner");
        List<Integer> after = items();
        nodes.get(0).post("/delete_data", body(key, ""));
        for (int i = 0; i < NODES; i++) {
            if (after.get(i) > before.get(i)) {
                return nodes.get(i);
            }
        }
        throw new AssertionError("Nobody has the item: " + before + ", " + after);
    }

    private List<Integer> items() throws IOException, InterruptedException {
        List<Integer> items = new ArrayList<>();
        for (NodeProcess node : nodes) {
            items.add(status(node).get("cache_items").asInt());
        }
        return items;
    }

    private static JsonNode answer(CompletableFuture<JsonNode> call)
            throws InterruptedException, ExecutionException, TimeoutException {
        return call.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    public void items_setOnAny_areReadOnAny_andSpread() throws Exception {
        for (int i = 0; i < 100; i++) {
            set(nodes.get(i % NODES), "k" + i, "d" + i);
        }
        for (int i = 0; i < 100; i++) {
            for (NodeProcess node : nodes) {
                assertThat(get(node, "k" + i)).isEqualTo("d" + i);
            }
        }
        assertThat(items()).allMatch(items -> items > 10).satisfies(all -> assertThat(
                        all.stream().mapToInt(Integer::intValue).sum())
                .isEqualTo(100));
        String large = "x".repeat(3_000_000);
        set(nodes.get(0), "large", large);
        for (NodeProcess node : nodes) {
            assertThat(get(node, "large")).isEqualTo(large);
        }
    }

    @Test
    public void missingItem_of300CallersOnAllNodes_isMadeByOne() throws Exception {
        List<CompletableFuture<JsonNode>> calls = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            calls.add(ask(nodes.get(i % NODES), "herd"));
        }
        await("a maker").atMost(PATIENCE).until(() -> calls.stream().anyMatch(CompletableFuture::isDone));
        set(nodes.get(1), "herd", "made");
        int locks = 0;
        for (CompletableFuture<JsonNode> call : calls) {
            JsonNode answer = answer(call);
            if (answer.get("lock").asBoolean()) {
                locks++;
            } else {
                assertThat(answer.get("data").asText()).isEqualTo("made");
            }
        }
        assertThat(locks).isEqualTo(1);
    }

    @Test
    public void ownerThatIsKilled_leavesItsWaitersToTheNext_andTheMakersItemCounts() throws Exception {
        NodeProcess owner = ownerOf("orphan");
        List<NodeProcess> others = nodes.stream().filter(node -> node != owner).toList();
        assertThat(answer(ask(others.get(0), "orphan")).get("lock").asBoolean()).isTrue();
        List<CompletableFuture<JsonNode>> calls = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            calls.add(ask(others.get(i % 2), "orphan"));
        }
        await("all wait").atMost(PATIENCE).until(() -> owner.waiters() == calls.size());
        owner.close();
        await("it is marked down")
                .atMost(PATIENCE)
                .until(() -> status(others.get(0)).get("available_peer_refs").size() == 2);
        set(others.get(1), "orphan", "made");
        for (CompletableFuture<JsonNode> call : calls) {
            JsonNode answer = answer(call);
            assertThat(answer.get("lock").asBoolean())
                    .as("given a lock while the maker is at work")
                    .isFalse();
            assertThat(answer.get("data").asText()).isEqualTo("made");
        }
        assertThat(get(others.get(0), "orphan")).isEqualTo("made");
    }

    @Test
    public void clientThatHangsUp_isDroppedAtTheOwner() throws Exception {
        NodeProcess owner = ownerOf("left");
        List<NodeProcess> others = nodes.stream().filter(node -> node != owner).toList();
        assertThat(answer(ask(others.get(0), "left")).get("lock").asBoolean()).isTrue();
        List<Socket> clients = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            clients.add(others.get(i % 2).postAndWait("/get_data", body("left", ",\"max_wait_time\":30")));
        }
        await("all wait").atMost(PATIENCE).until(() -> owner.waiters() == clients.size());
        for (Socket client : clients) {
            client.close();
        }
        await("nobody waits").atMost(AWAKE).until(() -> owner.waiters() == 0);
        CompletableFuture<JsonNode> next = ask(others.get(1), "left");
        await("it waits").atMost(PATIENCE).until(() -> owner.waiters() == 1);
        set(others.get(0), "left", "made");
        assertThat(answer(next).get("data").asText()).isEqualTo("made");
    }

    @Test
    public void copyOfANodesDirectory_takesNoPart_andSaysSo() throws Exception {
        set(nodes.get(0), "k", "theirs");
        Path copy = folder.getRoot().toPath().resolve("copy");
        Files.createDirectories(copy);
        for (String name : List.of("ref", "cachemanager.yaml")) {
            Files.copy(nodes.get(0).base().resolve(name), copy.resolve(name));
        }
        NodeProcess twin = new NodeProcess(copy, Map.of("CACHEMANAGER_HTTP_SERVER_ENCRYPTION_KEYS", KEY));
        try {
            await("it says so").atMost(PATIENCE).until(() -> twin.output()
                    .contains("delete the file ref in its base directory"));
            await("the other one says so")
                    .atMost(PATIENCE)
                    .until(() -> nodes.get(0).output().contains("It was started later"));
            set(twin, "k", "its own");
            assertThat(get(twin, "k")).isEqualTo("its own");
            assertThat(status(twin).get("available_peer_refs")).hasSize(1);
            for (NodeProcess node : nodes) {
                assertThat(get(node, "k")).isEqualTo("theirs");
            }
            assertThat(up()).isEqualTo(List.of(NODES, NODES, NODES));
        } finally {
            twin.close();
        }
    }

    @Test
    public void ownerThatSleeps_failsNoCall_andServesNothingOldWhenItIsBack() throws Exception {
        NodeProcess owner = ownerOf("stuck");
        List<NodeProcess> others = nodes.stream().filter(node -> node != owner).toList();
        set(others.get(0), "stuck", "0");
        int newest = 0;
        List<CompletableFuture<JsonNode>> asked = new ArrayList<>();
        List<Integer> least = new ArrayList<>();
        signal(owner, "STOP");
        long end = System.nanoTime() + ASLEEP.toNanos();
        try {
            while (System.nanoTime() - end < 0) {
                newest = setAndGet(others, newest);
                if (newest % 100 == 0) {
                    asked.add(owner.postLater("/get_data", body("stuck", "")));
                    least.add(newest);
                }
            }
        } finally {
            signal(owner, "CONT");
        }
        end = System.nanoTime() + AWAKE.toNanos();
        while (System.nanoTime() - end < 0) {
            newest = setAndGet(others, newest);
            assertNotOlder(owner.post("/get_data", body("stuck", "")), newest);
        }
        for (int i = 0; i < asked.size(); i++) {
            assertNotOlder(answer(asked.get(i)), least.get(i));
        }
        await("all are up again").atMost(PATIENCE).until(() -> up().equals(List.of(NODES, NODES, NODES)));
        LOG.log(
                Level.INFO,
                "{0} sets, none of their gets older, {1} asked of the one that slept",
                newest,
                asked.size());
    }

    /** Sets the next number through one of them, and reads it through the other. */
    private int setAndGet(List<NodeProcess> others, int newest) {
        int next = newest + 1;
        set(others.get(next % 2), "stuck", String.valueOf(next));
        assertNotOlder(others.get(newest % 2).post("/get_data", body("stuck", "")), next);
        return next;
    }

    /** The item may be missing: its owner may have changed just now. It may not be an older one. */
    private static void assertNotOlder(JsonNode answer, int newest) {
        JsonNode data = answer.get("data");
        if (!data.isNull()) {
            assertThat(data.asInt()).isGreaterThanOrEqualTo(newest);
        }
    }

    private static void signal(NodeProcess node, String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(node.pid())).start();
        assertThat(kill.waitFor()).isZero();
    }
}
