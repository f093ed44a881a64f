package org.cachemanager.registry.etcd.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.cachemanager.api.peer.PeerAddress;
import org.cachemanager.testkit.ManualClock;
import org.junit.Rule;
import org.junit.Test;

/** What may be announced, and what is made of it. */
public class MembersTest {

    private static final PeerAddress SECURE = new PeerAddress("10.0.0.1", 8183, true);
    private static final PeerAddress PLAIN = new PeerAddress("10.0.0.2", 8182, false);

    @Rule
    public final LogRule log = new LogRule();

    private final ManualClock clock = new ManualClock();

    private static Members take(Members members, String... kvs) {
        members.take(ScriptedGateway.json("{\"kvs\":[" + String.join(",", kvs) + "]}"));
        return members;
    }

    private Members members(boolean tlsRequired) {
        return new Members(clock, new Node.Cluster(Node.Cluster.PREFIX, tlsRequired));
    }

    private static String[] announced(PeerAddress... addresses) {
        return Arrays.stream(addresses).map(TestNode::announced).toArray(String[]::new);
    }

    @Test
    public void plainMember_whereTlsIsRequired_isLeftOut_andToldOnce() {
        Members members = members(true);
        take(members, announced(SECURE, PLAIN));
        take(members, announced(SECURE, PLAIN));
        assertThat(members.news()).containsExactly(Set.of(SECURE));
        assertThat(log.warnings())
                .containsExactly("http://10.0.0.2:8182 is announced without TLS and is left out, since this node is"
                        + " called by TLS: have that node announce its https_server (registry.advertise), or this one"
                        + " its http_server.");
        assertThat(take(members(false), announced(SECURE, PLAIN)).news()).containsExactly(Set.of(SECURE, PLAIN));
    }

    @Test
    public void plainMember_onLoopback_isOneNevertheless() {
        PeerAddress[] loopback = {
            new PeerAddress("127.0.0.1", 1, false),
            new PeerAddress("127.255.0.9", 1, false),
            new PeerAddress("::1", 1, false),
            new PeerAddress("0:0:0:0:0:0:0:1", 1, false),
            new PeerAddress("LocalHost", 1, false)
        };
        assertThat(take(members(true), announced(loopback)).news()).containsExactly(Set.of(loopback));
    }

    @Test
    public void plainMember_thatOnlyLooksLikeLoopback_isLeftOut() {
        for (String host : List.of(
                "127.0.0.1.example.com",
                "127.0.0.999",
                "127.1",
                "localhost.example.com",
                "x127.0.0.1",
                "0.0.0.0",
                "::2",
                "::",
                "::1%eth0")) {
            assertThat(take(members(true), announced(new PeerAddress(host, 1, false)))
                            .news())
                    .as(host)
                    .isEmpty();
        }
    }

    @Test
    public void garbage_isLeftOut_andToldOnce() {
        List<String> values = List.of(
                "",
                "[]",
                "{\"port\":1}",
                "{\"host\":\"a\",\"port\":4294967297}",
                "{\"host\":\"a\",\"port\":0}",
                "{\"host\":\"a\",\"port\":65536}",
                "{\"host\":\"a\",\"port\":-1}",
                "{\"host\":\"a b\\r\\n\",\"port\":1}",
                "{\"host\":\"[::1]\",\"port\":1}",
                "{\"host\":\"a/b@c\",\"port\":1}",
                "{\"host\":\"" + "a".repeat(300) + "\",\"port\":1}");
        List<String> kvs =
                new ArrayList<>(values.stream().map(TestNode::garbage).toList());
        kvs.addAll(List.of("{}", "{\"value\":\"%\"}", "{\"value\":5,\"key\":[]}", "5"));
        kvs.add(TestNode.announced(SECURE));
        Members members = take(members(false), kvs.toArray(String[]::new));
        assertThat(members.news()).containsExactly(Set.of(SECURE));
        take(members, kvs.toArray(String[]::new));
        assertThat(log.warnings())
                .containsExactly("What stands at /cachemanager/nodes/x is no address of a node; it is left out.");
    }

