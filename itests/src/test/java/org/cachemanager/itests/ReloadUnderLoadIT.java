package org.cachemanager.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The file of a node is changed setting by setting, with faulty ones between, while clients read and write. */
public class ReloadUnderLoadIT {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration IN_TIME = Duration.ofSeconds(2);
    private static final String FIRST_KEY = "ecQSH8YIV9/+/HS5mcyF8Q==";
    private static final String SECOND_KEY = "AAECAwQFBgcICQoLDA0ODw==";

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    /** The lines of the file by the setting at the top. */
    private final Map<String, String> settings = new LinkedHashMap<>();

    private final List<Duration> delays = new ArrayList<>();
    private Path file = Path.of("");
    private NodeProcess node;
    private Plugins clients;
    private Tokens first;
    private Tokens second;
    private Tokens secondGcm;

    @Before
    public void start() throws Exception {
        first = Tokens.aes(FIRST_KEY);
        second = Tokens.aes(SECOND_KEY);
        secondGcm = Tokens.aesgcm(SECOND_KEY);
        Path base = folder.getRoot().toPath().resolve("base");
        file = Files.createDirectories(base).resolve("cachemanager.yaml");
        settings.put("max_cache_size", "64MB");
        http(0, "aes", FIRST_KEY);
        Files.writeString(file, text());
        node = new NodeProcess(
                base, Map.of("CACHEMANAGER_HTTP_SERVER_PORT", "", "CACHEMANAGER_PEER_REFRESH_TIME", "7s"));
        clients = new Plugins(node.address().getPort(), first::fresh);
        assertThat(clients.set(first.fresh(), "ballast", "x".repeat(9_000_000)).status())
                .isEqualTo(200);
        clients.start();
    }

    @After
    public void stop() {
        clients.close();
        node.close();
    }

    private void http(int port, String cipher, String... keys) {
        settings.put(
                "http_server",
                "{port: " + port + ", encryption: {cipher: " + cipher + ", keys: [" + String.join(", ", keys) + "]}}");
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        settings.forEach(
                (name, value) -> text.append(name).append(": ").append(value).append('\n'));
        return text.toString();
    }

    /** Has a change seen in effect; every other one replaces the file, as editors do. */
    private void change(String name, String value, Callable<Boolean> effect) throws Exception {
        settings.put(name, value);
        change(name, effect);
    }

    private void change(String what, Callable<Boolean> effect) throws Exception {
        if (delays.size() % 2 == 0) {
            Files.writeString(file, text());
        } else {
            Path fresh = Files.writeString(file.resolveSibling("fresh"), text());
            Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        }
        long begun = System.nanoTime();
        await(what).atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(effect);
        delays.add(Duration.ofNanos(System.nanoTime() - begun));
        clients.check();
    }

    /** Has a faulty text refused, with a line that says so. */
    private void refused(String text, String line) throws Exception {
        Files.writeString(file, text);
        await(line).atMost(PATIENCE).until(() -> node.output().contains(line));
        clients.check();
    }

    private Callable<Boolean> logged(String line) {
        return () -> node.output().contains(line);
    }

    private JsonNode status() throws IOException {
        return NodeProcess.json(clients.status().body());
    }

    /** The limit, as far as it can be told from how full the cache is. */
    private Callable<Boolean> limit(int megabytes) {
        return () -> {
            JsonNode status = status();
            double full = status.at("/cache_percent").asDouble() / 100;
            return Math.abs(status.at("/cache_size").asLong() / full / (1 << 20) - megabytes) < 2;
        };
    }

    private Callable<Boolean> inForce(String seam, String name) {
        return () -> status().at("/seams/" + seam + "/in_force").asText().equals(name);
    }

    private Callable<Boolean> accepts(Tokens tokens) {
        return () -> clients.get(tokens.fresh(), "steady1").status() == 200;
    }

    @Test
    public void change_ofEachSetting_isInEffectInTime_withoutAFailedCall() throws Exception {
        limits();
        implementations();
        log();
        faultyFiles();
        keysAndCiphers();
        port();
        whoWins();

        assertThat(clients.stop()).isGreaterThan(1000);
        assertThat(node.output()).doesNotContain(FIRST_KEY).doesNotContain(SECOND_KEY);
        assertThat(delays).as("from the change of the file to its effect").allMatch(d -> d.compareTo(IN_TIME) < 0);
    }

    private void limits() throws Exception {
        change("max_cache_size", "48MB", limit(48));
        String large = "x".repeat(200_000);
        assertThat(clients.set(first.fresh(), "large", large).status()).isEqualTo(200);
        change(
                "max_item_size",
                "100KB",
                () -> clients.set(first.fresh(), "large", large).status() == 413);
        String old = first.made(Duration.ofSeconds(20));
        assertThat(clients.get(old, "steady1").status()).isEqualTo(200);
        change(
                "timestamp_error_margin",
                "10s",
                () -> clients.get(old, "steady1").status() == 403);
        change("cache_purge_time", "200ms", logged("cache_purge_time is 200ms now (was 1s;"));
        change("worker_timeout", "5s", logged("worker_timeout is 5s now (was 30s;"));
        change("peer_connection_timeout", "3s", logged("peer_connection_timeout is 3s now (was 5s;"));
    }

