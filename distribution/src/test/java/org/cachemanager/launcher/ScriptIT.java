package org.cachemanager.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/**
 * A real node, started and stopped by {@code bin/cachemanager} from a home and on a base with blanks in their names.
 */
public final class ScriptIT {

    private static final Path BUILT = Path.of(System.getProperty("cachemanager.home"));

    @Rule
    public final TemporaryFolder temporary = new TemporaryFolder();

    private Path work;
    private Path base;
    private Script script;

    @Before
    public void unpack() throws IOException {
        work = temporary.getRoot().toPath().toRealPath();
        Path home = work.resolve("a home");
        for (String part : new String[] {"bin", "etc", "features", "lib", "repository", "VERSION"}) {
            Files.createDirectories(home);
            Script.copy(BUILT.resolve(part), home.resolve(part));
        }
        base = work.resolve("a base");
        script = new Script(work, "sh", home + "/bin/cachemanager")
                .with("CACHEMANAGER_HTTP_SERVER_PORT", "0")
                .with("CACHEMANAGER_BASE", base.toString())
                .with("CACHEMANAGER_MAX_CACHE_SIZE", "16MB");
    }

    @After
    public void stop() throws Exception {
        script.run("stop");
    }

    @Test
    public void start_servesUntilStop_andSaysSo() throws Exception {
        Script.Outcome started = script.run("start");

        assertThat(started.status()).as(started.text()).isZero();
        String url = Files.readString(base.resolve("cachemanager.ready")).trim();
        assertThat(started.text()).contains(url).contains("cachemanager.log");
        assertThat(script.run("status").text()).contains(url);
        assertThat(script.run("start").text()).contains("runs already");
        assertThat(script.run("set", "k", "some data", "--url", url).status()).isZero();
        assertThat(script.run("--url", url, "get", "k").text()).isEqualTo("some data\n");
        assertThat(script.run("exec", "feature:list", "--base", "a base").text())
                .contains("installed  base", "available  eviction-lru");

        assertThat(script.run("stop").text()).isEqualTo("The node has stopped.\n");
        assertThat(script.run("status").status()).isEqualTo(3);
        assertThat(base.resolve("cachemanager.pid")).doesNotExist();
    }

    @Test
    public void restart_keepsWhoTheNodeIs_andTheFeaturesThatWereInstalled() throws Exception {
        script.run("start");
        String ref = Files.readString(base.resolve("ref"));
        Script.Outcome installed = script.run("exec", "feature:install eviction-lru");
        assertThat(installed.status()).as(installed.text()).isZero();
        assertThat(script.run("exec", "feature:install nothing").status()).isEqualTo(1);

        Script.Outcome restarted = script.run("restart");

        assertThat(restarted.status()).as(restarted.text()).isZero();
        assertThat(Files.readString(base.resolve("ref"))).isEqualTo(ref);
        assertThat(script.run("exec", "feature:list").text()).contains("installed  eviction-lru");
        assertThat(script.run("exec", "feature:remove eviction-lru").text()).contains("eviction-lru is removed.");
    }

    @Test
    public void run_becomesTheNode_andEndsWithZeroOnASignal() throws Exception {
        Path output = work.resolve("output");
        Process node = script.start(output, "run");
        await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(base.resolve("cachemanager.ready")));

        assertThat(base.resolve("cachemanager.pid")).hasContent(String.valueOf(node.pid()));
        assertThat(script.run("run")).satisfies(second -> {
            assertThat(second.status()).isEqualTo(1);
            assertThat(second.text()).contains("Another node runs on " + base, "process " + node.pid());
        });

        node.destroy();
        assertThat(node.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(node.exitValue()).as(Files.readString(output)).isZero();
        assertThat(output).content().contains("cachemanager : [NOTICE] Launching Cache Manager daemon.");
    }

    @Test
    public void badConfiguration_isNamedLineByLine_andSeventyEight() throws Exception {
        Path config = work.resolve("my cachemanager.yaml");
        Files.writeString(config, "max_item_size: 1TBB\nevictoin: lru\n");

        for (String command : new String[] {"run", "start"}) {
            Script.Outcome outcome = script.run(command, "--config", "my cachemanager.yaml");

            assertThat(outcome.status()).isEqualTo(78);
            assertThat(outcome.text())
                    .contains("my cachemanager.yaml:1: max_item_size: \"1TBB\" is not a size")
                    .contains("my cachemanager.yaml:2: evictoin");
        }
    }

    @Test
    public void aNewerDistribution_isTakenUpAtTheNextStart() throws Exception {
        script.run("start");
        script.run("stop");
        Path descriptor = work.resolve("a home/features/storage-heap.json");
        Files.writeString(descriptor, Files.readString(descriptor).replace("Keeps the bytes", "Now keeps the bytes"));

        script.run("start");

        assertThat(script.run("exec", "feature:info storage-heap").text()).contains("Now keeps the bytes");
    }
}
