package org.cachemanager.itests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** A node with little more heap than its cache may hold, under all that takes memory. */
public class MemoryIT {

    private static final Logger LOG = System.getLogger("memory");
    private static final int SECONDS = Integer.getInteger("attack.seconds");
    private static final boolean SHORT = SECONDS < 30;
    private static final long LIMIT = 256L << 20;
    private static final int LARGE_CLIENTS = 64;
    private static final int SMALL_CLIENTS = 16;
    private static final int SMALL_ITEMS = SHORT ? 100_000 : 1_000_000;
    private static final byte[] LARGE = "y".repeat((10 << 20) - 1024).getBytes(UTF_8);

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final Map<String, LongAdder> outcomes = new ConcurrentHashMap<>();
    private final AtomicInteger largeKeys = new AtomicInteger();
    private NodeProcess node;

    @Before
    public void start() throws Exception {
        node = new NodeProcess(
                folder.getRoot().toPath().resolve("base"),
                Map.of("CACHEMANAGER_MAX_CACHE_SIZE", "256MB", "CACHEMANAGER_JAVA_OPTS", "-Xmx307m"));
    }

    @After
    public void stop() {
        node.close();
    }

    private static byte[] item(String key, byte[] data) {
        byte[] head = ("{\"namespace\":\"ns\",\"key\":\"" + key + "\",\"ttl\":600,\"data\":\"").getBytes(UTF_8);
        byte[] body = new byte[head.length + data.length + 2];
        System.arraycopy(head, 0, body, 0, head.length);
        System.arraycopy(data, 0, body, head.length, data.length);
        body[body.length - 2] = '"';
        body[body.length - 1] = '}';
        return body;
    }

    /** A client that calls over and over until the time is over or nothing is left to do. */
    private Callable<Void> client(String kind, long untilNanos, Call call) {
        return () -> {
            try (RawConnection connection = new RawConnection(node.address().getPort())) {
                for (int status = 1; status > 0 && System.nanoTime() < untilNanos; ) {
                    status = call.on(connection);
                    if (status > 0) {
                        outcomes.computeIfAbsent(kind + ' ' + status, any -> new LongAdder())
                                .increment();
                    }
                }
            }
            return null;
        };
    }

    /** Gives the status of a call, or 0 when there is no more to do. */
    private interface Call {
        int on(RawConnection connection) throws IOException;
    }