    private void implementations() throws Exception {
        change("storage", "builtin", inForce("storage", "builtin"));
        change("storage", "heap", inForce("storage", "heap"));
        change("eviction", "lru", inForce("eviction", "lru"));
        change("eviction", "{s3fifo: {small_queue: 0.3}}", inForce("eviction", "s3fifo"));
        change("eviction", "{s3fifo: {small_queue: 0.2}}", logged("small_queue is 0.2 now (was 0.3;"));
    }

    private void log() throws Exception {
        change(
                "log",
                "{prefix: opsview, files: 3}",
                logged("opsview.cachemanager.config : [NOTICE] log.files is 3 now"));
        change("log", "{prefix: opsview, level: NOTICE, max_file_size: 2MB}", logged("log.max_file_size is 2MB now"));
    }

    private void faultyFiles() throws Exception {
        String good = text();
        refused(good + "max_cach_size: 1MB\n", "max_cach_size: is not a setting; did you mean max_cache_size?");
        refused(good.replace("48MB", "100GB"), "\"100GB\" is more than a heap of");
        refused(good.replace("100KB", "100KBB"), "\"100KBB\" is not a size");
        refused(good.replace("small_queue: 0.2", "small_queue: 5"), "small_queue: \"5\" is refused");
        refused(good.replace("cipher: aes", "cipher: rot13"), "the cipher \"rot13\" is not there");
        refused(good.replace("{port: 0", "{port: 0, host: 0.0.0.0").replace(FIRST_KEY, ""), "is not loopback: anybody");
        refused(good.substring(0, good.indexOf("keys: [") + 7), "is not YAML");
        refused("", "is empty");
        Files.delete(file);
        await("gone").atMost(PATIENCE).until(logged("is gone: this node goes on as it was"));
        assertThat(limit(48).call()).isTrue();
        change("max_cache_size", "56MB", limit(56));
    }

    private void keysAndCiphers() throws Exception {
        http(0, "aes", SECOND_KEY, FIRST_KEY);
        change("keys", accepts(second));
        clients.use(second::fresh);
        String late = first.fresh();
        http(0, "aes", SECOND_KEY);
        change("keys", logged("keys is 1 key (fingerprint"));
        assertThat(clients.get(late, "steady1").status()).isEqualTo(200);
        http(0, "aesgcm", SECOND_KEY);
        change("cipher", accepts(secondGcm));
        clients.use(secondGcm::fresh);
        Path keys = Files.writeString(file.resolveSibling("keys"), SECOND_KEY + '\n');
        settings.put("http_server", "{port: 0, encryption: {cipher: aes, keys_file: " + keys.getFileName() + "}}");
        change("cipher", accepts(second));
        Files.writeString(keys, FIRST_KEY + '\n' + SECOND_KEY + '\n');
        change("keys_file", accepts(first));
    }

    /** The node moves; calls that are under way on the old port are finished, one that waits included. */
    private void port() throws Exception {
        String token = second.fresh();
        try (Crowd holder = new Crowd(node.address(), 1);
                Crowd waiter = new Crowd(node.address(), 1)) {
            String get = Crowd.post(
                    "/get_data", "{\"namespace\":\"" + token + "\",\"key\":\"missing\",\"max_wait_time\":20}");
            holder.say(i -> get);
            assertThat(holder.hear(1, PATIENCE)).singleElement().matches(answer -> answer.says("\"lock\":true"));
            waiter.say(i -> get);
            int next = Sockets.freePort();
            settings.put("http_server", "{port: " + next + ", encryption: {keys_file: keys}}");
            change("port", logged("Listening on http://127.0.0.1:" + next));
            clients.moveTo(next);
            assertThat(clients.set(second.fresh(), "missing", "made").status()).isEqualTo(200);
            assertThat(waiter.hear(1, PATIENCE)).singleElement().matches(answer -> answer.says("\"data\":\"made\""));
        }
    }

    private void whoWins() throws Exception {
        node.exec("cache:use eviction lru");
        change(
                "max_item_size",
                "300KB",
                () -> clients.set(second.fresh(), "large", "x".repeat(200_000)).status() == 200);
        assertThat(inForce("eviction", "lru").call()).isTrue();
        assertThat(node.exec("cache:config").lines().map(line -> line.replaceAll(" {2,}", " ")))
                .contains("eviction lru run time")
                .contains("max_item_size 300KB cachemanager.yaml:3")
                .contains("peer_refresh_time 7s CACHEMANAGER_PEER_REFRESH_TIME")
                .contains("https_server.port 8183 default");
        change("eviction", "fifo", inForce("eviction", "fifo"));
    }
}
