package org.cachemanager.itests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.cachemanager.itests.Crowd.Answer;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Clients that are broken or mean, all at once: the others are served meanwhile, and nothing is left afterwards. */
public class AbuseIT {

    private static final Logger LOG = System.getLogger("abuse");
    private static final int SECONDS = Integer.getInteger("attack.seconds");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final AtomicBoolean over = new AtomicBoolean();
    private NodeProcess node;

    @Before
    public void start() throws Exception {
        node = new NodeProcess(folder.getRoot().toPath().resolve("base"), Map.of());
    }

    @After
    public void stop() {
        node.close();
    }

    /** Reads the beginning of a large answer and resets, over and over. */
    private int resetInTheMiddleOfAnswers() throws IOException {
        int resets = 0;
        while (!over.get()) {
            try (Socket socket =
                    new Socket(node.address().getAddress(), node.address().getPort())) {
                socket.setSoTimeout((int) PATIENCE.toMillis());
                socket.getOutputStream().write(Crowd.get("large", 0).getBytes(UTF_8));
                assertThat(new String(socket.getInputStream().readNBytes(12), UTF_8))
                        .isEqualTo("HTTP/1.1 200");
                socket.setSoLinger(true, 0);
            }
            resets++;
        }
        return resets;
    }

    /** Sends twenty requests at once, and has twenty answers. */
    private int pipeline() throws IOException {
        int rounds = 0;
        while (!over.get()) {
            try (Crowd pipelining = new Crowd(node.address(), 1)) {
                pipelining.say(i -> Crowd.get("none", 0).repeat(20));
                StringBuilder heard = new StringBuilder();
                while (answers(heard) < 20) {
                    List<Answer> more = pipelining.hear(1, PATIENCE);
                    assertThat(more).as("after %s", heard).singleElement().matches(answer -> !answer.says("closed"));
                    heard.append(more.get(0).text());
                }
                assertThat(answers(heard)).isEqualTo(20);
            }
            rounds++;
        }
        return rounds;
    }

    private static int answers(CharSequence heard) {
        return (int) Pattern.compile("HTTP/1\\.1 200 .*?\"expiry\":0\\}", Pattern.DOTALL)
                .matcher(heard)
                .results()
                .count();
    }

    /** Calls as others do, each on a connection of its own; gives the longest that one took. */
    private Duration serveOthers(long untilNanos) throws IOException {
        long longest = 0;
        for (int i = 0; System.nanoTime() < untilNanos; i++) {
            long begun = System.nanoTime();
            try (RawConnection other = new RawConnection(node.address().getPort())) {
                byte[] set =
                        ("{\"namespace\":\"ns\",\"key\":\"k" + i + "\",\"data\":\"d\",\"ttl\":60}").getBytes(UTF_8);
                assertThat(other.post("/set_data", set).status()).isEqualTo(200);
            }
            longest = Math.max(longest, System.nanoTime() - begun);
        }
        return Duration.ofNanos(longest);
    }

    private double speed() throws IOException {
        try (RawConnection connection = new RawConnection(node.address().getPort())) {
            long begun = System.nanoTime();
            int calls = 0;
            while (System.nanoTime() - begun < 1_000_000_000) {
                byte[] get = "{\"namespace\":\"ns\",\"key\":\"none\"}".getBytes(UTF_8);
                assertThat(connection.post("/get_data", get).status()).isEqualTo(200);
                calls++;
            }
            return calls;
        }
    }

    @Test
    public void abuse_othersServedMeanwhile_andNothingLeftBehind() throws Exception {
        node.post(
                "/set_data",
                "{\"namespace\":\"ns\",\"key\":\"large\",\"data\":\"" + "x".repeat(4 << 20) + "\",\"ttl\":600}");
        speed();
        double before = speed();
        int descriptors = node.descriptors();

        abuse();

        await().atMost(PATIENCE).until(() -> node.descriptors() <= descriptors + 5);
        double[] after = new double[1];
        await().atMost(PATIENCE).until(() -> (after[0] = speed()) > before / 2);
        LOG.log(Level.INFO, "One client: {0} calls/s before, {1} after", Math.round(before), Math.round(after[0]));
        assertThat(node.output()).doesNotContain("[ERROR]").doesNotContain("Exception");
    }

    private void abuse() throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        try (Crowd halfOpen = new Crowd(node.address(), 500);
                Crowd idle = new Crowd(node.address(), 5000);
                Crowd slowBodies = new Crowd(node.address(), 100);
                Crowd endlessHeads = new Crowd(node.address(), 100)) {
            halfOpen.say(i -> "POST /set_data HTTP/1.1\r\nHost: node\r\nContent-Length: 100\r\n\r\n{");
            slowBodies.say(i -> "POST /set_data HTTP/1.1\r\nHost: node\r\nContent-Length: 9000000\r\n\r\n{");
            endlessHeads.say(i -> "POST /set_data HTTP/1.1\r\nHost: node\r\nX: ");
            Future<Integer> resets = threads.submit(this::resetInTheMiddleOfAnswers);
            Future<Integer> pipelines = threads.submit(this::pipeline);
            long until = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
            Future<Duration> others = threads.submit(() -> serveOthers(until));
            while (!others.isDone()) {
                slowBodies.drip(" ");
                endlessHeads.drip("x".repeat(10));
                halfOpen.hear(1, Duration.ofMillis(100));
            }
            int bodies = slowBodies.drip(" ");
            int heads = endlessHeads.drip("x");
            over.set(true);
            LOG.log(
                    Level.INFO,
                    "Others waited {0} ms at the most.",
                    others.get().toMillis());
            LOG.log(Level.INFO, "{0} connections were idle meanwhile.", idle.size());
            LOG.log(Level.INFO, "{0} resets, {1} pipelines.", resets.get(), pipelines.get());
            LOG.log(Level.INFO, "Of 100 still there: {0} slow bodies, {1} heads without end.", bodies, heads);
            assertThat(others.get()).isLessThan(Duration.ofSeconds(1));
            if (SECONDS >= 60) {
                assertThat(bodies).as("slow bodies that are not cut off").isZero();
                assertThat(heads).as("heads without end that are not cut off").isZero();
            }
        } finally {
            over.set(true);
            threads.shutdown();
        }
    }
}
