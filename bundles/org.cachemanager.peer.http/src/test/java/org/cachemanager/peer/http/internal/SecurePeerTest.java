package org.cachemanager.peer.http.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLServerSocket;
import org.cachemanager.api.Call;
import org.cachemanager.api.Data;
import org.cachemanager.api.Namespace;
import org.cachemanager.api.peer.PeerAddress;
import org.cachemanager.api.peer.PeerCall;
import org.cachemanager.protocol.tls.TlsFiles;
import org.cachemanager.testkit.Outcome;
import org.cachemanager.testkit.ScriptedCache;
import org.cachemanager.testkit.TestRoom;
import org.jspecify.annotations.Nullable;
import org.junit.After;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Calls over TLS: who trusts whom, and certificates that change. */
public class SecurePeerTest {

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final ScriptedCache cache = new ScriptedCache();
    private final Outcome outcome = new Outcome();
    private @Nullable PeerServer server;
    private @Nullable HttpPeerTransport transport;

    @After
    public void stop() {
        if (transport != null) {
            transport.stop();
        }
        if (server != null) {
            server.close();
        }
    }

    /** A file of the tests under a name in the folder. */
    private Path put(String name, String from) throws IOException {
        Path file = folder.getRoot().toPath().resolve(name);
        try (InputStream in = Objects.requireNonNull(SecurePeerTest.class.getResourceAsStream("/tls/" + from))) {
            Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
        }
        return file;
    }

    private Settings settings(String ca, String client) throws IOException {
        return new Settings(
                ca.isEmpty() ? "" : put("own-ca.pem", ca + ".pem").toString(),
                client.isEmpty() ? "" : put("own.pem", client + ".pem").toString(),
                client.isEmpty() ? "" : put("own.key", client + ".key").toString());
    }

    private HttpPeerTransport start(Settings settings) {
        HttpPeerTransport started = new HttpPeerTransport(settings);
        transport = started;
        return started;
    }

    private PeerAddress serve() throws IOException {
        TlsFiles files =
                new TlsFiles(put("server.pem", "server.pem"), put("server.key", "server.key"), put("ca.pem", "ca.pem"));
        SSLServerSocket listening = (SSLServerSocket)
                files.read().context().getServerSocketFactory().createServerSocket(0, 200);
        listening.setNeedClientAuth(true);
        PeerServer running = new PeerServer(listening, true, cache);
        server = running;
        return running.address();
    }

    private static PeerCall call(PeerAddress peer) {
        return new PeerCall(peer, Namespace.of("n".getBytes(UTF_8)), Data.of("k".getBytes(UTF_8)), new TestRoom());
    }

    private String get(PeerAddress peer) throws InterruptedException {
        Objects.requireNonNull(transport).get(call(peer), Duration.ZERO, outcome);
        return outcome.await();
    }

    @Test
    public void calls_ofAnySize_overOneConnection() throws Exception {
        PeerAddress peer = serve();
        HttpPeerTransport own = start(settings("ca", "client"));
        byte[] large = new byte[3_000_000];
        Arrays.fill(large, (byte) 'x');
        own.set(call(peer), Data.of(large), 60, outcome.reply());
        assertThat(outcome.await()).isEqualTo("completed 3000000");
        for (int i = 0; i < 20; i++) {
            assertThat(get(peer)).isEqualTo("found");
            assertThat(outcome.item().data().toByteArray()).isEqualTo(large);
            outcome.item().release();
        }
        assertThat(Objects.requireNonNull(server).accepted.get()).isLessThanOrEqualTo(2);
    }

    @Test
    public void cancel_whileItWaits_isSeenByThePeer() throws Exception {
        PeerAddress peer = serve();
        Call call = start(settings("ca", "client")).get(call(peer), Duration.ofMinutes(10), outcome);
        assertThat(cache.waiting.poll(20, TimeUnit.SECONDS)).isNotNull();
        assertThat(call.cancel()).isTrue();
        assertThat(cache.cancelled.poll(20, TimeUnit.SECONDS)).isNotNull();
        assertThat(outcome.isSilent()).isTrue();
    }

    /** The peer's word that it refuses this node may be lost with the connection: see the README. */
    @Test
    public void own_certificate_ofAnotherCaOrNone_isNotAccepted() throws Exception {
        PeerAddress peer = serve();
        for (String client : new String[] {"", "stranger"}) {
            HttpPeerTransport own = start(settings("ca", client));
            assertThat(get(peer)).as(client).isIn("failed REFUSED", "failed UNAVAILABLE");
            assertThat(cache.asked).isEmpty();
            own.stop();
        }
    }

    @Test
    public void peersCertificate_ofAnotherCa_isRefused() throws Exception {
        PeerAddress peer = serve();
        String[][] cases = {{"other-ca", "client"}, {"", "client"}};
        for (String[] each : cases) {
            HttpPeerTransport own = start(settings(each[0], each[1]));
            for (int i = 0; i < 30; i++) {
                assertThat(get(peer)).as(String.join(", ", each)).isEqualTo("failed REFUSED");
            }
            own.stop();
        }
    }

    @Test
    public void plainPeer_calledOverTls_isUnavailable() throws Exception {
        PeerServer plain = PeerServer.plain(cache);
        server = plain;
        HttpPeerTransport own = start(settings("ca", "client"));
        own.get(call(new PeerAddress("127.0.0.1", plain.address().port(), true)), Duration.ZERO, outcome);
        await().until(() -> {
            plain.dropConnections();
            return !outcome.isSilent();
        });
        assertThat(outcome.await()).isEqualTo("failed UNAVAILABLE");
    }

    @Test
    public void files_thatCantBeUsed_areRefusedUntilTheyCan() throws Exception {
        PeerAddress peer = serve();
        Settings settings = settings("ca", "client");
        Path key = Path.of(settings.client_key());
        Files.writeString(key, "nothing");
        start(settings);
        assertThat(get(peer)).isEqualTo("failed REFUSED");
        put("own.key", "client.key");
        await().until(() -> get(peer).equals("absent"));
    }

    @Test
    public void configure_otherFiles_areUsedFromThenOn() throws Exception {
        PeerAddress peer = serve();
        HttpPeerTransport own = start(settings("ca", "client"));
        assertThat(get(peer)).isEqualTo("absent");
        own.configure(Settings.NONE);
        assertThat(get(peer)).isEqualTo("failed REFUSED");
        own.configure(settings("ca", "client"));
        assertThat(get(peer)).isEqualTo("absent");
    }
}
