package org.cachemanager.itests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Every item moves from the heap to memory outside it, and back, while clients read and write. */
public class StorageSwapIT {

    private static final Logger LOG = System.getLogger("storage-swap");
    private static final int ITEMS = Integer.getInteger("swap.items");
    private static final int DATA_BYTES = 100;
    private static final int FILLERS = 8;
    private static final int CLIENTS = 8;
    private static final int LEAST_TTL = 3600;
    private static final long BEFORE_MILLIS = 3000;
    private static final Pattern MOVED =
            Pattern.compile("(\\d+) items were moved to the storage in force, in (\\d+) ms");
    private static final Pattern FOUND = Pattern.compile("\\{\"data\":\"([^\"]*)\",\"lock\":false,\"expiry\":(\\d+)}");

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final long[] expiries = new long[ITEMS];
    private final AtomicBoolean done = new AtomicBoolean();
    private final LongAdder calls = new LongAdder();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private NodeProcess node;
    private NodeMemory memory;
    private int moves;

    @Before
    public void start() throws Exception {
        Path collections = folder.getRoot().toPath().resolve("gc.log");
        node = new NodeProcess(
                folder.getRoot().toPath().resolve("base"),
                Map.of(
                        "CACHEMANAGER_MAX_CACHE_SIZE",
                        ITEMS / 1000 * 512 / 1000 + 64 + "MB",
                        "CACHEMANAGER_JAVA_OPTS",
                        NodeMemory.options(collections)));
        memory = new NodeMemory(node, collections);
    }

    @After
    public void stop() {
        done.set(true);
        threads.shutdownNow();
        memory.close();
        node.close();
    }

    private static String data(String key) {
        return (key + '-').repeat(DATA_BYTES).substring(0, DATA_BYTES);
    }

    private static void set(RawConnection connection, String key, int ttl) throws IOException {
        String body =
                "{\"namespace\":\"ns\",\"key\":\"" + key + "\",\"data\":\"" + data(key) + "\",\"ttl\":" + ttl + "}";
        RawConnection.Answer answer = connection.post("/set_data", body.getBytes(UTF_8));
        assertThat(answer.body()).isEqualTo("\"ok\"");
    }

    /** Reads an item, which must be there; gives its expiry. */
    private static long get(RawConnection connection, String key) throws IOException {
        RawConnection.Answer answer =
                connection.post("/get_data", ("{\"namespace\":\"ns\",\"key\":\"" + key + "\"}").getBytes(UTF_8));
        Matcher found = FOUND.matcher(answer.body());
        assertThat(found.matches()).as("%s: %s", key, answer.body()).isTrue();
        assertThat(found.group(1)).isEqualTo(data(key));
        return Long.parseLong(found.group(2));
    }

    private static String steady(int number) {
        return "steady item " + number;
    }

    /** What is done for every item, on a connection of its own. */
    private interface Each {
        void item(RawConnection connection, int number) throws IOException;
    }

    private void forEachItem(Each action) throws Exception {
        AtomicInteger next = new AtomicInteger();
        Callable<Void> some = () -> {
            try (RawConnection connection = new RawConnection(node.address().getPort())) {
                for (int i = next.getAndIncrement(); i < ITEMS; i = next.getAndIncrement()) {
                    action.item(connection, i);
                }
            }
            return null;
        };
        List<Future<Void>> all = new ArrayList<>();
        for (int i = 0; i < FILLERS; i++) {
            all.add(threads.submit(some));
        }
        for (Future<Void> each : all) {
            each.get();
        }
    }

    private void fill() throws Exception {
        forEachItem((connection, i) -> {
            long before = System.currentTimeMillis();
            set(connection, steady(i), LEAST_TTL + i % 1000);
            long expiry = get(connection, steady(i));
            assertThat(expiry - LEAST_TTL - i % 1000).isBetween(before / 1000, System.currentTimeMillis() / 1000);
            expiries[i] = expiry;
        });
    }

    private void checkAll() throws Exception {
        forEachItem((connection, i) ->
                assertThat(get(connection, steady(i))).as(steady(i)).isEqualTo(expiries[i]));
    }

    /** Reads what is to stay; sets, reads and deletes what is its own. */
    private Void call(int client) throws IOException {
        try (RawConnection connection = new RawConnection(node.address().getPort())) {
            for (int i = 0; !done.get(); i++) {
                int number = ThreadLocalRandom.current().nextInt(ITEMS);
                assertThat(get(connection, steady(number))).isEqualTo(expiries[number]);
                String own = "own item " + client + '/' + i % 100;
                set(connection, own, 600);
                get(connection, own);
                if (i % 10 == 0) {
                    String delete = "{\"namespace\":\"ns\",\"key\":\"" + own + "\"}";
                    assertThat(connection
                                    .post("/delete_data", delete.getBytes(UTF_8))
                                    .body())
                            .isEqualTo("{\"deleted\":true}");
                }
                calls.add(3);
            }
        }
        return null;
    }

    /** Calls a second until something is over. */
    private long callsPerSecond(Callable<Boolean> over) {
        long begun = System.nanoTime();
        long before = calls.sum();
        await().pollInterval(Duration.ofMillis(5)).atMost(Duration.ofMinutes(5)).until(over);
        return (calls.sum() - before) * 1_000_000_000 / (System.nanoTime() - begun);
    }

    private void swap(String name) throws Exception {
        memory.most();
        node.exec("cache:use storage " + name);
        long during =
                callsPerSecond(() -> MOVED.matcher(node.output()).results().count() > moves);
        Matcher moved = MOVED.matcher(node.output());
        for (int i = 0; i <= moves; i++) {
            assertThat(moved.find()).isTrue();
        }
        moves++;
        assertThat(Integer.parseInt(moved.group(1))).isGreaterThanOrEqualTo(ITEMS);
        assertThat(during).as("calls a second").isPositive();
        String figures = name + ": " + moved.group(1) + " items in " + moved.group(2) + " ms, " + during
                + " calls/s meanwhile; at most " + memory.most();
        LOG.log(Level.INFO, figures);
        assertThat(NodeProcess.json(node.get("/status").body())
                        .at("/seams/storage/in_force")
                        .asText())
                .isEqualTo(name);
    }

    @Test
    public void use_offheapAndBack_losesNothingAndFailsNoCall() throws Exception {
        fill();
        NodeMemory.Usage before = memory.live();
        LOG.log(Level.INFO, "{0} items of {1} bytes: {2}", ITEMS, DATA_BYTES, before);
        List<Future<Void>> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            int client = i;
            clients.add(threads.submit(() -> call(client)));
        }
        long until = System.nanoTime() + Duration.ofMillis(BEFORE_MILLIS).toNanos();
        memory.most();
        long usual = callsPerSecond(() -> System.nanoTime() > until);
        LOG.log(Level.INFO, "before: {0} calls/s; at most {1}", Long.toString(usual), memory.most());
        swap("offheap");
        LOG.log(Level.INFO, "then: {0}", memory.live());
        swap("heap");
        done.set(true);
        for (Future<Void> client : clients) {
            client.get();
        }
        NodeMemory.Usage after = memory.live();
        LOG.log(Level.INFO, "then: {0}", after);
        assertThat(after.outside()).as("megabytes outside the heap").isLessThan(before.outside() + 8);
        checkAll();
    }
}
