package org.cachemanager.config.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.cachemanager.config.yaml.Settings.Choice;
import org.cachemanager.config.yaml.Settings.Encryption;
import org.cachemanager.config.yaml.Settings.HttpServer;
import org.cachemanager.config.yaml.Settings.Log;
import org.cachemanager.config.yaml.Settings.PeerNode;
import org.cachemanager.config.yaml.Settings.Registry;
import org.junit.Rule;
import org.junit.Test;

public final class SettingsTest {

    private static final String CERT = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
    private static final String PRIVATE = "-----BEGIN EC PRIVATE KEY-----\nMIIB\n-----END EC PRIVATE KEY-----\n";

    @Rule
    public final SettingsFixture fixture = new SettingsFixture();

    @Test
    public void load_withoutFile_givesTheDefaults() {
        LoadResult result = Settings.load(null, Map.of("PATH", "/bin"), 0);

        assertThat(result.faults()).isEmpty();
        assertThat(result.warnings()).isEmpty();
        Settings settings = Objects.requireNonNull(result.settings());
        assertThat(settings.workerTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.maxCacheSize()).isEqualTo(1L << 30);
        assertThat(settings.maxItemSize()).isEqualTo(10L << 20);
        assertThat(settings.peerRefreshTime()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.peerConnectionTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.timestampErrorMargin()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.cachePurgeTime()).isEqualTo(Duration.ofSeconds(1));
        assertThat(settings.httpServer()).isEqualTo(new HttpServer(true, "127.0.0.1", 8182, false));
        assertThat(settings.httpsServer().enabled()).isFalse();
        assertThat(settings.httpsServer().host()).isEqualTo("0.0.0.0");
        assertThat(settings.httpsServer().port()).isEqualTo(8183);
        assertThat(settings.encryption()).isEqualTo(new Encryption("aes", List.of()));
        assertThat(settings.registry()).isNull();
        assertThat(settings.peerNodes()).isEmpty();
        assertThat(settings.storage()).isEqualTo(new Choice("heap", Map.of()));
        assertThat(settings.eviction()).isEqualTo(new Choice("s3fifo", Map.of()));
        assertThat(settings.log()).isEqualTo(new Log("", "INFO", 10 << 20, 5));
    }

    @Test
    public void load_emptyOrCommentedFile_givesTheDefaults() {
        assertThat(fixture.settings("# nothing", "https_server:", "  # port: 1", "registry:", "log:"))
                .usingRecursiveComparison()
                .ignoringFields("origins")
                .isEqualTo(Settings.load(null, Map.of(), 0).settings());
    }

    @Test
    public void load_everything_isTaken() {
        Settings settings = everything();
        assertThat(settings.maxItemSize()).isZero();
        assertThat(settings.httpServer().port()).isZero();
        assertThat(settings.encryption().keys()).containsExactly(SettingsFixture.KEY);
        assertThat(settings.httpsServer().host()).isEqualTo("::");
        assertThat(settings.httpsServer().serverKey())
                .isEqualTo(fixture.getRoot().toPath().resolve("server.key"));
        assertThat(settings.registry())
                .isEqualTo(new Registry(
                        "etcd",
                        List.of("http://127.0.0.1:2379"),
                        "/cachemanager/nodes/",
                        new PeerNode("10.0.0.1", 8183, true),
                        Registry.Access.OPEN));
        assertThat(settings.peerNodes())
                .containsExactly(new PeerNode("10.0.0.2", 8183, true), new PeerNode("node3", 8182, false));
        assertThat(settings.eviction())
                .isEqualTo(new Choice("s3fifo", Map.of("small_queue", 0.1, "ghost", 5L, "on", true, "mode", "fast")));
        assertThat(settings.log()).isEqualTo(new Log("opsview", "NOTICE", 1 << 20, 3));
        assertThat(settings.toString()).doesNotContain(SettingsFixture.KEY);
    }

