package org.cachemanager.config.yaml.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cachemanager.config.yaml.FileContents;
import org.cachemanager.config.yaml.Inputs;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public final class StartTest {

    private static final String KEY = "ecQSH8YIV9/+/HS5mcyF8Q==";

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final FakeConfigurationAdmin admin = new FakeConfigurationAdmin();

    private void activate(String... lines) throws IOException {
        Path file = Files.write(folder.getRoot().toPath().resolve("cachemanager.yaml"), List.of(lines));
        LiveSettings.Node node =
                new LiveSettings.Node(new PidWriter(admin.service()), (next, before) -> List.of(), Runnable::run);
        Inputs inputs = new Inputs(null, new FileContents(), Map.of(), Map.of(), 0);
        new LiveSettings(new LiveSettings.Source(file, true), inputs, node).start();
    }

    @Test
    public void start_writesTheCoreBeforeTheEndpoints() throws IOException {
        activate(
                "max_cache_size: 32MB",
                "worker_timeout: 2s",
                "http_server: {port: 8282, encryption: {keys: [" + KEY + "]}}",
                "eviction: {s3fifo: {small_queue: 0.1}}",
                "log: {prefix: opsview}");

        assertThat(admin.done)
                .containsExactly(
                        "write org.cachemanager.log",
                        "write org.cachemanager.host",
                        "write org.cachemanager.eviction.s3fifo",
                        "write org.cachemanager.peer.http",
                        "write org.cachemanager.core",
                        "write org.cachemanager.endpoint.http~http");
        assertThat(admin.configurations)
                .containsEntry("org.cachemanager.host", Map.of("worker.timeout", 2000L))
                .containsEntry(
                        "org.cachemanager.log",
                        Map.of("prefix", "opsview", "level", "INFO", "max.file.size", 10L << 20, "files", 5))
                .containsEntry(
                        "org.cachemanager.eviction.s3fifo",
                        Map.of("small.queue", 0.1, "cachemanager.config.yaml", true))
                .containsEntry(
                        "org.cachemanager.endpoint.http~http",
                        Map.of("scheme", "http", "host", "127.0.0.1", "port", 8282, "allow.unauthenticated", false));
        assertThat(admin.configurations.get("org.cachemanager.core"))
                .containsEntry("max.cache.size", 32L << 20)
                .containsEntry("max.item.size", 10L << 20)
                .containsEntry("cache.purge.time", 1000L)
                .containsEntry("timestamp.error.margin", 30_000L)
                .containsEntry("peer.refresh.time", 30_000L)
                .containsEntry("peer.connection.timeout", 5000L)
                .containsEntry("storage", "heap")
                .containsEntry("eviction", "s3fifo")
                .containsEntry("cipher", "aes")
                .containsEntry("keys", new String[] {KEY});
    }

    @Test
    public void start_deletesWhatIsNotWantedAnyMore() throws IOException {
        admin.configurations.put("org.cachemanager.endpoint.http~https", Map.of());
        admin.configurations.put("org.cachemanager.eviction.lru", Map.of("cachemanager.config.yaml", true));
        admin.configurations.put("org.cachemanager.storage.heap", Map.of("somebody.elses", true));

        activate("max_cache_size: 32MB", "http_server: {enabled: false}");

        assertThat(admin.configurations.keySet())
                .containsExactlyInAnyOrder(
                        "org.cachemanager.storage.heap",
                        "org.cachemanager.log",
                        "org.cachemanager.host",
                        "org.cachemanager.peer.http",
                        "org.cachemanager.core");
        assertThat(admin.done)
                .startsWith("delete org.cachemanager.endpoint.http~https", "delete org.cachemanager.eviction.lru");
    }

    @Test
    public void start_peerNodes_writesThemForTheFixedRegistry() throws IOException {
        activate(
                "max_cache_size: 32MB",
                "peer_nodes: [{host: 10.0.0.2, port: 8183, tls: true}, {host: \"::1\", port: 8182}]");

        assertThat(admin.configurations.get("org.cachemanager.registry.fixed"))
                .containsEntry("nodes", new String[] {"https://10.0.0.2:8183", "http://[::1]:8182"});
        assertThat(admin.configurations.get("org.cachemanager.core")).containsEntry("registry", "fixed");
    }

    @Test
    public void start_registry_writesAllThatItsClientNeeds() throws IOException {
        Path pem = Files.writeString(
                folder.getRoot().toPath().resolve("both.pem"),
                "-----BEGIN CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\n");
        activate(
                "max_cache_size: 32MB",
                "https_server: {enabled: true, server_cert: both.pem, server_key: both.pem,",
                "  allow_unauthenticated: true}",
                "registry: {type: etcd, endpoints: ['https://e:2379'], advertise: '10.0.0.1:443', prefix: /b/,",
                "  user: u, password: p, ca_cert: both.pem, client_cert: both.pem, client_key: both.pem}");

        Map<String, Object> written =
                new LinkedHashMap<>(admin.configurations.getOrDefault("org.cachemanager.registry.etcd", Map.of()));
        assertThat(written.remove("endpoints")).isEqualTo(new String[] {"https://e:2379"});
        assertThat(written)
                .containsOnly(
                        entry("prefix", "/b/"),
                        entry("advertise.host", "10.0.0.1"),
                        entry("advertise.port", 443),
                        entry("advertise.tls", true),
                        entry("tls.required", true),
                        entry("user", "u"),
                        entry(".password", "p"),
                        entry("ca.cert", pem.toString()),
                        entry("client.cert", pem.toString()),
                        entry("client.key", pem.toString()),
                        entry("cachemanager.config.yaml", true));
        assertThat(admin.configurations.get("org.cachemanager.core")).containsEntry("registry", "etcd");
    }

    @Test
    public void start_nodeThatAnnouncesHttp_requiresTlsOfNobody() throws IOException {
        activate("max_cache_size: 32MB", "registry: {type: etcd, endpoints: ['http://127.0.0.1:2379']}");

        assertThat(admin.configurations.get("org.cachemanager.registry.etcd"))
                .containsEntry("advertise.host", "127.0.0.1")
                .containsEntry("advertise.port", 8182)
                .containsEntry("advertise.tls", false)
                .containsEntry("tls.required", false);
    }

    @Test
    public void start_registryFixed_keepsTheNodes() throws IOException {
        activate("max_cache_size: 32MB", "registry: {type: fixed}", "peer_nodes: [{host: a_1, port: 1}]");

        assertThat(admin.configurations.get("org.cachemanager.registry.fixed"))
                .containsEntry("nodes", new String[] {"http://a_1:1"});
    }

    @Test
    public void start_https_writesItsFiles() throws IOException {
        Path pem = Files.writeString(
                folder.getRoot().toPath().resolve("both.pem"),
                "-----BEGIN CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\n");
        activate(
                "max_cache_size: 32MB",
                "https_server: {enabled: true, port: 0, server_cert: both.pem, server_key: both.pem,",
                "  ca_cert: both.pem, require_client_cert: true}");

        assertThat(admin.configurations)
                .containsEntry(
                        "org.cachemanager.endpoint.http~https",
                        Map.of(
                                "scheme",
                                "https",
                                "host",
                                "0.0.0.0",
                                "port",
                                0,
                                "allow.unauthenticated",
                                false,
                                "server.cert",
                                pem.toString(),
                                "server.key",
                                pem.toString(),
                                "ca.cert",
                                pem.toString(),
                                "require.client.cert",
                                true));
    }

    @Test
    public void start_withAFault_leavesNoConfigurationButTheLogs() throws IOException {
        activate("max_cache_size: 32MB");
        admin.done.clear();

        activate("max_cache_size: 1TBB");

        assertThat(admin.configurations).containsOnlyKeys("org.cachemanager.log");
        assertThat(admin.done).startsWith("delete org.cachemanager.endpoint.http~http");
    }
}
