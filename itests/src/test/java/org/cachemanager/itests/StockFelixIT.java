package org.cachemanager.itests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** A node in a Felix that somebody else runs, installed by typing what the README says into its console. */
public class StockFelixIT {

    private static final Path HOME =
            Path.of(System.getProperty("cachemanager.home")).toAbsolutePath().normalize();

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private Path settings;
    private Path cache;
    private List<String> readme;

    @Before
    public void read() throws IOException {
        settings = folder.newFile("cachemanager.yaml").toPath();
        Files.writeString(settings, "max_cache_size: 64MB\nhttp_server: {port: 0}\n", UTF_8);
        cache = folder.getRoot().toPath().resolve("felix-cache");
        String text = Files.readString(Path.of(System.getProperty("readme")), UTF_8);
        int section = text.indexOf("## In a Felix that runs already");
        int begin = text.indexOf("```console\n", section);
        readme = text.substring(begin, text.indexOf("\n```\n", begin))
                .replace("/opt/cachemanager", HOME.toString())
                .replace("/etc/cachemanager.yaml", settings.toString())
                .lines()
                .toList();
    }

    private List<String> typed(String prompt) {
        List<String> typed = readme.stream()
                .filter(line -> line.startsWith(prompt))
                .map(line -> line.substring(prompt.length()))
                .toList();
        assertThat(typed).as("lines of the README with the prompt " + prompt).isNotEmpty();
        return typed;
    }

    private StockFelix start() throws IOException {
        return new StockFelix(List.of(typed("$ ").get(0).split(" ", -1)), cache);
    }

    private static void stop(StockFelix felix) throws Exception {
        felix.type("stop 0");
        assertThat(felix.awaitEnd()).as(felix.output()).isZero();
    }

    private static String inForce(JsonNode status) {
        return status.at("/seams/eviction/in_force").textValue();
    }

    @Test
    public void bundles_installedAsTheReadmeSays_serve_andServeAgainAfterARestart() throws Exception {
        String ref;
        try (StockFelix felix = start()) {
            for (String line : typed("g! ")) {
                felix.type(line);
            }
            felix.awaitNode();
            felix.awaitOutput("of 64\\.0 MB");
            felix.awaitOutput("eviction lru is in force");
            assertAllBundlesRun(felix);
            assertServes(felix);
            assertThat(inForce(felix.status())).isEqualTo("lru");
            ref = felix.status().get("ref").textValue();
            assertThat(felix.output()).doesNotContain("Exception", "DEBUG", "[ERROR]", "[WARNING]");
            stop(felix);
        }
        try (StockFelix felix = start()) {
            felix.awaitNode();
            assertServes(felix);
            assertThat(felix.status().get("ref").textValue()).isEqualTo(ref);
            assertThat(felix.output()).doesNotContain("Exception", "DEBUG", "[ERROR]", "[WARNING]");
            stop(felix);
        }
    }

    private static void assertAllBundlesRun(StockFelix felix) throws IOException {
        felix.type("lb -s");
        felix.awaitOutput("START LEVEL[\\s\\S]*org\\.cachemanager\\.storage\\.heap");
        assertThat(felix.output().lines().filter(line -> line.matches("\\s*\\d+\\|.*")))
                .hasSizeGreaterThan(40)
                .allMatch(line -> line.contains("|Active "));
    }

    private static void assertServes(StockFelix felix) throws Exception {
        String key = "{\"namespace\":\"ns\",\"key\":\"k\"";
        assertThat(felix.post("/get_data", key + ",\"max_wait_time\":5}")
                        .get("lock")
                        .booleanValue())
                .isTrue();
        assertThat(felix.post("/set_data", key + ",\"data\":\"d\",\"ttl\":60}").asText())
                .isEqualTo("ok");
        assertThat(felix.post("/get_data", key + "}").get("data").textValue()).isEqualTo("d");
        assertThat(felix.status().get("cache_items").intValue()).isEqualTo(1);
    }
}
