package org.cachemanager.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The eviction policy is swapped to a bundle that was not installed, and back, while clients read and write. */
public class SwapUnderLoadIT {

    private static final int CLIENTS = 8;
    private static final int KEYS = 500;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final AtomicBoolean done = new AtomicBoolean();
    private final AtomicInteger calls = new AtomicInteger();

    @Test
    public void use_lruAndBack_losesNothingAndFailsNoCall() throws Exception {
        try (NodeProcess node = new NodeProcess(folder.getRoot().toPath().resolve("base"), Map.of())) {
            for (int i = 0; i < KEYS; i++) {
                set(node, "steady" + i, i);
            }
            ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
            List<Future<?>> running = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                int id = client;
                running.add(clients.submit(() -> readAndWrite(node, id)));
            }
            for (String policy : List.of("lru", "s3fifo", "lru", "s3fifo")) {
                node.exec("cache:use eviction " + policy);
                assertThat(inForce(node)).isEqualTo(policy);
            }
            done.set(true);
            for (Future<?> client : running) {
                client.get();
            }
            clients.shutdown();
            for (int i = 0; i < KEYS; i++) {
                assertThat(get(node, "steady" + i)).isEqualTo("d" + i);
            }
            assertThat(calls).hasValueGreaterThan(CLIENTS * 10);
        }
    }

    private static String inForce(NodeProcess node) throws Exception {
        return NodeProcess.json(node.get("/status").body())
                .at("/seams/eviction/in_force")
                .asText();
    }

    private void readAndWrite(NodeProcess node, int client) {
        for (int i = 0; !done.get(); i++) {
            assertThat(get(node, "steady" + i % KEYS)).isEqualTo("d" + i % KEYS);
            set(node, "own" + client, i);
            assertThat(get(node, "own" + client)).isEqualTo("d" + i);
            calls.addAndGet(3);
        }
    }

    private static void set(NodeProcess node, String key, int value) {
        node.post(
                "/set_data", "{\"namespace\":\"ns\",\"key\":\"" + key + "\",\"data\":\"d" + value + "\",\"ttl\":600}");
    }

    private static String get(NodeProcess node, String key) {
        return node.post("/get_data", "{\"namespace\":\"ns\",\"key\":\"" + key + "\"}")
                .get("data")
                .asText();
    }
}
