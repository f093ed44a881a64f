package org.cachemanager.itests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.Logger;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.RuleChain;
import org.junit.rules.TemporaryFolder;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleWiring;

/**
 * Every bundle is installed, serves, and is uninstalled, ten times over in one framework, and leaves nothing behind.
 */
public class TenTimesIT {

    private static final int TIMES = 10;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String ITEM = "{\"namespace\":\"ns\",\"key\":\"";

    /** The loader of a bundle's classes, held so that it may go. */
    private record Loader(String bundle, int round, WeakReference<ClassLoader> loader) {}

    /** A record of a type of these tests. */
    private record Own(Loader loader) {}

    private final TemporaryFolder folder = new TemporaryFolder();

    private final EmbeddedFramework framework =
            new EmbeddedFramework(folder, "max_cache_size: 16MB\nhttp_server: {port: 0}\n");

    @Rule
    public final RuleChain rules = RuleChain.outerRule(folder).around(framework);

    private final List<Loader> loaders = new ArrayList<>();

    @Test
    public void everything_installedAndUninstalledTenTimes_leavesNoThreadSocketOrClassLoader() throws Exception {
        Map<String, Integer> threads = threads();
        Sockets.openAndClose();
        List<String> sockets = Sockets.open();
        for (int round = 1; round <= TIMES; round++) {
            List<Bundle> bundles = framework.install();
            watchLoaders(bundles, round);
            int port = framework.port();
            serve(port);
            try (Socket parked = park(port)) {
                framework.uninstall(bundles);
                answer(parked);
            }
        }
        await("threads").atMost(PATIENCE).untilAsserted(() -> assertThat(threads())
                .isEqualTo(threads));
        await("sockets").atMost(PATIENCE).untilAsserted(() -> assertThat(Sockets.open())
                .isEqualTo(sockets));
        removeBridge();
        displaceCachedTypes();
        assertLoadersGone();
    }

    /**
     * Felix's logback bundle never takes its handler off java.util.logging's root: the last one stays, but only that.
     */
    private static void removeBridge() {
        Logger root = Logger.getLogger("");
        assertThat(root.getHandlers())
                .hasSize(1)
                .allMatch(handler -> handler.getClass().getName().equals("org.slf4j.bridge.SLF4JBridgeHandler"));
        root.removeHandler(root.getHandlers()[0]);
    }

    /**
     * The JDK keeps the type for which a record was last compared, and so the loader of one bundle: now of this class.
     */
    private static void displaceCachedTypes() {
        Loader record = new Loader("", 0, new WeakReference<>(null));
        Own own = new Own(record);
        assertThat(own)
                .isEqualTo(new Own(record))
                .hasSameHashCodeAs(new Own(record))
                .hasToString(own.toString());
    }

    private void watchLoaders(List<Bundle> bundles, int round) {
        for (Bundle bundle : bundles) {
            loaders.add(new Loader(
                    bundle.getSymbolicName(),
                    round,
                    new WeakReference<>(bundle.adapt(BundleWiring.class).getClassLoader())));
        }
    }

    /** Some calls, one of which waits for another. */
    private static void serve(int port) throws IOException {
        assertThat(call(port, "/status", "")).contains("\"cache_items\":0");
        assertThat(call(port, "/get_data", ITEM + "k\",\"max_wait_time\":60}")).contains("\"lock\":true");
        try (Socket waiter = send(port, "/get_data", ITEM + "k\",\"max_wait_time\":60}")) {
            assertThat(call(port, "/set_data", ITEM + "k\",\"data\":\"d\",\"ttl\":60}"))
                    .contains("\"ok\"");
            assertThat(answer(waiter)).contains("\"data\":\"d\"");
        }
        String large = "x".repeat(200_000);
        assertThat(call(port, "/set_data", ITEM + "large\",\"data\":\"" + large + "\",\"ttl\":60}"))
                .contains("\"ok\"");
        assertThat(call(port, "/get_data", ITEM + "large\"}")).contains(large);
        assertThat(call(port, "/get_data", "{")).startsWith("HTTP/1.1 400 ");
        assertThat(call(port, "/delete_data", ITEM + "k\"}")).contains("true");
    }

    /** A call that waits for a key whose lock is taken. */
    private static Socket park(int port) throws IOException {
        assertThat(call(port, "/get_data", ITEM + "other\",\"max_wait_time\":60}"))
                .contains("\"lock\":true");
        return send(port, "/get_data", ITEM + "other\",\"max_wait_time\":60}");
    }

    private static String call(int port, String path, String body) throws IOException {
        try (Socket socket = send(port, path, body)) {
            return answer(socket);
        }
    }

    private static Socket send(int port, String path, String body) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout((int) PATIENCE.toMillis());
        String head = (body.isEmpty() ? "GET " : "POST ") + path + " HTTP/1.1\r\nHost: node\r\nConnection: close\r\n"
                + "Content-Length: " + body.length() + "\r\n\r\n";
        socket.getOutputStream().write((head + body).getBytes(UTF_8));
        return socket;
    }

    private static String answer(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }

    /** How many threads there are of each name, without its numbers. */
    private static Map<String, Integer> threads() {
        Map<String, Integer> threads = new TreeMap<>();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (!thread.getName().startsWith("awaitility")) {
                threads.merge(thread.getName().replaceAll("\\d+", "#"), 1, Integer::sum);
            }
        }
        return threads;
    }

    private void assertLoadersGone() throws IOException {
        try {
            await("class loaders").atMost(PATIENCE).untilAsserted(() -> {
                System.gc();
                assertThat(left()).isEmpty();
            });
        } catch (ConditionTimeoutException e) {
            Path dump = Path.of("target", "ten-times.hprof").toAbsolutePath();
            Files.deleteIfExists(dump);
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpHeap(dump.toString(), true);
            throw new AssertionError("Class loaders are left: " + left() + "; see " + dump, e);
        }
    }

    private Collection<String> left() {
        return loaders.stream()
                .filter(entry -> entry.loader().get() != null)
                .map(entry -> entry.bundle() + " of round " + entry.round())
                .toList();
    }
}
