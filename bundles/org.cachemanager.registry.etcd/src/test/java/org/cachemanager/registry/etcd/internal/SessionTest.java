package org.cachemanager.registry.etcd.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.cachemanager.api.peer.PeerAddress;
import org.cachemanager.testkit.ManualClock;
import org.jspecify.annotations.Nullable;
import org.junit.Test;

/** A session against a registry that does what the test says. */
public class SessionTest {

    private static final UUID REF = new UUID(1, 1);
    private static final PeerAddress HERE = new PeerAddress("10.0.0.1", 8183, true);
    private static final PeerAddress THERE = new PeerAddress("::1", 8182, false);

    private final ManualClock clock = new ManualClock();
    private final ScriptedGateway registry = new ScriptedGateway();
    private final List<Set<PeerAddress>> reports = new ArrayList<>();

    private Session session(@Nullable PeerAddress address, Node.@Nullable Credentials credentials) {
        Session session = new Session(clock, registry, TestNode.of(REF, address, credentials), reports::add);
        session.begin();
        return session;
    }

    private Session session() {
        return session(HERE, null);
    }

    private static String member(PeerAddress address) {
        return TestNode.announced(address);
    }

    private static String members(String... members) {
        return "{\"header\":{\"revision\":\"7\"},\"kvs\":[" + String.join(",", members) + "]}";
    }

    private void announced() {
        registry.answer("/v3/lease/grant", "{\"ID\":\"42\",\"TTL\":\"15\"}");
        registry.answer("/v3/kv/txn", "{\"succeeded\":true}");
    }

    @Test
    public void node_isAnnounced_theOthersReported_andWatched() {
        session();
        announced();
        registry.answer("/v3/kv/range", members(member(HERE), member(THERE)));
        assertThat(reports).containsExactly(Set.of(HERE, THERE));
        assertThat(registry.calls.peek().body()).contains("\"start_revision\":\"8\"");
        registry.calls.peek().answer().completed(ScriptedGateway.json("{\"result\":{\"created\":true}}"));
        registry.answer("watch", "{\"result\":{\"events\":[{\"type\":\"DELETE\"}]}}");
        registry.answer("/v3/kv/range", members(member(HERE)));
        assertThat(registry.calls).isEmpty();
        assertThat(reports).hasSize(1);
    }

    @Test
    public void registryThatIsAway_isTriedAgain_atTheNextEndpoint_withPausesThatGrow() {
        session();
        for (int i = 1; i <= 8; i++) {
            registry.expect("/v3/lease/grant").answer().failed("test", false);
            assertThat(registry.endpoint).isEqualTo(i);
            long least = Math.min(10_000, 100L << i) / 2;
            clock.advance(Duration.ofMillis(least - 1));
            assertThat(registry.calls).isEmpty();
            clock.advance(Duration.ofMillis(least + 2));
            assertThat(registry.calls).hasSize(1);
        }
        announced();
        registry.answer("/v3/kv/range", members(member(THERE)));
        assertThat(reports).containsExactly(Set.of(THERE));
        Gateway.Answer watch = registry.expect("watch").answer();
        keepAlive(Duration.ofSeconds(5));
        watch.failed("test", false);
        assertThat(registry.watches).isZero();
        clock.advance(Duration.ofMillis(201));
        registry.expect("/v3/lease/grant");
        assertThat(reports).hasSize(1);
    }

    @Test
    public void leaseThatIsLost_isGrantedAnew() {
        session();
        announced();
        registry.answer("/v3/kv/range", members());
        registry.expect("watch");
        clock.advance(Duration.ofSeconds(5));
        registry.answer("/v3/lease/keepalive", "{\"result\":{\"ID\":\"42\"}}");
        clock.advance(Duration.ofMillis(201));
        announced();
    }

    @Test
    public void nodeWithTheSameRef_isNotJoined() {
        session();
        registry.answer("/v3/lease/grant", "{\"ID\":\"42\"}");
        registry.answer("/v3/kv/txn", "{\"responses\":[{\"response_txn\":{}}]}");
        assertThat(reports).isEmpty();
        clock.advance(Duration.ofMillis(201));
        registry.answer("/v3/lease/grant", "{\"ID\":\"43\"}");
        registry.answer("/v3/kv/txn", "{\"responses\":[{\"response_txn\":{\"succeeded\":true}}]}");
        registry.answer("/v3/kv/range", members(member(HERE)));
        assertThat(reports).containsExactly(Set.of(HERE));
    }

    @Test
    public void user_isAuthenticated_andAgainWhenItsTokenIsRefused() {
        session(null, new Node.Credentials("u", "p\"\n"));
        assertThat(registry.answer("/v3/auth/authenticate", "{\"token\":\"t1\"}")
                        .body())
                .isEqualTo("{\"name\":\"u\",\"password\":\"p\\u0022\\u000a\"}");
        assertThat(registry.calls.peek().token()).isEqualTo("t1");
        registry.expect("/v3/kv/range").answer().failed("test", true);
        clock.advance(Duration.ofMillis(201));
        registry.answer("/v3/auth/authenticate", "{\"token\":\"t2\"}");
        assertThat(registry.expect("/v3/kv/range").token()).isEqualTo("t2");
        assertThat(new Node.Credentials("u", "secret").toString()).doesNotContain("secret");
    }

