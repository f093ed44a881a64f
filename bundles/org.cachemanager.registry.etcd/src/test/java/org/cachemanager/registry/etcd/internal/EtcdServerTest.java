package org.cachemanager.registry.etcd.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.cachemanager.api.peer.PeerAddress;
import org.cachemanager.api.registry.Registry;
import org.cachemanager.protocol.tls.TlsFiles;
import org.jspecify.annotations.Nullable;
import org.junit.After;
import org.junit.Rule;
import org.junit.Test;

/** Nodes that find each other through a real etcd, Debian's {@code etcd-server}. Without it these tests are skipped. */
public class EtcdServerTest {

    @Rule
    public final EtcdServer server = new EtcdServer();

    private final List<Member> members = new ArrayList<>();

    @After
    public void stop() {
        members.forEach(member -> member.membership.leave());
    }

    /** A node. */
    private final class Member {
        private final List<Set<PeerAddress>> reports = new CopyOnWriteArrayList<>();
        private final Registry.Membership membership;

        Member(int number, Node.@Nullable Credentials credentials, TlsFiles files) {
            Node node = TestNode.of(new UUID(number, number), address(number), credentials);
            membership = new EtcdRegistry(
                            server.time(), () -> new HttpGateway(server.endpoints(), new Trust(files)), node)
                    .join(reports::add);
            members.add(this);
        }

        void awaits(int... numbers) {
            Set<PeerAddress> all =
                    Arrays.stream(numbers).mapToObj(EtcdServerTest::address).collect(Collectors.toSet());
            await().atMost(EtcdServer.PATIENCE)
                    .untilAsserted(() -> assertThat(reports).last().isEqualTo(all));
        }
    }

    private static PeerAddress address(int number) {
        return new PeerAddress("10.0.0." + number, 8183, true);
    }

    private Member node(int number) {
        return new Member(number, null, TestNode.NO_FILES);
    }

    @Test
    public void nodes_findEachOther_asTheyCome() throws IOException {
        server.start();
        Member first = node(1);
        first.awaits(1);
        Member second = node(2);
        second.awaits(1, 2);
        first.awaits(1, 2);
        node(3).awaits(1, 2, 3);
        first.awaits(1, 2, 3);
    }

    @Test
    public void nodeThatLeaves_isWithdrawnAtOnce() throws IOException {
        server.start();
        Member first = node(1);
        Member second = node(2);
        second.awaits(1, 2);
        first.membership.leave();
        String range = "{\"key\":\"" + Json.base64(Node.Cluster.PREFIX + new UUID(1, 1)) + "\"}";
        await().atMost(EtcdServer.PATIENCE).untilAsserted(() -> assertThat(server.admin("/v3/kv/range", range))
                .doesNotContain("kvs"));
    }

    @Test
    public void server_thatIsAwayForAWhile_changesNothing_andIsUsedAgain() throws Exception {
        server.start();
        Member first = node(1);
        Member second = node(2);
        first.awaits(1, 2);
        second.awaits(1, 2);
        server.kill();
        Member third = node(3);
        server.start();
        third.awaits(1, 2, 3);
        first.awaits(1, 2, 3);
        assertThat(first.reports).doesNotContain(Set.of());
    }

    @Test
    public void server_thatHasLostItsData_getsItAgain() throws Exception {
        server.start();
        Member first = node(1);
        Member second = node(2);
        first.awaits(1, 2);
        second.awaits(1, 2);
        server.kill();
        server.loseData();
        server.start();
        Member third = node(3);
        third.awaits(1, 2, 3);
        first.awaits(1, 2, 3);
        assertThat(first.reports).hasSizeLessThanOrEqualTo(3);
    }

    @Test
    public void userAndPassword_letIn() throws IOException {
        server.start();
        server.enableAuthentication();
        Member stranger = node(1);
        Member wrong = new Member(2, new Node.Credentials("root", "x"), TestNode.NO_FILES);
        Member right = new Member(3, new Node.Credentials("root", "root"), TestNode.NO_FILES);
        right.awaits(3);
        assertThat(stranger.reports).isEmpty();
        assertThat(wrong.reports).isEmpty();
    }

    @Test
    public void certificates_letIn() throws Exception {
        server.speakTls();
        server.start(
                "--cert-file",
                file("server.pem").toString(),
                "--key-file",
                file("server.key").toString(),
                "--trusted-ca-file",
                file("ca.pem").toString(),
                "--client-cert-auth");
        TlsFiles own = new TlsFiles(file("client.pem"), file("client.key"), file("ca.pem"));
        Member right = new Member(1, null, own);
        Member stranger = new Member(2, null, new TlsFiles(null, null, file("ca.pem")));
        right.awaits(1);
        assertThat(stranger.reports).isEmpty();
    }

    private static Path file(String name) {
        return Path.of("src/test/resources/tls").resolve(name).toAbsolutePath();
    }
}
