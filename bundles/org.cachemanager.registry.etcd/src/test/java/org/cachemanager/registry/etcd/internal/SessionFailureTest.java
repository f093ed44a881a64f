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
import org.junit.Rule;
import org.junit.Test;

/** A session whose registry is away, refuses it, or loses its leader. */
public class SessionFailureTest {

    private static final UUID REF = new UUID(1, 1);
    private static final PeerAddress HERE = new PeerAddress("10.0.0.1", 8183, true);
    private static final PeerAddress THERE = new PeerAddress("10.0.0.2", 8183, true);
    private static final Node.Credentials USER = new Node.Credentials("u", "p");
    private static final String ALL = "{\"header\":{\"revision\":\"7\"},\"kvs\":[" + TestNode.announced(HERE) + ","
            + TestNode.announced(THERE) + "]}";

    @Rule
    public final LogRule log = new LogRule();

    private final ManualClock clock = new ManualClock();
    private final ScriptedGateway registry = new ScriptedGateway();
    private final List<Set<PeerAddress>> reports = new ArrayList<>();

    private void begin(Node.@Nullable Credentials credentials) {
        new Session(clock, registry, TestNode.of(REF, HERE, credentials), reports::add).begin();
    }

    private void announced() {
        registry.answer("/v3/lease/grant", "{\"ID\":\"42\",\"TTL\":\"15\"}");
        registry.answer("/v3/kv/txn", "{\"succeeded\":true}");
        registry.answer("/v3/kv/range", ALL);
    }

    private Gateway.Answer watching() {
        announced();
        return registry.expect("watch").answer();
    }

    private void aBeatPasses() {
        clock.advance(Duration.ofSeconds(5));
        registry.keepAlive();
    }

    private void thePausePasses() {
        clock.advance(Duration.ofSeconds(10));
    }

    @Test
    public void absenceOfHours_keepsTheMembers_isTriedInMeasure_andEndsByItself() {
        begin(null);
        Gateway.Answer watch = watching();
        aBeatPasses();
        watch.failed("away", false);
        int attempts = 0;
        for (int second = 0; second < 6 * 3600; second++) {
            clock.advance(Duration.ofSeconds(1));
            for (ScriptedGateway.Call call : List.copyOf(registry.calls)) {
                registry.calls.remove(call);
                call.answer().failed("away", false);
                attempts++;
            }
        }
        // every five to ten seconds, after a handful at once
        assertThat(attempts).isBetween(6 * 360, 6 * 720 + 20);
        assertThat(reports).containsExactly(Set.of(HERE, THERE));
        assertThat(clock.scheduled()).isEqualTo(1);
        assertThat(log.warnings()).as("once an hour").hasSizeBetween(6, 7);

        thePausePasses();
        watching();
        aBeatPasses();
        assertThat(log.lines()).last().isEqualTo("The registry answers again.");
        assertThat(reports).hasSize(1);
    }

    @Test
    public void watchThatEndsAtOnce_timeAndAgain_isNoBusyLoop() {
        begin(null);
        int attempts = 0;
        for (int i = 0; i < 600; i++) {
            if (!registry.calls.isEmpty()) {
                watching().failed("ended", false);
                attempts++;
            }
            clock.advance(Duration.ofSeconds(1));
        }
        assertThat(attempts).isBetween(60, 130);
        assertThat(log.warnings()).hasSize(1);
    }

    @Test
    public void causeThatChanges_isToldAgain_andAgainAfterItHasGoneWell() {
        begin(null);
        for (String cause : List.of("refused", "refused", "permission denied", "refused", "permission denied")) {
            registry.fail("/v3/lease/grant", cause, false);
            thePausePasses();
        }
        assertThat(log.warnings()).hasSize(2).last().asString().endsWith("until it can: permission denied");
        watching();
        aBeatPasses();
        clock.advance(Duration.ofSeconds(5));
        registry.fail("/v3/lease/keepalive", "refused", false);
        assertThat(log.warnings()).hasSize(3);
    }

    @Test
    public void causesWithoutEnd_areBounded() {
        begin(null);
        for (int i = 0; i < 300; i++) {
            registry.fail("/v3/lease/grant", "cause " + i, false);
            thePausePasses();
        }
        assertThat(log.warnings()).hasSize(16);
    }

