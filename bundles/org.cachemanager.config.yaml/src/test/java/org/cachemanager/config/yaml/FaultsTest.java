package org.cachemanager.config.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;
import org.junit.runners.Parameterized.Parameters;

/** Every fault that one file can have: the file's lines are separated by {@code |}. */
@RunWith(Parameterized.class)
public final class FaultsTest {

    private static final String NO_ADDRESS =
            "\" is not an address (use e.g. 127.0.0.1, 0.0.0.0, ::1, node1.example.com)";

    @Rule
    public final SettingsFixture fixture = new SettingsFixture();

    private final String file;
    private final String fault;

    public FaultsTest(String file, String fault) {
        this.file = file;
        this.fault = fault;
    }

    @Parameters(name = "{0}")
    public static List<Object[]> faults() {
        List<Object[]> all = new ArrayList<>();
        values(all);
        structure(all);
        encryption(all);
        endpoints(all);
        cluster(all);
        registries(all);
        return all;
    }

    private static void add(List<Object[]> all, String file, String fault) {
        all.add(new Object[] {file, fault});
    }

    private static void values(List<Object[]> all) {
        add(all, "#|max_cache_size: 1TBB", "2: max_cache_size: \"1TBB\" is not a size (use e.g. 512MB, 1GB, 0B)");
        add(all, "max_item_size: -1", "1: max_item_size: \"-1\" is not a size (use e.g. 512MB, 1GB, 0B)");
        add(
                all,
                "worker_timeout: 5 parsecs",
                "1: worker_timeout: \"5 parsecs\" is not a time (use e.g. 500ms, 30s, 5m, 1h)");
        add(all, "cache_purge_time: 0s", "1: cache_purge_time: \"0s\" is too short (at least 1ms)");
        add(all, "peer_refresh_time: 9999d", "1: peer_refresh_time: \"9999d\" is too long (at most 3650d)");
        add(
                all,
                "http_server:|  port: 99999",
                "2: http_server.port: \"99999\" is not a port (use 0 to 65535; 0 takes any that is free)");
        add(all, "http_server:|  enabled: maybe", "2: http_server.enabled: \"maybe\" is neither true nor false");
        for (String host : List.of("1.2.3", "999.1.1.1")) {
            add(all, "http_server: {host: " + host + "}", "1: http_server.host: \"" + host + NO_ADDRESS);
        }
        add(all, "storage: Heap!", "1: storage: \"Heap!\" is not a name (use small letters, digits, - and _)");
        add(
                all,
                "eviction: {lru: {}, s3fifo: {}}",
                "1: eviction: must name one implementation, with its settings below its name");
        add(
                all,
                "eviction:|  lru:|    Sample: 1",
                "3: eviction.lru.Sample: is not a name of a setting (use small letters, digits and _)");
        add(
                all,
                "log: {level: loud}",
                "1: log.level: \"loud\" is not one of DEBUG, INFO, NOTICE, WARNING, ERROR, CRITICAL");
        add(
                all,
                "log: {prefix: 'a b'}",
                "1: log.prefix: \"a b\" is not a prefix (use letters and digits, e.g. opsview)");
        add(all, "log: {files: 101}", "1: log.files: \"101\" is not a number from 1 to 100");
        add(all, "log: {max_file_size: 10}", "1: log.max_file_size: \"10\" is too small (at least 1KB)");
    }