    private Settings everything() {
        fixture.write("server.pem", CERT);
        fixture.write("server.key", PRIVATE);
        return fixture.settings(
                "worker_timeout: 1m",
                "max_cache_size: 2GB",
                "max_item_size: 0B",
                "timestamp_error_margin: 0s",
                "http_server:",
                "  port: 0",
                "  encryption: {keys: [\"" + SettingsFixture.KEY + "\"]}",
                "https_server:",
                "  enabled: true",
                "  host: \"[::]\"",
                "  server_cert: server.pem",
                "  server_key: server.key",
                "  ca_cert: server.pem",
                "  client_cert: server.pem",
                "  client_key: server.key",
                "  require_client_cert: true",
                "registry: {type: etcd, endpoints: [\"http://127.0.0.1:2379\"], advertise: \"10.0.0.1:8183\"}",
                "peer_nodes:",
                "  - {host: 10.0.0.2, port: 8183, tls: true}",
                "  - {host: node3, port: 8182}",
                "storage: heap",
                "eviction: {s3fifo: {small_queue: 0.1, ghost: 5, on: true, mode: fast}}",
                "log: {prefix: opsview, level: notice, max_file_size: 1MB, files: 3}");
    }

    @Test
    public void load_emptyVariableOfTheEncryption_isAFaultAndNotNoKeys() {
        LoadResult result =
                fixture.with("CACHEMANAGER_HTTP_SERVER_ENCRYPTION_KEYS", "").load("max_cache_size: 1MB");

        assertThat(result.settings()).isNull();
        assertThat(result.faults())
                .containsExactly("CACHEMANAGER_HTTP_SERVER_ENCRYPTION_KEYS: is empty: give it a value, or unset it");
    }

    @Test
    public void load_environment_winsOverEveryScalar() {
        Settings settings = fixture.with("CACHEMANAGER_MAX_CACHE_SIZE", "64MB")
                .with("CACHEMANAGER_HTTP_SERVER_PORT", "9000")
                .with("CACHEMANAGER_HTTP_SERVER_ENCRYPTION_KEYS", SettingsFixture.KEY + "," + SettingsFixture.KEY)
                .with("CACHEMANAGER_EVICTION", "lru")
                .with("CACHEMANAGER_EVICTION_LRU_SAMPLE_SIZE", "7")
                .with("CACHEMANAGER_PEER_NODES_0_PORT", "1")
                .with("CACHEMANAGER_PEER_NODES_1_HOST", "added")
                .with("CACHEMANAGER_PEER_NODES_1_PORT", "2")
                .with("CACHEMANAGER_LOG_PREFIX", "opsview")
                .with("CACHEMANAGER_WORKER_TIMEOUT", "")
                .with("CACHEMANAGER_HOME", "/x")
                .with("CACHEMANAGER_BASE", "/x")
                .with("CACHEMANAGER_CONFIG", "/x")
                .with("CACHEMANAGER_JAVA_OPTS", "-Xmx1g")
                .settings(
                        "max_cache_size: nonsense",
                        "http_server: {host: localhost, encryption: {keys_file: /absent}}",
                        "eviction: {s3fifo: {small_queue: 1}}",
                        "peer_nodes: [{host: first, port: 5}]");

        assertThat(settings.maxCacheSize()).isEqualTo(64 << 20);
        assertThat(settings.httpServer().port()).isEqualTo(9000);
        assertThat(settings.encryption().keys()).hasSize(2);
        assertThat(settings.eviction()).isEqualTo(new Choice("lru", Map.of("sample_size", 7L)));
        assertThat(settings.peerNodes())
                .containsExactly(new PeerNode("first", 1, false), new PeerNode("added", 2, false));
        assertThat(settings.log().prefix()).isEqualTo("opsview");
        assertThat(settings.workerTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.values())
                .contains(
                        entry(
                                "max_cache_size",
                                new SettingValue("64MB", Origin.variable("CACHEMANAGER_MAX_CACHE_SIZE"))),
                        entry("http_server.host", new SettingValue("localhost", Origin.line("cachemanager.yaml", 2))),
                        entry("worker_timeout", new SettingValue("30s", Origin.BY_DEFAULT)));
    }

    @Test
    public void load_foreignVariable_warnsOnly() {
        LoadResult result = Settings.load(null, Map.of("CACHEMANAGER_SERVICE_HOST", "10.0.0.1"), 0);

        assertThat(result.faults()).isEmpty();
        assertThat(result.warnings())
                .containsExactly("CACHEMANAGER_SERVICE_HOST: is not the variable of any setting: ignored");
    }

