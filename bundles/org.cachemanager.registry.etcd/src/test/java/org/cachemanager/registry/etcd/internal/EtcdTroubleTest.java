package org.cachemanager.registry.etcd.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.cachemanager.api.peer.PeerAddress;
import org.cachemanager.protocol.tls.TlsFiles;
import org.jspecify.annotations.Nullable;
import org.junit.After;
import org.junit.Rule;
import org.junit.Test;

/** A node and a real etcd that hangs, changes its users, or is left in haste. Skipped where there is no etcd. */
public class EtcdTroubleTest {

    private static final UUID REF = new UUID(1, 1);
    private static final PeerAddress HERE = new PeerAddress("10.0.0.1", 8183, true);
    private static final PeerAddress MOVED = new PeerAddress("10.0.0.9", 8183, true);
    private static final Node.Credentials ROOT = new Node.Credentials("root", "root");

    @Rule
    public final EtcdServer server = new EtcdServer();

    @Rule
    public final LogRule log = new LogRule();

    private final List<Set<PeerAddress>> reports = new CopyOnWriteArrayList<>();
    private final List<EtcdRegistry> registries = new ArrayList<>();

    @After
    public void stop() throws IOException {
        server.signal("CONT");
        registries.forEach(EtcdRegistry::stop);
    }

    private EtcdRegistry join(
            PeerAddress address, Node.@Nullable Credentials credentials, TlsFiles files, URI... more) {
        List<URI> endpoints = new ArrayList<>(List.of(more));
        endpoints.add(URI.create(server.url()));
        EtcdRegistry registry = new EtcdRegistry(
                server.time(),
                () -> new HttpGateway(endpoints, new Trust(files)),
                TestNode.of(REF, address, credentials));
        registries.add(registry);
        registry.join(reports::add);
        return registry;
    }

    private void awaits(PeerAddress... addresses) {
        await().atMost(EtcdServer.PATIENCE)
                .untilAsserted(() -> assertThat(reports).last().isEqualTo(Set.of(addresses)));
    }

    /** What stands at this node's key. */
    private String announced() {
        return server.admin(
                "/v3/kv/range", "{\"key\":\"" + TestNode.of(REF, HERE, null).key() + "\"}");
    }

    @Test
    public void stop_returnsWhenWhatWasAnnouncedIsGone() throws IOException {
        server.start();
        EtcdRegistry registry = join(HERE, null, TestNode.NO_FILES);
        awaits(HERE);
        assertThat(announced()).contains("kvs");
        registry.stop();
        assertThat(announced()).doesNotContain("kvs");
    }

    @Test
    public void stop_withoutAnAnswer_takesNoMoreThanASecond() throws IOException {
        server.start();
        EtcdRegistry registry = join(HERE, null, TestNode.NO_FILES);
        awaits(HERE);
        server.signal("STOP");
        long begun = System.nanoTime();
        registry.stop();
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(3));
        assertThat(log.lines()).last().asString().startsWith("The registry does not answer;");
    }

    @Test
    public void addressThatChanges_isAnnouncedAtOnce_withoutACopiedDirectoryBeingSuspected() throws IOException {
        server.start();
        assertThat(announced()).doesNotContain("kvs");
        EtcdRegistry former = join(HERE, null, TestNode.NO_FILES);
        awaits(HERE);
        former.stop();
        join(MOVED, null, TestNode.NO_FILES);
        awaits(MOVED);
        assertThat(log.warnings()).isEmpty();
    }

    @Test
    public void endpointThatHangs_isPassedOver() throws IOException {
        server.start();
        try (ServerSocket deaf = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            join(HERE, null, TestNode.NO_FILES, URI.create("http://127.0.0.1:" + deaf.getLocalPort()));
            awaits(HERE);
            assertThat(log.warnings())
                    .singleElement()
                    .asString()
                    .endsWith("http://127.0.0.1:" + deaf.getLocalPort() + ": It has not answered within 5000 ms.");
        }
    }

    @Test
    public void serverThatHangsForAWhile_isUsedAgain() throws IOException {
        server.start();
        join(HERE, null, TestNode.NO_FILES);
        awaits(HERE);
        server.signal("STOP");
        await().atMost(EtcdServer.PATIENCE)
                .untilAsserted(() -> assertThat(log.warnings()).isNotEmpty());
        server.signal("CONT");
        await().atMost(EtcdServer.PATIENCE)
                .untilAsserted(() -> assertThat(log.lines()).contains("The registry answers again."));
        assertThat(reports).containsExactly(Set.of(HERE));
        assertThat(announced()).contains("kvs");
    }

    @Test
    public void tokenThatExpires_isReplaced() throws IOException {
        server.start("--auth-token-ttl", "1");
        server.enableAuthentication();
        join(HERE, ROOT, TestNode.NO_FILES);
        awaits(HERE);
        // longer than the token lasts when nobody uses it, as nobody does while the members stay
        await().pollInterval(Duration.ofSeconds(3)).atMost(EtcdServer.PATIENCE).untilAsserted(() -> {
            putAsRoot(MOVED);
            assertThat(log.warnings()).singleElement().asString().contains("invalid auth token");
        });
        awaits(HERE, MOVED);
    }

    private void putAsRoot(PeerAddress address) {
        Node other = TestNode.of(new UUID(2, 2), address, null);
        server.adminAs(
                "root",
                "/v3/kv/put",
                "{\"key\":\"" + other.key() + "\",\"value\":\"" + Json.base64(other.value()) + "\"}");
    }

    @Test
    public void userThatNobodyAsksFor_isNotUsed_untilItIsAskedFor() throws IOException {
        server.start();
        assertThat(announced()).doesNotContain("kvs");
        join(HERE, ROOT, TestNode.NO_FILES);
        awaits(HERE);
        assertThat(log.warnings()).singleElement().asString().startsWith("The registry lets everybody in");
        server.enableAuthentication();
        putAsRoot(MOVED);
        awaits(HERE, MOVED);
    }

    @Test
    public void certificate_halfWrittenAtTheStart_isTakenUpWhenItIsWhole() throws IOException {
        server.speakTls();
        server.start(
                "--cert-file",
                file("server.pem").toString(),
                "--key-file",
                file("server.key").toString(),
                "--trusted-ca-file",
                file("ca.pem").toString(),
                "--client-cert-auth");
        Path cert = server.getRoot().toPath().resolve("client.pem");
        Files.writeString(cert, Files.readString(file("client.pem")).substring(0, 100));
        join(HERE, null, new TlsFiles(cert, file("client.key"), file("ca.pem")));
        await().atMost(EtcdServer.PATIENCE)
                .untilAsserted(() ->
                        assertThat(log.warnings()).singleElement().asString().contains("client.pem holds no"));
        Files.copy(file("client.pem"), cert, StandardCopyOption.REPLACE_EXISTING);
        awaits(HERE);
    }

    private static Path file(String name) {
        return Path.of("src/test/resources/tls").resolve(name).toAbsolutePath();
    }
}
