package org.cachemanager.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.cachemanager.itests.PluginHome.Plugin;
import org.cachemanager.testkit.node.Home;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** What comes to {@code deploy/}, is replaced there and goes leaves every other bundle as it is. */
public class DeployIT {

    private static final Plugin LRU = new Plugin("eviction", "lru");
    private static final Plugin FIFO = new Plugin("eviction", "fifo");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private NodeProcess node;
    private Door door;
    private PluginHome deploy;

    @Before
    public void start() throws IOException {
        node = new NodeProcess(
                folder.getRoot().toPath().resolve("a node"), Map.of("CACHEMANAGER_MAX_CACHE_SIZE", "16MB"));
        door = new Door(node.base());
        deploy = new PluginHome.Deploy(node.base());
    }

    @After
    public void stop() throws Exception {
        door.close();
        node.close();
    }

    /** Every bundle but one with its state and version, and its components with their numbers: new ones have others. */
    private List<String> others(Plugin plugin) throws IOException {
        String[] lines = (door.exec("felix:lb -s") + door.exec("scr:list")).split("\n", -1);
        return Arrays.stream(lines)
                .filter(line -> !line.contains(plugin.bundle()))
                .filter(line -> !line.contains("    Id: ") || !ofPlugin(lines, line, plugin))
                .toList();
    }

    private static boolean ofPlugin(String[] lines, String id, Plugin plugin) {
        return lines[Arrays.asList(lines).indexOf(id) - 1].contains(plugin.bundle());
    }

    /** The bundle that offers a plug-in, as {@code cache:list} tells it; empty when none does. */
    private String offered(Plugin plugin) throws IOException {
        for (JsonNode each : door.json("cache:list --json")) {
            if (each.path("name").asText().equals(plugin.name())
                    && each.path("seam").asText().equals(plugin.seam())) {
                return each.path("bundle").asText();
            }
        }
        return "";
    }

    private void awaitOffered(Plugin plugin, String bundle) {
        await(plugin.bundle()).atMost(PATIENCE).until(() -> offered(plugin), bundle::equals);
    }

    @Test
    public void bundle_thatComesIsReplacedAndGoes_touchesNoOther() throws IOException {
        List<String> before = others(LRU);
        deploy.bring(LRU, "1.0.1");
        awaitOffered(LRU, LRU.bundle() + " 1.0.1");
        assertThat(others(LRU)).isEqualTo(before);
        deploy.replace(LRU, "1.0.2");
        awaitOffered(LRU, LRU.bundle() + " 1.0.2");
        assertThat(others(LRU)).isEqualTo(before);
        deploy.take(LRU);
        awaitOffered(LRU, "");
        assertThat(others(LRU)).isEqualTo(before);
    }

    @Test
    public void bundle_thatIsHalfCopied_isTakenWhenItIsWhole() throws Exception {
        byte[] jar = Files.readAllBytes(Home.ofTest().jar(LRU.bundle()));
        Path target = node.base().resolve("deploy/half.jar");
        Files.write(target, Arrays.copyOf(jar, jar.length / 2));
        deploy.bring(FIFO, "1.0.1");
        awaitOffered(FIFO, FIFO.bundle() + " 1.0.1"); // the directory has been looked at meanwhile
        assertThat(offered(LRU)).isEmpty();
        assertThat(door.exec("felix:lb -s")).doesNotContain(LRU.bundle());
        assertThat(node.get("/status").statusCode()).isEqualTo(200);
        try (OutputStream rest = Files.newOutputStream(target, StandardOpenOption.APPEND)) {
            rest.write(jar, jar.length / 2, jar.length - jar.length / 2);
        }
        await("the whole one").atMost(PATIENCE).until(() -> offered(LRU).startsWith(LRU.bundle()));
    }
}