    private List<Callable<Void>> uploads(int clients, long untilNanos) {
        List<Callable<Void>> all = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            all.add(client("large", untilNanos, connection -> connection
                    .post("/set_data", item("large" + largeKeys.incrementAndGet() % 200, LARGE))
                    .status()));
        }
        return all;
    }

    private List<Callable<Void>> smallSets(int clients, int items, long untilNanos) {
        AtomicLong left = new AtomicLong(items);
        byte[] data = "x".repeat(100).getBytes(UTF_8);
        List<Callable<Void>> all = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            all.add(client("small", untilNanos, connection -> {
                long number = left.getAndDecrement();
                return number <= 0
                        ? 0
                        : connection
                                .post("/set_data", item("small" + number, data))
                                .status();
            }));
        }
        return all;
    }

    private List<Callable<Void>> slowReads(int clients, long untilNanos) {
        List<Callable<Void>> all = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            all.add(client(
                    "slow read",
                    untilNanos,
                    connection -> connection.readSlowly(
                            "/get_data",
                            ("{\"namespace\":\"ns\",\"key\":\"large" + largeKeys.incrementAndGet() % 200 + "\"}")
                                    .getBytes(UTF_8),
                            untilNanos)));
        }
        return all;
    }

    private void attack(String name, List<Callable<Void>> clients) throws Exception {
        outcomes.clear();
        ExecutorService threads = Executors.newFixedThreadPool(clients.size());
        long begun = System.nanoTime();
        for (Future<Void> client : threads.invokeAll(clients)) {
            client.get();
        }
        threads.shutdown();
        long size =
                NodeProcess.json(node.get("/status").body()).get("cache_size").longValue();
        LOG.log(
                Level.INFO,
                "{0}: {1} s, {2}; {3} MB in the cache",
                name,
                (System.nanoTime() - begun) / 1_000_000_000,
                new TreeMap<>(outcomes),
                size >> 20);
        assertThat(size).isPositive().isLessThanOrEqualTo(LIMIT);
        assertThat(outcomes).isNotEmpty();
        assertThat(outcomes.keySet()).allMatch(outcome -> outcome.matches("(large|small|slow read) (200|413|503)"));
        assertThat(share("small")).as("small sets that succeeded").isGreaterThanOrEqualTo(0.95);
        assertThat(share("large")).as("large sets that succeeded").isGreaterThanOrEqualTo(0.5);
    }

    private double share(String kind) {
        double all = outcomes.entrySet().stream()
                .filter(outcome -> outcome.getKey().startsWith(kind))
                .mapToLong(outcome -> outcome.getValue().sum())
                .sum();
        return all == 0
                ? 1
                : outcomes.getOrDefault(kind + " 200", new LongAdder()).sum() / all;
    }

    /** Calls per second of one client. */
    private double speed() throws IOException {
        byte[] get = "{\"namespace\":\"ns\",\"key\":\"none\"}".getBytes(UTF_8);
        try (RawConnection connection = new RawConnection(node.address().getPort())) {
            long begun = System.nanoTime();
            int calls = 0;
            while (System.nanoTime() - begun < 1_000_000_000) {
                assertThat(connection.post("/get_data", get).status()).isEqualTo(200);
                calls++;
            }
            return calls / ((System.nanoTime() - begun) / 1e9);
        }
    }

    private static long inSeconds(int seconds) {
        return System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
    }

    @Test
    public void fullHeap_underAttack_refusesLittleAndKeepsItsLimit() throws Exception {
        speed();
        // With an empty heap; in a full one the collector marks nearly all the time, on a core of its own.
        double before = speed();

        attack("uploads", uploads(LARGE_CLIENTS, inSeconds(SECONDS)));
        attack("small items", smallSets(SMALL_CLIENTS, SMALL_ITEMS, inSeconds(600)));
        compare();
        List<Callable<Void>> both = uploads(LARGE_CLIENTS, inSeconds(SECONDS));
        both.addAll(smallSets(SMALL_CLIENTS, Integer.MAX_VALUE, inSeconds(SECONDS)));
        attack("both", both);
        compare();
        List<Callable<Void>> readers = slowReads(LARGE_CLIENTS, inSeconds(SECONDS));
        readers.addAll(smallSets(4, Integer.MAX_VALUE, inSeconds(SECONDS)));
        readers.addAll(uploads(4, inSeconds(SECONDS)));
        attack("slow readers", readers);
        compare();

        double[] after = new double[1];
        await().atMost(Duration.ofSeconds(60)).until(() -> (after[0] = speed()) > before / 2);
        LOG.log(Level.INFO, "One client: {0} calls/s before, {1} after", Math.round(before), Math.round(after[0]));
        assertThat(node.output()).doesNotContain("OutOfMemory").doesNotContain("[ERROR]");
    }

    /**
     * The account against all that a full collection leaves, what an empty node takes included: of the limit, when a
     * large item just leaves some of it free.
     */
    private void compare() throws Exception {
        long live = node.liveHeap();
        long accounted =
                NodeProcess.json(node.get("/status").body()).get("cache_size").longValue();
        double apart = 100.0 * (live - accounted) / Math.max(live, LIMIT);
        LOG.log(Level.INFO, "Accounted {0} KB, live heap {1} KB: {2} % apart", accounted >> 10, live >> 10, apart);
        assertThat(Math.abs(apart)).isLessThan(5);
    }
}
