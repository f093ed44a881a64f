package org.cachemanager.itests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.cachemanager.itests.NodeProcess.Outcome;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.ClassRule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** One node, from the outside: what a newcomer does with it. */
public class NodeIT {

    @ClassRule
    public static final TemporaryFolder FOLDER = new TemporaryFolder();

    private static NodeProcess node;
    private static Path base;

    @BeforeClass
    public static void start() throws Exception {
        base = FOLDER.getRoot().toPath().resolve("a base with blanks");
        node = new NodeProcess(base, Map.of());
    }

    @AfterClass
    public static void stop() {
        node.close();
    }

    private static JsonNode get(String key, String wait) {
        return node.post("/get_data", "{\"namespace\":\"ns\",\"key\":\"" + key + "\",\"max_wait_time\":" + wait + "}");
    }

    private static String set(String key, String data) {
        return node.post(
                        "/set_data",
                        "{\"namespace\":\"ns\",\"key\":\"" + key + "\",\"data\":\"" + data + "\",\"ttl\":\"900\"}")
                .asText();
    }

    @Test
    public void item_isSetFoundAndDeleted() {
        assertThat(get("a", "0")).isEqualTo(NodeProcess.json("{\"data\":null,\"lock\":false,\"expiry\":0}"));
        assertThat(get("a", "5")).isEqualTo(NodeProcess.json("{\"data\":null,\"lock\":true,\"expiry\":0}"));
        assertThat(set("a", "\\u2620 and \\ud800")).isEqualTo("ok");

        JsonNode found = get("a", "0");
        assertThat(found.get("data").textValue()).isEqualTo("\u2620 and \ud800");
        assertThat(found.get("lock").booleanValue()).isFalse();
        assertThat(found.get("expiry").longValue()).isGreaterThan(System.currentTimeMillis() / 1000 + 890);
        String item = "{\"namespace\":\"ns\",\"key\":\"a\"}";
        assertThat(node.post("/delete_data", item).get("deleted").booleanValue())
                .isTrue();
        assertThat(node.post("/delete_data", item).get("deleted").booleanValue())
                .isFalse();
    }

    @Test
    public void refusedCall_saysWhyInJson() {
        assertThat(node.postRaw("/set_data", "{\"namespace\":\"ns\",\"key\":\"k\",\"data\":1,\"ttl\":5}"))
                .satisfies(answer -> {
                    assertThat(answer.statusCode()).isEqualTo(400);
                    assertThat(NodeProcess.json(answer.body()).get("code").isTextual())
                            .isTrue();
                });
        assertThat(node.postRaw("/nowhere", "{}").statusCode()).isEqualTo(404);
    }

    @Test
    public void status_hasWhatClientsRead() throws Exception {
        JsonNode status = NodeProcess.json(node.get("/status").body());

        assertThat(status.get("ref").textValue())
                .isEqualTo(Files.readString(base.resolve("ref")).trim());
        assertThat(status.get("available_peer_refs").get(0)).isEqualTo(status.get("ref"));
        assertThat(status.get("peers").get(0).get("deactivated").intValue()).isZero();
        for (String field : new String[] {"uptime", "cache_items", "cache_size", "cache_percent", "max_item_size"}) {
            assertThat(status.get(field).isNumber()).as(field).isTrue();
        }
        assertThat(node.get("/").body()).contains("Cache Manager");
    }

    @Test
    public void shell_showsTheNode_asTextAndAsJson() throws Exception {
        set("shown", "in the shell");

        assertThat(NodeProcess.json(node.exec("cache:status --json"))
                        .get("cache_items")
                        .intValue())
                .isPositive();
        assertThat(NodeProcess.json(node.exec("cache:stats --json")).get("sets").intValue())
                .isPositive();
        assertThat(node.exec("cache:get ns shown")).contains("in the shell");
        assertThat(node.exec("cache:list")).contains("s3fifo").contains("heap");
        assertThat(node.exec("feature:list")).contains("eviction-lru");
        assertThat(node.run("exec", "cache:nonsense").status()).isNotZero();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(base.resolve("shell.sock"))))
                .isEqualTo("rw-------");
    }

    @Test
    public void commands_ofTheDistribution_reachTheNode() throws Exception {
        assertThat(node.run("status").status()).isZero();
        assertThat(node.run("version").status()).isZero();
        Outcome help = node.run("help");
        assertThat(help.status()).isZero();
        assertThat(help.text()).contains("run", "start", "stop", "exec", "replay");
        assertThat(node.run("nonsense").status()).isEqualTo(2);
    }

    @Test
    public void log_hasTheLinesThatToolsRead() throws Exception {
        assertThat(node.output())
                .containsPattern("(?m)^cachemanager : \\[NOTICE\\] Launching Cache Manager daemon\\.$")
                .containsPattern(
                        "(?m)^cachemanager\\.worker : \\[NOTICE\\] Worker started \\(PID=" + node.pid() + "\\)\\.$");
        assertThat(node.output()).doesNotContain("ERROR").doesNotContain("Exception");
    }

    @Test
    public void node_startsQuickly_endsOnASignal_andKeepsItsRef() throws Exception {
        Path own = FOLDER.getRoot().toPath().resolve("another base");
        String ref;
        try (NodeProcess first = new NodeProcess(own, Map.of())) {
            ref = Files.readString(own.resolve("ref"));
            assertThat(first.terminate()).as(first.output()).isIn(0, 143);
        }
        try (NodeProcess again = new NodeProcess(own, Map.of())) {
            assertThat(own.resolve("ref")).hasContent(ref);
            assertThat(again.startTime()).isLessThan(java.time.Duration.ofSeconds(20));
        }
    }

    @Test
    public void faultySettings_stopTheStart_withEveryFaultAndStatus78() throws Exception {
        Path config = FOLDER.newFile("faulty.yaml").toPath();
        Files.writeString(config, "max_cache_size: 1TBB\nmax_itme_size: 1MB\n");
        Outcome outcome = node.run("check-config", config.toString());

        assertThat(outcome.status()).isEqualTo(78);
        assertThat(outcome.text())
                .contains("faulty.yaml:1: max_cache_size: \"1TBB\" is not a size")
                .contains("faulty.yaml:2: ")
                .contains("max_item_size");
    }
}
