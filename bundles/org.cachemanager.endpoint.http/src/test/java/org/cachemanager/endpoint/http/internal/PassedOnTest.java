package org.cachemanager.endpoint.http.internal;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.Assume.assumeNotNull;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import javax.net.ssl.SSLContext;
import org.cachemanager.api.peer.PeerService;
import org.cachemanager.endpoint.http.internal.RawClient.Answer;
import org.cachemanager.testkit.ScriptedCache;
import org.jspecify.annotations.Nullable;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;

/** Calls that say which node passes them on: who is believed. */
public class PassedOnTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final UUID REF = UUID.fromString("1d20de92-12bd-4067-8563-8d63e83429cc");
    private static final String ITEM = "{\"namespace\":\"n\",\"key\":\"k\",\"peer\":\"" + REF + '"';
    private static final String GET = ITEM + '}';
    private static final String SET = ITEM + ",\"data\":\"d\",\"ttl\":60}";

    @Rule
    public final Certificates certificates = new Certificates();

    private final FakeCache cache = new FakeCache();
    private final Services services = new Services();
    private @Nullable HttpEndpoint endpoint;

    @Before
    public void bind() {
        services.bind((org.cachemanager.api.Cache) cache);
        services.bind((org.cachemanager.api.encryption.Namespaces) cache);
    }

    @After
    public void stop() {
        if (endpoint != null) {
            endpoint.stop();
        }
    }

    private void start(String host, boolean tls) throws IOException {
        EndpointSettings plain = new EndpointSettings(host, 0, PATIENCE, PATIENCE).allowingUnauthenticated(true);
        endpoint = new HttpEndpoint(
                tls ? plain.with(certificates.settings(false)) : plain, services, "Cache Manager 1.0.0");
        endpoint.start();
    }

    private RawClient client() throws IOException {
        return new RawClient(requireNonNull(endpoint).address());
    }

    /** An address of this machine that is not its loopback; null when it has none. */
    private static @Nullable InetAddress elsewhere() throws IOException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLoopbackAddress() && address.getAddress().length == 4)
                .findAny()
                .orElse(null);
    }

    private void assertRefused(RawClient client) throws IOException {
        for (String line : List.of("POST /set_data", "POST /get_data", "POST /delete_data")) {
            Answer answer = client.call(line, SET);
            assertThat(answer.status()).as(line).isEqualTo(403);
            assertThat(answer.closes()).isFalse();
        }
        assertThat(cache.items).isEmpty();
        assertThat(cache.peers).isEmpty();
    }

    @Test
    public void peer_onLoopback_isBelieved() throws IOException {
        start("127.0.0.1", false);
        try (RawClient client = client()) {
            assertThat(client.call("POST /set_data", SET).status()).isEqualTo(200);
            assertThat(cache.peers).containsExactly(REF);
            cache.peers.clear();
            assertThat(client.call("POST /get_data", GET).body()).contains("\"d\"");
            assertThat(cache.peers).containsExactly(REF);
            cache.peers.clear();
            assertThat(client.call("POST /delete_data", GET).body()).contains("true");
            assertThat(cache.peers).containsExactly(REF);
        }
    }

    @Test
    public void peer_whereTokensAreRequired_isRefused() throws IOException {
        cache.requiresTokens = true;
        start("127.0.0.1", false);
        try (RawClient client = client()) {
            assertRefused(client);
        }
    }

    @Test
    public void peer_noRef_isABadRequest() throws IOException {
        start("127.0.0.1", false);
        try (RawClient client = client()) {
            assertThat(client.call("POST /set_data", SET.replace(REF.toString(), "me"))
                            .status())
                    .isEqualTo(400);
        }
        assertThat(cache.items).isEmpty();
    }

    @Test
    public void peer_fromElsewhere_isRefused() throws IOException {
        InetAddress address = elsewhere();
        assumeNotNull(address);
        start(requireNonNull(address).getHostAddress(), false);
        try (RawClient client = client()) {
            assertRefused(client);
        }
    }

    @Test
    public void peer_fromElsewhereOverTls_isBelievedWithACertificateAlone() throws IOException {
        InetAddress address = elsewhere();
        assumeNotNull(address);
        start(requireNonNull(address).getHostAddress(), true);
        try (RawClient client = tls(certificates.client(null))) {
            assertRefused(client);
        }
        try (RawClient client = tls(certificates.client("client"))) {
            assertThat(client.call("POST /set_data", SET).status()).isEqualTo(200);
        }
        assertThat(cache.peers).containsExactly(REF);
    }

    /** Those of plugins are for clients alone, those of nodes for clients and servers. */
    @Test
    public void peer_fromElsewhereOverTls_isBelievedWithTheCertificateOfANodeAlone() throws IOException {
        InetAddress address = elsewhere();
        assumeNotNull(address);
        certificates.put("ca.pem", "two-cas.pem");
        start(requireNonNull(address).getHostAddress(), true);
        try (RawClient client = tls(certificates.client("plugin"))) {
            assertRefused(client);
        }
        try (RawClient client = tls(certificates.client("node"))) {
            assertThat(client.call("POST /set_data", SET).status()).isEqualTo(200);
        }
        assertThat(cache.peers).containsExactly(REF);
    }

    private RawClient tls(SSLContext context) throws IOException {
        return new RawClient(context.getSocketFactory()
                .createSocket(
                        requireNonNull(endpoint).address().getAddress(),
                        requireNonNull(endpoint).address().getPort()));
    }

    @Test
    public void whatPeersAloneMayAsk_isServedToThem_andToNobodyElse() throws IOException {
        ScriptedCache peers = new ScriptedCache();
        services.bind((PeerService) peers);
        start("127.0.0.1", false);
        String greeting = ",\"ref\":\"" + REF + "\",\"view\":1,\"epoch\":2,\"clock\":3,\"reported\":7,\"since\":-1,"
                + "\"started\":5,\"begun\":6}";
        String version = ",\"data\":\"d\",\"ttl\":1,\"expiry\":17,\"stamp\":18}";
        try (RawClient client = client()) {
            assertThat(client.call("POST /peer/greet", ITEM + greeting).body())
                    .contains("\"ref\":\"" + peers.ref + '"', "\"view\":2", "\"since\":-1");
            assertThat(client.call("POST /peer/claim", ITEM + ",\"max_wait_time\":5}")
                            .body())
                    .contains("\"lock\":true");
            assertThat(client.call("POST /peer/give", ITEM + version).body()).isEqualTo("\"ok\"");
            assertThat(client.call("POST /peer/give", SET).status()).isEqualTo(400);
            assertThat(client.call("POST /peer/greet", GET).status()).isEqualTo(400);
            assertThat(peers.asked).hasSize(3);
            String ofClient = ITEM.replace("\"peer\"", "\"nobody\"");
            assertThat(client.call("POST /peer/greet", ofClient + greeting).status())
                    .isEqualTo(403);
            assertThat(client.call("POST /peer/claim", ofClient + '}').status()).isEqualTo(403);
            assertThat(client.call("POST /peer/give", ofClient + version).status())
                    .isEqualTo(403);
            assertThat(peers.asked).hasSize(3);
            services.unbind((PeerService) peers);
            assertThat(client.call("POST /peer/greet", ITEM + greeting).status())
                    .isEqualTo(503);
        }
    }
}
