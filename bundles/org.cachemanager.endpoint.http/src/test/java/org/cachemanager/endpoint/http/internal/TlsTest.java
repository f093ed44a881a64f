package org.cachemanager.endpoint.http.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.cachemanager.endpoint.http.internal.EndpointRule.get;
import static org.cachemanager.endpoint.http.internal.EndpointRule.set;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.cachemanager.endpoint.http.internal.FakeCache.Waiting;
import org.cachemanager.endpoint.http.internal.RawClient.Answer;
import org.jspecify.annotations.Nullable;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;

/** Calls over TLS, who is let in, and certificates that change. */
public class TlsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Rule
    public final Certificates certificates = new Certificates();

    @Rule
    public final LogRule log = new LogRule();

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

    private EndpointSettings settings(boolean requireClientCert) {
        return new EndpointSettings("127.0.0.1", 0, PATIENCE, PATIENCE).with(certificates.settings(requireClientCert));
    }

    private HttpEndpoint start(EndpointSettings settings) throws IOException {
        HttpEndpoint started = new HttpEndpoint(settings, services, "Cache Manager 1.0.0");
        endpoint = started;
        started.start();
        return started;
    }

    private RawClient client(SSLContext context) throws IOException {
        return new RawClient(
                Certificates.connect(context, requireNonNull(endpoint).address()));
    }

    private static String shown(SSLSession session) throws IOException {
        return ((X509Certificate) session.getPeerCertificates()[0])
                .getSubjectX500Principal()
                .getName();
    }

    @Test
    public void calls_small_and_large_answered() throws Exception {
        start(settings(false));
        String large = "x".repeat(900_000);
        try (RawClient client = client(certificates.client(null))) {
            assertThat(client.call("POST /set_data", set("k", large)).status()).isEqualTo(200);
            assertThat(client.call("GET /", "").body()).isEqualTo("Cache Manager 1.0.0\n");
            Answer found = client.call("POST /get_data", get("k", "0"));
            assertThat(found.body()).contains(large);
            assertThat(found.closes()).isFalse();
        }
    }

    @Test
    public void requiredCertificate_letsItsClientsInAlone() throws Exception {
        start(settings(true));
        try (RawClient client = client(certificates.client("client"))) {
            assertThat(client.call("GET /", "").status()).isEqualTo(200);
        }
        for (String name : new String[] {"", "stranger"}) {
            SSLContext context = certificates.client(name.isEmpty() ? null : name);
            assertThatThrownBy(() -> client(context).call("GET /", "")).isInstanceOf(IOException.class);
        }
        assertThat(log.warnings()).isEmpty();
    }

    @Test
    public void protocols_twelveAndThirteenAlone() throws Exception {
        HttpEndpoint started = start(settings(false));
        SSLContext context = certificates.client(null);
        for (String protocol : new String[] {"TLSv1.2", "TLSv1.3"}) {
            try (SSLSocket socket = Certificates.connect(context, started.address(), protocol)) {
                assertThat(socket.getSession().getProtocol()).isEqualTo(protocol);
                assertThat(socket.getSession().getCipherSuite()).contains("_GCM_");
            }
        }
        assertThatThrownBy(() -> Certificates.connect(context, started.address(), "TLSv1.1"))
                .isInstanceOf(IOException.class);
        assertThat(log.warnings()).isEmpty();
    }

    /** A resumed session was created at the first handshake; a new one would be younger. */
    @Test
    public void sessions_resumed() throws Exception {
        HttpEndpoint started = start(settings(true));
        for (String protocol : new String[] {"TLSv1.2", "TLSv1.3"}) {
            SSLContext context = certificates.client("client");
            long first = created(context, started, protocol);
            await().pollDelay(Duration.ofMillis(20)).until(() -> System.currentTimeMillis() > first + 10);
            assertThat(created(context, started, protocol)).as(protocol).isEqualTo(first);
            assertThat(created(certificates.client("client"), started, protocol))
                    .isNotEqualTo(first);
        }
    }

    private static long created(SSLContext context, HttpEndpoint to, String protocol) throws IOException {
        SSLSocket socket = Certificates.connect(context, to.address(), protocol);
        try (RawClient client = new RawClient(socket)) {
            assertThat(client.call("GET /", "").status()).isEqualTo(200);
            return socket.getSession().getCreationTime();
        }
    }

    private Waiting parked() throws InterruptedException {
        Waiting waiting = requireNonNull(cache.waiting.poll(5, SECONDS), "nobody waits");
        await().until(() -> requireNonNull(endpoint).parkedCalls().size() > 0);
        return waiting;
    }

    @Test
    public void parkedCalls_answered_connectionStays() throws Exception {
        start(settings(false));
        try (RawClient client = client(certificates.client(null))) {
            for (int i = 0; i < 5; i++) {
                client.request("POST /get_data", get("k", "30"));
                parked().found("made".getBytes(UTF_8));
                Answer found = client.answer();
                assertThat(found.body()).contains("made");
                assertThat(found.closes()).isFalse();
                assertThat(client.call("GET /", "").status()).isEqualTo(200);
            }
        }
    }

    @Test
    public void waiterHangsUp_callCancelled() throws Exception {
        start(settings(false));
        for (int linger = -1; linger < 2; linger++) {
            RawClient client = client(certificates.client(null));
            client.request("POST /get_data", get("k", "30"));
            Waiting waiting = parked();
            if (linger >= 0) {
                client.socket.setSoLinger(true, linger);
            }
            client.close();
            assertThat(cache.cancelled.poll(5, SECONDS)).isSameAs(waiting);
        }
        assertThat(log.warnings()).isEmpty();
    }

    @Test
    public void secondWaitOnOneConnection_hangUpNoticed() throws Exception {
        start(settings(false));
        RawClient client = client(certificates.client(null));
        client.request("POST /get_data", get("k", "30"));
        parked().locked();
        assertThat(client.answer().body()).contains("\"lock\":true");
        client.request("POST /get_data", get("k", "30"));
        Waiting waiting = parked();
        client.close();
        assertThat(cache.cancelled.poll(5, SECONDS)).isSameAs(waiting);
    }

    @Test
    public void plainHttp_dropped_nothingLogged() throws Exception {
        HttpEndpoint started = start(settings(false));
        try (RawClient client = new RawClient(started.address())) {
            client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(client.rest()).doesNotContain("HTTP/1.1 200");
        }
        assertThat(log.warnings()).isEmpty();
    }

    @Test
    public void handshakeThatNeverEnds_closed() throws Exception {
        Duration idle = Duration.ofMillis(500);
        HttpEndpoint started =
                start(new EndpointSettings("127.0.0.1", 0, idle, PATIENCE).with(certificates.settings(false)));
        for (byte[] begun : new byte[][] {{}, {0x16, 0x03, 0x01, 0x00}}) {
            try (RawClient client = new RawClient(started.address())) {
                client.send(begun);
                assertThat(client.rest()).as("an alert at the most").hasSizeLessThan(32);
            }
        }
        assertThat(log.warnings()).isEmpty();
    }

    @Test
    public void replacedCertificate_takenUp_connectionsStay() throws Exception {
        HttpEndpoint started = start(settings(true));
        try (RawClient before = client(certificates.client("client"))) {
            assertThat(before.call("GET /", "").status()).isEqualTo(200);
            certificates.put("server.pem", "renewed.pem");
            started.followFiles();
            assertThat(log.warnings()).isEmpty();
            started.followFiles();
            assertThat(log.warnings()).singleElement().asString().contains("not the key of", "stay in force");
            started.followFiles();
            assertThat(log.warnings()).hasSize(1);
            try (SSLSocket socket = Certificates.connect(certificates.client("client"), started.address())) {
                assertThat(shown(socket.getSession())).isEqualTo("CN=first");
            }
            certificates.put("server.key", "renewed.key");
            started.followFiles();
            assertThat(log.lines()).anyMatch(line -> line.contains("taken up") && line.contains("CN=second"));
            try (SSLSocket socket = Certificates.connect(certificates.client("client"), started.address())) {
                assertThat(shown(socket.getSession())).isEqualTo("CN=second");
            }
            Answer answer = before.call("GET /", "");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.closes()).isFalse();
        }
    }

    @Test
    public void replacedAuthority_endsTheConnectionsOfTheFormerClients() throws Exception {
        HttpEndpoint started = start(settings(true));
        try (RawClient before = client(certificates.client("client"))) {
            assertThat(before.call("GET /", "").status()).isEqualTo(200);
            certificates.put("ca.pem", "other-ca.pem");
            started.followFiles();
            assertThat(before.call("GET /", "").closes()).isTrue();
        }
        SSLContext former = certificates.client("client");
        assertThatThrownBy(() -> client(former).call("GET /", "")).isInstanceOf(IOException.class);
        try (RawClient client = client(certificates.client("stranger"))) {
            assertThat(client.call("GET /", "").status()).isEqualTo(200);
        }
    }

    @Test
    public void requirementChanged_inPlace() throws Exception {
        EndpointSettings open = settings(false);
        HttpEndpoint started = start(open);
        SSLContext nobody = certificates.client(null);
        try (RawClient before = client(nobody)) {
            assertThat(before.call("GET /", "").status()).isEqualTo(200);
            started.change(open.with(certificates.settings(true)));
            Answer refused = before.call("POST /set_data", set("k", "v"));
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.closes()).isTrue();
            assertThat(cache.items).isEmpty();
        }
        assertThatThrownBy(() -> client(nobody).call("GET /", "")).isInstanceOf(IOException.class);
        try (RawClient known = client(certificates.client("client"))) {
            assertThat(known.call("POST /set_data", set("k", "v")).status()).isEqualTo(200);
        }
        started.change(open);
        try (RawClient after = client(nobody)) {
            assertThat(after.call("GET /", "").status()).isEqualTo(200);
        }
    }

    @Test
    public void unusableFiles_endpointDoesNotStart() throws Exception {
        certificates.put("server.key", "client.key");
        assertThatThrownBy(() -> start(settings(false))).hasMessageContaining("is not the key of");
        certificates.delete();
        assertThatThrownBy(() -> start(settings(false))).hasMessageContaining("server.pem");
    }

    @Test
    public void certificateNearItsEnd_toldOnceADay() throws Exception {
        Instant end = Instant.parse("2119-12-26T00:00:00Z");
        Instant[] now = {end.minus(Duration.ofDays(15))};
        InstantSource clock = () -> now[0];
        Tls tls = new Tls(certificates.settings(false), clock);
        tls.open();
        assertThat(log.warnings()).isEmpty();
        for (int hours = 0; hours < 24 * 3; hours++) {
            now[0] = end.minus(Duration.ofDays(13)).plus(Duration.ofHours(hours));
            tls.follow();
        }
        assertThat(log.warnings()).hasSize(3).allMatch(line -> line.contains("expires on 2119-12-26"));
        now[0] = end.plus(Duration.ofDays(5));
        tls.follow();
        assertThat(log.warnings().get(3)).contains("has expired");
    }
}