    private static void structure(List<Object[]> all) {
        add(all, "max_cach_size: 1GB", "1: max_cach_size: is not a setting; did you mean max_cache_size?");
        add(all, "#|port: 1", "2: port: is not a setting; did you mean http_server.port?");
        add(all, "http_server:|  prot: 1", "2: http_server.prot: is not a setting; did you mean http_server.port?");
        add(all, "max_cache_size: 1GB||max_cache_size: 2GB", "3: max_cache_size: is given twice (first in line 1)");
        add(all, "max_cache_size:", "1: max_cache_size: has no value (give one, or take the line out)");
        add(all, "max_cache_size: [1]", "1: max_cache_size: must be a single value, not a list or a mapping");
        add(all, "http_server: 8182", "1: http_server: must be a mapping of settings (name: value)");
        add(all, "- a", "1: must be a mapping of settings (name: value)");
        add(all, "? [a]|: b", "1: must have plain names");
        add(all, "a: b: c", "1: is not YAML: mapping values are not allowed here");
        add(all, "log: {}|---|log: {}", "2: is not YAML: but found another document");
        add(all, "log: *a", "1: is not YAML: found undefined alias a");
        add(all, "#|log: \u0007", "2: holds a character that YAML does not allow (U+0007)");
        add(all, "\"a\\nb\": 1", "1: a?b: is not a setting; did you mean log?");
    }

    private static void encryption(List<Object[]> all) {
        String at = "http_server.encryption";
        add(
                all,
                "http_server: {encryption: secretsecret}",
                "1: " + at + ": must be a mapping of settings (name: value)");
        add(
                all,
                "http_server:|  encryption:|    keys:|      - " + SettingsFixture.KEY + "|      - secret!",
                "5: " + at + ".keys: key 2 is not Base64 (bin/cachemanager new-key makes one)");
        add(
                all,
                "http_server: {encryption: {keys: [c2VjcmV0]}}",
                "1: " + at + ".keys: key 1 has 6 bytes, not 16, 24 or 32 (bin/cachemanager new-key makes one)");
        add(
                all,
                "http_server:|  encryption:|    keys:",
                "3: " + at + ".keys: has no value (give one, or take the line out)");
        add(all, "http_server: {encryption: {keys: {c2VjcmV0: 1}}}", "1: " + at + ".keys: must be a list");
        add(
                all,
                "http_server: {encryption: {cipher: c2VjcmV0}}",
                "1: " + at + ".cipher: is not a name (use small letters, digits, - and _)");
        add(
                all,
                "http_server: {encryption: {keys: [" + SettingsFixture.KEY + "], keys_file: keys}}",
                "1: " + at + ".keys_file: is given beside keys: take one of them out");
        add(
                all,
                "http_server: {encryption: {keys_file: /absent/keys}}",
                "1: " + at + ".keys_file: /absent/keys can't be read: there is no such file");
        add(
                all,
                "http_server: {}|https_server: {encryption: {keys: [" + SettingsFixture.KEY + "]}}",
                "2: https_server.encryption: must be the same as http_server.encryption"
                        + " (take it out: it is taken from there)");
    }

    private static void endpoints(List<Object[]> all) {
        add(
                all,
                "http_server:|  host: 0.0.0.0",
                "2: http_server.host: \"0.0.0.0\" is not loopback: anybody who reaches it could read and"
                        + " change the cache (give http_server.encryption keys, or say allow_unauthenticated: true)");
        add(
                all,
                "https_server:|  host: 127.0.0.1|  server_cert: /absent/cert|  enabled: true",
                "1: https_server.server_key: is missing: https_server needs the key to its certificate;"
                        + "3: https_server.server_cert: /absent/cert can't be read: there is no such file");
        add(
                all,
                "http_server: {enabled: false}||https_server:|  enabled: true",
                "3: https_server.server_cert: is missing: https_server needs a certificate;"
                        + "3: https_server.server_key: is missing: https_server needs the key to its certificate;"
                        + "3: https_server.host: \"0.0.0.0\" is not loopback: anybody who reaches it could read and"
                        + " change the cache (give http_server.encryption keys, or require_client_cert: true, or say"
                        + " allow_unauthenticated: true)");
        add(
                all,
                "http_server: {port: 1, host: '::1'}|https_server:|  enabled: true|  require_client_cert: true"
                        + "|  port: 1|  server_cert: /absent/a|  server_key: /absent/b"
                        + "|  client_key: /absent/c|  host: '::1'",
                "2: https_server.ca_cert: is missing: require_client_cert needs the CA to check them against;"
                        + "2: https_server.client_cert: is missing: client_key needs the certificate to it;"
                        + "5: https_server.port: \"1\" is the port of http_server too;"
                        + "6: https_server.server_cert: /absent/a can't be read: there is no such file;"
                        + "7: https_server.server_key: /absent/b can't be read: there is no such file;"
                        + "8: https_server.client_key: /absent/c can't be read: there is no such file");
    }

