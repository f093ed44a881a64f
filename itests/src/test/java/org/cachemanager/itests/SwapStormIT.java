package org.cachemanager.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.cachemanager.itests.Swaps.Way;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/**
 * Storage, eviction and encryption are swapped back to back by every way there is, while 64 clients call: no call
 * fails, no item is lost, no lock is given twice, nobody waits in vain, and nothing is left behind.
 */
public class SwapStormIT {

    private static final Logger LOG = System.getLogger("swap-storm");
    private static final int SWAPS = Integer.getInteger("storm.swaps");
    private static final long SEED = Long.getLong("storm.seed", 1);
    /** Of each way there is one in a hundred swaps at least. */
    private static final int LEAST = Math.max(2, SWAPS / 100);

    /**
     * What SCR 2.2.18 keeps of each start of a bundle with a component, in bytes: two loggers with their names, in a
     * set that only grows. Measured: 560.
     */
    private static final long LEFT_BY_SCR = 600;

    private static final int LASTING = 5000;
    private static final long USUAL_NANOS = Duration.ofSeconds(5).toNanos();
    private static final Duration GRACE = Duration.ofSeconds(60);
    private static final String KEY = "ecQSH8YIV9/+/HS5mcyF8Q==";
    private static final Pattern LOADERS = Pattern.compile("(\\d+) +\\d+ +\\S+BundleWiringImpl\\$BundleClassLoader");

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final Map<String, String> named =
            new TreeMap<>(Map.of("storage", "heap", "eviction", "s3fifo", "encryption", "aes"));
    private final Random random = new Random(SEED);
    private NodeProcess node;
    private Storm storm;
    private Swaps swaps;

    private Path base() {
        return folder.getRoot().toPath().resolve("base");
    }

    @Before
    public void start() throws Exception {
        Files.createDirectories(base());
        write();
        node = new NodeProcess(base(), Map.of("CACHEMANAGER_HTTP_SERVER_PORT", ""));
        Map<String, Tokens> ciphers = Map.of("aes", Tokens.aes(KEY), "aesgcm", Tokens.aesgcm(KEY));
        storm = new Storm(node.address().getPort(), LASTING, ciphers, "aes");
        swaps = new Swaps(node, new Yaml(), SEED, (seam, name) -> {
            if (seam.equals("encryption")) {
                storm.use(name);
            }
        });
    }

    @After
    public void stop() throws IOException {
        swaps.close();
        storm.close();
        node.close();
    }

    /** The node's settings file. */
    private final class Yaml implements Swaps.SettingsFile {

        @Override
        public String named(String seam) {
            return Objects.requireNonNull(named.get(seam));
        }

        @Override
        public void name(String seam, String name) throws IOException {
            named.put(seam, name);
            write();
        }
    }

    private void write() throws IOException {
        String text = """
                max_cache_size: 128MB
                storage: %s
                eviction: %s
                http_server: {port: 0, encryption: {cipher: %s, keys: [%s]}}
                """.formatted(named.get("storage"), named.get("eviction"), named.get("encryption"), KEY);
        Path fresh = Files.writeString(base().resolve("fresh"), text);
        Files.move(
                fresh,
                base().resolve("cachemanager.yaml"),
                StandardCopyOption.REPLACE_EXISTING,
                StandardCopyOption.ATOMIC_MOVE);
    }

    @Test
    public void swaps_underLoad_loseNothing() throws Exception {
        LOG.log(Level.INFO, "{0} swaps, storm.seed {1}", SWAPS, Long.toString(SEED));
        storm.fill();
        storm.start();
        swaps.useAll();
        int loaders = loaders();
        warmUp();
        storm.start();
        usual();
        storm.stop();
        long heap = node.liveHeap();
        storm.start();
        long begun = System.nanoTime();
        int before = swaps.total();
        int starts = swaps.starts();
        swap();
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        LOG.log(Level.INFO, "{0} in {1} s; meanwhile {2}", swaps, took.toSeconds(), storm.measured());
        assertThat(swaps.total() - before).isGreaterThanOrEqualTo(SWAPS);
        assertThat(Way.values()).allMatch(way -> swaps.count(way) >= LEAST);
        storm.stop();
        rest();
        storm.checkLasting();
        await("class loaders that are left")
                .atMost(GRACE)
                .pollInterval(Duration.ofSeconds(3))
                .untilAsserted(() -> assertThat(loaders()).isLessThanOrEqualTo(loaders));
        long after = node.liveHeap();
        long scr = LEFT_BY_SCR * (swaps.starts() - starts);
        LOG.log(
                Level.INFO,
                "live heap {0} KB before, {1} KB after, of which SCR keeps up to {2} KB",
                heap >> 10,
                after >> 10,
                scr >> 10);
        assertThat(after).isLessThanOrEqualTo(heap + Math.max(heap / 100, 2 << 20) + scr);
    }

    /** Every way once, so that what is loaded once is there when the heap is measured. */
    private void warmUp() throws Exception {
        for (Way way : Way.values()) {
            swaps.by(way);
            storm.check();
        }
        storm.stop();
        rest();
    }

    private void rest() throws IOException {
        swaps.use("storage", "heap");
        swaps.use("eviction", "s3fifo");
        swaps.use("encryption", "aes");
    }

    private void usual() throws Exception {
        storm.measured();
        long until = System.nanoTime() + USUAL_NANOS;
        await().atMost(GRACE).until(() -> System.nanoTime() > until);
        storm.check();
        LOG.log(Level.INFO, "before: {0}", storm.measured());
    }

    private void swap() throws Exception {
        int goal = swaps.total() + SWAPS;
        List<Way> ways = new ArrayList<>();
        for (Way way : Way.values()) {
            ways.addAll(Collections.nCopies(LEAST, way));
        }
        Collections.shuffle(ways, random);
        for (Way way : ways) {
            swaps.by(way);
            storm.check();
        }
        List<Way> quick = new ArrayList<>(Arrays.asList(Way.values()));
        quick.removeAll(List.of(Way.FILE, Way.DROP, Way.REPLACE, Way.DELETE));
        while (swaps.total() < goal) {
            swaps.by(quick.get(random.nextInt(quick.size())));
            storm.check();
        }
    }

    private int loaders() throws Exception {
        node.jcmd("GC.run");
        Matcher found = LOADERS.matcher(node.jcmd("GC.class_histogram"));
        assertThat(found.find()).isTrue();
        return Integer.parseInt(found.group(1));
    }
}