    @Test
    public void load_itemAboveCache_isCappedWithAWarning() {
        LoadResult result = fixture.load("max_cache_size: 1MB", "max_item_size: 2MB");

        assertThat(Objects.requireNonNull(result.settings()).maxItemSize()).isEqualTo(1 << 20);
        assertThat(result.warnings())
                .containsExactly("cachemanager.yaml:2: max_item_size: \"2MB\" is above max_cache_size: capped to 1MB");
    }

    @Test
    public void load_keysFile_givesAKeyALine() {
        fixture.write("keys", "# ours\n\n" + SettingsFixture.KEY + "\r\n" + SettingsFixture.KEY + "\n");

        assertThat(fixture.settings("http_server: {encryption: {keys_file: keys}}")
                        .encryption()
                        .keys())
                .containsExactly(SettingsFixture.KEY, SettingsFixture.KEY);
    }

    @Test
    public void load_encryptionOfHttpsAlone_countsWhenHttpIsOff() {
        assertThat(fixture.settings(
                                "http_server: {enabled: false}",
                                "https_server: {encryption: {keys: " + SettingsFixture.KEY + "}}")
                        .encryption()
                        .keys())
                .containsExactly(SettingsFixture.KEY);
    }

    @Test
    public void load_openEndpoint_isAllowedWhenItSaysSo() {
        fixture.settings("http_server: {host: 0.0.0.0, allow_unauthenticated: true}");
        fixture.settings("http_server: {host: 0.0.0.0, encryption: {keys: [" + SettingsFixture.KEY + "]}}");
        fixture.settings("http_server: {host: 0.0.0.0, enabled: false}");
        fixture.settings("http_server: {host: 127.8.8.8}");
        fixture.settings("http_server: {host: '::1'}");
        assertThat(fixture.settings("http_server: {host: LocalHost}")
                        .httpServer()
                        .host())
                .isEqualTo("LocalHost");
    }

    @Test
    public void load_heapAFifthAbove_holdsTheCache() {
        long heap = (256L << 20) * 6 / 5;

        fixture.heap(heap).settings("max_cache_size: 256MB");
        fixture.heap(heap * 97 / 100).settings("max_cache_size: 256MB");
        fixture.heap(1).settings("max_cache_size: 0B");
    }

    @Test
    public void load_shippedFile_isWithoutFindings() {
        LoadResult result = Settings.load(Path.of("../../distribution/etc/cachemanager.yaml"), Map.of(), 0);

        assertThat(result.faults()).isEmpty();
        assertThat(result.warnings()).isEmpty();
    }

    @Test
    public void load_absentFile_isAFault() {
        Path absent = fixture.getRoot().toPath().resolve("absent.yaml");

        assertThat(Settings.load(absent, Map.of(), 0).faults())
                .containsExactly("absent.yaml: can't be read: there is no such file (" + absent + ")");
        assertThat(Settings.load(fixture.getRoot().toPath(), Map.of(), 0).faults())
                .hasSize(1);
    }

    @Test
    public void load_faultyVariables_comeLastByTheirNames() {
        LoadResult result = fixture.with("CACHEMANAGER_HTTP_SERVER_PORT", "x")
                .with("CACHEMANAGER_MAX_CACH_SIZE", "1GB")
                .load("", "max_item_size: much");

        assertThat(result.settings()).isNull();
        assertThat(result.faults())
                .containsExactly(
                        "cachemanager.yaml:2: max_item_size: \"much\" is not a size (use e.g. 512MB, 1GB, 0B)",
                        "CACHEMANAGER_HTTP_SERVER_PORT: \"x\" is not a port (use 0 to 65535; 0 takes any that is free)",
                        "CACHEMANAGER_MAX_CACH_SIZE: is not the variable of any setting; did you mean"
                                + " CACHEMANAGER_MAX_CACHE_SIZE?");
    }

    @Test
    public void load_cacheAboveTheHeap_isAFaultThatNamesTheRemedy() {
        assertThat(fixture.heap(512 << 20).load("max_cache_size: 1GB").faults())
                .containsExactly("cachemanager.yaml:1: max_cache_size: \"1GB\" is more than a heap of 512MB holds"
                        + " (restart the node with -Xmx1171m or more, or set 448MB or less)");
        assertThat(fixture.heap(1171 << 20).load("max_cache_size: 1GB").faults())
                .isEmpty();
    }