    private static void cluster(List<Object[]> all) {
        add(
                all,
                "peer_nodes:|  - host: a|  - port: 0",
                "2: peer_nodes[0].port: is missing;" + "3: peer_nodes[1].host: is missing");
        add(all, "peer_nodes:|  - {host: a, port: 0}", "2: peer_nodes[0].port: \"0\" is not a port (use 1 to 65535)");
        add(all, "peer_nodes: a", "1: peer_nodes: must be a list (- name: value)");
        for (String address : List.of("0.0.0.0:1", "a", "a:0", "a:65536", "::1:1", "ftp://a:1", "https://a", "a b:1")) {
            add(
                    all,
                    "registry: {type: etcd, endpoints: 'http://a', advertise: '" + address + "'}",
                    "1: registry.advertise: \"" + address + "\" is not an address that other nodes can reach"
                            + " (use e.g. 10.0.0.1:8183, or https://10.0.0.1:443)");
        }
        add(
                all,
                "registry: {type: etcd, endpoints: 'http://a'}|"
                        + "http_server: {host: 0.0.0.0, allow_unauthenticated: true}",
                "1: registry.advertise: is missing: http_server.host is 0.0.0.0, which other nodes can't reach"
                        + " (use e.g. 10.0.0.1:8183)");
        add(
                all,
                "registry: {type: etcd, endpoints: 'http://127.0.0.1:1'}|http_server: {port: 0}",
                "1: registry.advertise: is missing: the port of the endpoint is 0, any that is free, which other nodes"
                        + " can't reach (use e.g. 10.0.0.1:8183)");
        for (String prefix : List.of("/", "nodes/", "/nodes", "/a b/", "//", "/a//")) {
            add(
                    all,
                    "registry: {type: etcd, endpoints: 'http://127.0.0.1:1', prefix: '" + prefix + "'}",
                    "1: registry.prefix: \"" + prefix + "\" is not a prefix (use letters, digits and ._- between"
                            + " slashes, e.g. /cachemanager/nodes/)");
        }
    }

    private static void registries(List<Object[]> all) {
        add(all, "registry: {endpoints: []}", "1: registry.type: is missing (use e.g. etcd)");
        add(all, "registry: {type: etcd}", "1: registry.endpoints: is missing (use e.g. [\"http://127.0.0.1:2379\"])");
        add(
                all,
                "registry: {type: etcd, endpoints: [nowhere]}",
                "1: registry.endpoints: \"nowhere\" is not a URL (use e.g. http://127.0.0.1:2379)");
        for (String url : List.of("http://etcd_1:2379", "http://10.0.0.9a:2379", "http://etcd1:23790000000000")) {
            add(
                    all,
                    "registry: {type: etcd, endpoints: ['" + url + "']}",
                    "1: registry.endpoints: \"" + url
                            + "\" has no host and port that can be called (use an address, or a"
                            + " name of letters, digits, - and dots, e.g. http://etcd1:2379)");
        }
        add(
                all,
                "registry: {type: etcd, endpoints: ['http://etcd1^:2379']}",
                "1: registry.endpoints: \"http://etcd1^:2379\" is not a URL: it has a character that none may have (use"
                        + " e.g. http://127.0.0.1:2379)");
    }

    @Test
    public void load_fault_isReportedWithItsLine() {
        LoadResult result = fixture.load(file.split("\\|"));

        assertThat(result.settings()).isNull();
        String[] expected = fault.split(";(?=[0-9]+: )");
        for (int i = 0; i < expected.length; i++) {
            expected[i] = "cachemanager.yaml:" + expected[i];
        }
        assertThat(result.faults()).containsExactly(expected);
        assertThat(result.faults().toString())
                .doesNotContainIgnoringCase("secret")
                .doesNotContain("c2VjcmV0");
    }
}
