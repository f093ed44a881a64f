package org.cachemanager.config.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.cachemanager.config.yaml.Settings.PeerNode;
import org.cachemanager.config.yaml.Settings.Registry;
import org.jspecify.annotations.Nullable;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;

/** What a node announces, and where it looks for the others. */
public final class RegistrySettingsTest {

    private static final String HTTP = "http_server: {host: 10.0.0.1, allow_unauthenticated: true}";
    private static final String HTTPS = "https_server: {enabled: true, host: 10.0.0.1, allow_unauthenticated: true, "
            + "server_cert: both.pem, server_key: both.pem}";
    private static final String NO_HTTP = "http_server: {enabled: false}";

    @Rule
    public final SettingsFixture fixture = new SettingsFixture();

    @Before
    public void certificates() {
        fixture.write("both.pem", "-----BEGIN CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\n");
    }

    private static String etcd(String more) {
        return "registry: {type: etcd, endpoints: ['http://etcd1:2379', 'https://[::1]:2379']" + more + "}";
    }

    private Registry registry(String... lines) {
        return Objects.requireNonNull(fixture.settings(lines).registry());
    }

    private @Nullable PeerNode advertised(String address, String... endpoints) {
        return registry(etcd(", advertise: '" + address + "'"), String.join("\n", endpoints))
                .advertise();
    }

    @Test
    public void advertise_bothEndpoints_plainOnlyAtThePortOfHttp() {
        assertThat(advertised("a:8182", HTTP, HTTPS)).isEqualTo(new PeerNode("a", 8182, false));
        assertThat(advertised("a:8183", HTTP, HTTPS)).isEqualTo(new PeerNode("a", 8183, true));
        assertThat(advertised("a:443", HTTP, HTTPS)).isEqualTo(new PeerNode("a", 443, true));
    }

    @Test
    public void advertise_oneEndpoint_isAsThatIs() {
        assertThat(advertised("a:80", HTTP)).isEqualTo(new PeerNode("a", 80, false));
        assertThat(advertised("a:80", NO_HTTP, HTTPS)).isEqualTo(new PeerNode("a", 80, true));
    }

    @Test
    public void advertise_url_saysWhetherItIsTls() {
        assertThat(advertised("https://10.0.0.1:8182", HTTP, HTTPS)).isEqualTo(new PeerNode("10.0.0.1", 8182, true));
        assertThat(advertised("http://[fe80::1]:8183", HTTP, HTTPS)).isEqualTo(new PeerNode("fe80::1", 8183, false));
    }

    @Test
    public void advertise_notGiven_isTheEndpoint_httpsFirst() {
        assertThat(registry(etcd(""), HTTP).advertise()).isEqualTo(new PeerNode("10.0.0.1", 8182, false));
        assertThat(registry(etcd(""), HTTP, HTTPS).advertise()).isEqualTo(new PeerNode("10.0.0.1", 8183, true));
        assertThat(registry(etcd(""), NO_HTTP).advertise()).isNull();
    }

    @Test
    public void fixed_announcesNothing_soNeedsNoAddress() {
        assertThat(fixture.load("registry: {type: fixed}", "http_server: {port: 0}", "peer_nodes: [{host: a, port: 1}]")
                        .warnings())
                .isEmpty();
        fixture.settings("registry: {type: fixed}", "http_server: {host: 0.0.0.0, allow_unauthenticated: true}");
    }

    @Test
    public void loopback_inARegistryElsewhere_isWarnedOf() {
        assertThat(fixture.load(etcd(", advertise: 'localhost:8182'")).warnings())
                .containsExactly("cachemanager.yaml:1: registry.advertise: this node announces http://localhost:8182,"
                        + " which nodes on other machines can't reach, in a registry on another machine"
                        + " (give an address of this machine, e.g. 10.0.0.1:8183)");
        assertThat(fixture.load("max_item_size: 1MB", etcd("")).warnings())
                .singleElement()
                .asString()
                .startsWith("cachemanager.yaml:2: registry.advertise: this node announces http://127.0.0.1:8182,");
        assertThat(fixture.load("registry: {type: etcd, endpoints: ['http://127.0.0.1:2379']}")
                        .warnings())
                .isEmpty();
        assertThat(fixture.load(etcd(""), HTTP).warnings()).isEmpty();
    }

    @Test
    public void peerNodes_besideARegistry_areWarnedOf() {
        assertThat(fixture.load(etcd(""), HTTP, "peer_nodes: [{host: a, port: 1}]")
                        .warnings())
                .containsExactly("cachemanager.yaml:3: peer_nodes: is not used: registry.type is etcd, where nodes find"
                        + " each other (take one of the two out, or say registry.type: fixed)");
    }

    @Test
    public void prefix_separatesClusters() {
        assertThat(registry(etcd(""), HTTP).prefix()).isEqualTo("/cachemanager/nodes/");
        assertThat(registry(etcd(", prefix: /b.2/nodes_x/"), HTTP).prefix()).isEqualTo("/b.2/nodes_x/");
    }
}