    @Test
    public void load_faultyKeysFile_isReportedWithoutTheKey() {
        Path keys = fixture.write("keys", "#\nsecret!\nc2VjcmV0\n");
        String file = "http_server: {encryption: {keys_file: keys}}";

        String at = "cachemanager.yaml:1: http_server.encryption.keys_file: " + keys;
        String remedy = " (bin/cachemanager new-key makes one)";
        assertThat(fixture.load(file).faults())
                .containsExactly(
                        at + " line 2 is not Base64" + remedy, at + " line 3 has 6 bytes, not 16, 24 or 32" + remedy);
        fixture.write("keys", "# none\n");
        assertThat(fixture.load(file).faults())
                .containsExactly(at + " holds no key (one key a line; bin/cachemanager new-key makes one)");
    }

    @Test
    public void load_pemWithPassphraseOrWithoutAKey_isAFault() {
        Path cert = fixture.write("cert", CERT);
        Path key = fixture.write("key", "-----BEGIN ENCRYPTED PRIVATE KEY-----\n");

        assertThat(fixture.load(
                                "https_server:",
                                "  enabled: true",
                                "  host: 127.0.0.1",
                                "  server_cert: key",
                                "  server_key: cert",
                                "  client_cert: cert",
                                "  client_key: key")
                        .faults())
                .containsExactly(
                        "cachemanager.yaml:4: https_server.server_cert: " + key
                                + " is protected by a passphrase: give a key without one",
                        "cachemanager.yaml:5: https_server.server_key: " + cert
                                + " is not a PEM file with a PRIVATE KEY",
                        "cachemanager.yaml:7: https_server.client_key: " + key
                                + " is protected by a passphrase: give a key without one");
    }

    @Test
    public void load_hugeDeepOrLoopingFile_isRefused() {
        assertThat(fixture.load("#".repeat(1 << 20), "").faults())
                .containsExactly("cachemanager.yaml: is larger than 1MB: is it the right file?");
        assertThat(fixture.load("log: " + "[".repeat(5000)).faults()).hasSize(1);
        assertThat(fixture.load("log: &a", "  prefix: *a").faults())
                .containsExactly("cachemanager.yaml:2: log.prefix: must be a single value, not a list or a mapping");
    }

    @Test
    public void load_neitherEndpoint_warns() {
        assertThat(fixture.load("http_server: {enabled: off}").warnings())
                .containsExactly("cachemanager.yaml: neither http_server nor https_server is enabled: nobody can reach"
                        + " this node");
    }

    @Test
    public void load_keyInThePlaceOfAName_isNotShown() {
        String key = SettingsFixture.KEY.replace("=", "");
        assertThat(fixture.load("http_server:", "  encryption: {" + key + ", " + key + "}")
                        .faults())
                .hasSize(2)
                .allSatisfy(fault -> assertThat(fault)
                        .startsWith("cachemanager.yaml:2: http_server.encryption.(a name that is not shown): is ")
                        .doesNotContain(key));
    }

    @Test
    public void load_amountThatWouldVanish_doesNotLiftALimit() {
        assertThat(fixture.load("max_cache_size: 0.1B", "timestamp_error_margin: 0.4ms")
                        .faults())
                .containsExactly(
                        "cachemanager.yaml:1: max_cache_size: \"0.1B\" is not a size (use e.g. 512MB, 1GB, 0B)",
                        "cachemanager.yaml:2: timestamp_error_margin: \"0.4ms\" is not a time"
                                + " (use e.g. 500ms, 30s, 5m, 1h)");
    }

    @Test
    public void registryPassword_isReadAndNotShown() {
        Settings settings = fixture.settings(
                "registry: {type: etcd, endpoints: [\"http://127.0.0.1:2379\"], advertise: \"10.0.0.1:8183\","
                        + " user: u, password: hunter2}");
        Registry registry = Objects.requireNonNull(settings.registry());
        assertThat(registry.access().password()).isEqualTo("hunter2");
        assertThat(settings.values().toString()).contains("registry.user").doesNotContain("hunter2");
        assertThat(settings.toString()).doesNotContain("hunter2");
    }
}