    @Test
    public void whoLeaves_givesTheLeaseBack_andHearsNothingMore() {
        Session session = session();
        announced();
        ScriptedGateway.Call range = registry.expect("/v3/kv/range");
        session.leave();
        session.leave();
        range.answer().completed(ScriptedGateway.json(members(member(THERE))));
        assertThat(reports).isEmpty();
        assertThat(registry.closed).isZero();
        assertThat(registry.answer("/v3/lease/revoke", "{}").body()).isEqualTo("{\"ID\":\"42\"}");
        assertThat(registry.closed).isEqualTo(1);
        clock.advance(Duration.ofMinutes(1));
        assertThat(registry.calls).isEmpty();
    }

    @Test
    public void timerThatFiresWhileItIsLeft_begins_nothing() {
        Session session = session();
        registry.fail("/v3/lease/grant", "test", false);
        session.leave();
        session.begin();
        assertThat(registry.calls).isEmpty();
    }

    @Test
    public void whoLeaves_isDoneWhenTheLeaseIsGivenBack() {
        Session session = session();
        announced();
        registry.calls.clear();
        session.leave();
        assertThat(session.ended()).isNotDone();
        registry.fail("/v3/lease/revoke", "test", true);
        assertThat(session.ended()).isDone();
    }

    @Test
    public void whoLeavesBeforeItHasALease_isDoneAtOnce() {
        Session session = session();
        session.leave();
        assertThat(session.ended()).isDone();
        assertThat(registry.closed).isEqualTo(1);
    }

    private Gateway.Answer watching(String... members) {
        announced();
        registry.answer("/v3/kv/range", members(members));
        return registry.expect("watch").answer();
    }

    private void keepAlive(Duration duration) {
        for (long i = 0; i < duration.toSeconds() / 5; i++) {
            clock.advance(Duration.ofSeconds(5));
            registry.keepAlive();
        }
    }

    @Test
    public void watchThatIsDeaf_isReplacedWithinAMinute() {
        session();
        Gateway.Answer deaf = watching(member(HERE));
        keepAlive(Duration.ofSeconds(60));
        registry.answer("/v3/kv/range", members(member(HERE), member(THERE)));
        assertThat(reports).last().isEqualTo(Set.of(HERE, THERE));
        Gateway.Answer fresh = registry.expect("watch").answer();
        assertThat(registry.watches).isEqualTo(1);

        deaf.failed("test", false);
        deaf.completed(ScriptedGateway.json("{\"result\":{\"events\":[{}]}}"));
        assertThat(registry.calls).isEmpty();
        fresh.completed(ScriptedGateway.json("{\"result\":{\"events\":[{}]}}"));
        registry.expect("/v3/kv/range");
    }

    @Test
    public void registryThatLosesItsData_doesNotDissolveTheCluster() {
        session();
        Gateway.Answer watch = watching(member(HERE), member(THERE));
        keepAlive(Duration.ofSeconds(55));
        watch.failed("test", false);
        clock.advance(Duration.ofMillis(201));
        announced();
        registry.answer("/v3/kv/range", members(member(HERE)));
        assertThat(reports).containsExactly(Set.of(HERE, THERE));
    }

    @Test
    public void memberThatVanishes_isDroppedAfterAMinute_thoughNothingElseChanges() {
        session();
        Gateway.Answer watch = watching(member(HERE), member(THERE));
        watch.completed(ScriptedGateway.json("{\"result\":{\"events\":[{}]}}"));
        registry.answer("/v3/kv/range", members(member(HERE)));
        keepAlive(Duration.ofSeconds(55));
        assertThat(reports).containsExactly(Set.of(HERE, THERE));
        keepAlive(Duration.ofSeconds(40));
        registry.calls.stream()
                .filter(call -> call.path().endsWith("range"))
                .toList()
                .forEach(call -> call.answer().completed(ScriptedGateway.json(members(member(HERE)))));
        assertThat(reports).containsExactly(Set.of(HERE, THERE), Set.of(HERE));
    }

    @Test
    public void floodOfChanges_isReadOneAtATime() {
        session();
        Gateway.Answer watch = watching(member(HERE));
        for (int i = 0; i < 1000; i++) {
            watch.completed(ScriptedGateway.json("{\"result\":{\"events\":[{}]}}"));
        }
        assertThat(registry.calls).hasSize(1);
        registry.answer("/v3/kv/range", members(member(HERE)));
        registry.answer("/v3/kv/range", members(member(HERE), member(THERE)));
        assertThat(registry.calls).isEmpty();
        assertThat(reports).last().isEqualTo(Set.of(HERE, THERE));
    }

    @Test
    public void nodeWithoutAnAddress_looksAgainEachMinute() {
        session(null, null);
        registry.answer("/v3/kv/range", members(member(THERE)));
        registry.expect("watch");
        clock.advance(Duration.ofSeconds(59));
        assertThat(registry.calls).isEmpty();
        clock.advance(Duration.ofSeconds(2));
        registry.answer("/v3/kv/range", members(member(HERE), member(THERE)));
        registry.expect("watch");
        assertThat(reports).containsExactly(Set.of(THERE), Set.of(HERE, THERE));
    }
}