    @Test
    public void registryThatHangsInTheMiddle_isNotTakenForWell() {
        begin(null);
        for (int i = 0; i < 5; i++) {
            registry.answer("/v3/lease/grant", "{\"ID\":\"42\"}");
            registry.answer("/v3/kv/txn", "{\"succeeded\":true}");
            ScriptedGateway.Call range = registry.expect("/v3/kv/range");
            aBeatPasses();
            range.answer().failed("It has not answered", false);
            thePausePasses();
        }
        assertThat(log.lines()).hasSize(1);
    }

    @Test
    public void leaderLost_anyCallFails_andItGoesOn() {
        begin(USER);
        registry.answer("/v3/auth/authenticate", "{\"token\":\"t1\"}");
        watching();
        clock.advance(Duration.ofSeconds(5));
        registry.fail("/v3/lease/keepalive", "status 503: etcdserver: no leader", true);
        thePausePasses();
        registry.fail("/v3/auth/authenticate", "status 504: etcdserver: request timed out", true);
        assertThat(registry.endpoint).isEqualTo(2);
        thePausePasses();
        registry.answer("/v3/auth/authenticate", "{\"token\":\"t2\"}");
        watching();
        assertThat(reports).containsExactly(Set.of(HERE, THERE));
    }

    @Test
    public void refusalOfAnyKind_asksForAnotherToken() {
        begin(USER);
        registry.answer("/v3/auth/authenticate", "{\"token\":\"t1\"}");
        registry.fail("/v3/lease/grant", "status 400: etcdserver: revision of auth store is old", true);
        thePausePasses();
        registry.answer("/v3/auth/authenticate", "{\"token\":\"t2\"}");
        assertThat(registry.expect("/v3/lease/grant").token()).isEqualTo("t2");
    }

    @Test
    public void failureWithoutARefusal_keepsTheToken() {
        begin(USER);
        registry.answer("/v3/auth/authenticate", "{\"token\":\"t1\"}");
        registry.fail("/v3/lease/grant", "It has hung up.", false);
        thePausePasses();
        assertThat(registry.expect("/v3/lease/grant").token()).isEqualTo("t1");
    }

    @Test
    public void watchThatIsRefused_asksForAnotherToken_andSaysWhy() {
        begin(USER);
        registry.answer("/v3/auth/authenticate", "{\"token\":\"t1\"}");
        Gateway.Answer watch = watching();
        watch.completed(ScriptedGateway.json("{\"result\":{\"watch_id\":\"-1\",\"created\":true,\"canceled\":true,"
                + "\"cancel_reason\":\"rpc error: desc = etcdserver: invalid auth token\"}}"));
        assertThat(log.warnings()).singleElement().asString().endsWith("etcdserver: invalid auth token");
        thePausePasses();
        registry.expect("/v3/auth/authenticate");
    }

    @Test
    public void compactedRevision_isWatchedAnew() {
        begin(null);
        watching()
                .completed(ScriptedGateway.json("{\"result\":{\"header\":{\"revision\":\"9\"},\"canceled\":true,"
                        + "\"compact_revision\":\"9\"}}"));
        assertThat(registry.watches).isZero();
        thePausePasses();
        watching();
        assertThat(registry.watches).isEqualTo(1);
        assertThat(reports).containsExactly(Set.of(HERE, THERE));
    }

    @Test
    public void registryThatLetsEverybodyIn_isUsedWithoutAToken_untilItAsks() {
        begin(USER);
        for (int i = 0; i < 3; i++) {
            registry.fail("/v3/auth/authenticate", "status 412: etcdserver: authentication is not enabled", true);
            assertThat(registry.calls.peek().token()).isNull();
            watching().failed("test", false);
            thePausePasses();
        }
        assertThat(log.warnings())
                .filteredOn(line -> line.contains("lets everybody in"))
                .hasSize(1);
        registry.answer("/v3/auth/authenticate", "{\"token\":\"t\"}");
        assertThat(registry.expect("/v3/lease/grant").token()).isEqualTo("t");
    }
}