    @Test
    public void garbageOfManyNames_isToldABoundedNumberOfTimes_inPlainCharacters() {
        String[] kvs = IntStream.range(0, 999)
                .mapToObj(i -> TestNode.at(Json.base64(Node.Cluster.PREFIX + "\u001b\n" + i + "é".repeat(500)), "x"))
                .toArray(String[]::new);
        take(members(false), kvs);
        assertThat(log.warnings()).hasSize(16).allSatisfy(line -> assertThat(line)
                .matches("[ -~…]{1,300}"));
        clock.advance(Duration.ofHours(1));
        take(members(false), kvs);
        assertThat(log.warnings()).hasSize(32);
    }

    @Test
    public void addressOfTwo_isOneMember() {
        String value = TestNode.of(new UUID(1, 1), SECURE, null).value();
        String[] both = {
            TestNode.at(TestNode.of(new UUID(1, 1), SECURE, null).key(), value),
            TestNode.at(TestNode.of(new UUID(2, 2), SECURE, null).key(), value)
        };
        assertThat(take(members(false), both).news()).containsExactly(Set.of(SECURE));
        assertThat(log.warnings()).isEmpty();
    }

    @Test
    public void clusterBelowThisOnesPrefix_isAnother() {
        String value = TestNode.of(new UUID(1, 1), SECURE, null).value();
        String below = TestNode.at(Json.base64(Node.Cluster.PREFIX + "b/" + new UUID(1, 1)), value);
        assertThat(take(members(false), below).news()).isEmpty();
        assertThat(new Node(new UUID(1, 1), SECURE, null, new Node.Cluster("/b/", false)).key())
                .isEqualTo(Json.base64("/b/" + new UUID(1, 1)));
        assertThat(new Node.Cluster("/b/", false).range())
                .isEqualTo("\"key\":\"" + Json.base64("/b/") + "\",\"range_end\":\"" + Json.base64("/b0") + '"');
    }

    @Test
    public void membersThatComeAndGoWithoutEnd_areBounded() {
        Members members = members(false);
        for (int round = 0; round < 20; round++) {
            int port = 1 + round * 1000;
            take(
                    members,
                    announced(IntStream.range(port, port + 1000)
                            .mapToObj(each -> new PeerAddress("a", each, true))
                            .toArray(PeerAddress[]::new)));
        }
        assertThat(members.news()).singleElement().satisfies(all -> assertThat(all)
                .hasSize(2 * Members.MOST)
                .contains(new PeerAddress("a", 19_001, true), new PeerAddress("a", 18_001, true))
                .doesNotContain(new PeerAddress("a", 1, true)));
    }

    @Test
    public void moreThanWereAskedFor_areLeftOut_andTold() {
        Members members = members(false);
        PeerAddress[] many = IntStream.rangeClosed(1, Members.MOST + 5)
                .mapToObj(port -> new PeerAddress("a", port, true))
                .toArray(PeerAddress[]::new);
        take(members, announced(many));
        take(members, announced(many));
        assertThat(members.news()).singleElement().satisfies(all -> assertThat(all)
                .hasSize(Members.MOST));
        assertThat(log.warnings())
                .containsExactly(
                        "More than 1000 nodes are announced below /cachemanager/nodes/; the others are left out.");
    }

    @Test
    public void asManyAsAreRead_oneOfThemTwice_areNotTooMany() {
        PeerAddress[] all = IntStream.rangeClosed(1, Members.MOST + 1)
                .mapToObj(port -> new PeerAddress("a", Math.min(port, Members.MOST), true))
                .toArray(PeerAddress[]::new);
        assertThat(take(members(false), announced(all)).news()).singleElement().satisfies(each -> assertThat(each)
                .hasSize(Members.MOST));
        assertThat(log.warnings()).isEmpty();
    }

    @Test
    public void moreThanAreRead_isTold() {
        members(false).take(ScriptedGateway.json("{\"more\":true}"));
        assertThat(log.warnings())
                .containsExactly(
                        "More than 1000 nodes are announced below /cachemanager/nodes/; the others are left" + " out.");
    }
}
