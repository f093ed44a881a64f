package org.cachemanager.registry.etcd.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.cachemanager.api.peer.PeerAddress;
import org.cachemanager.api.registry.Registry;
import org.cachemanager.testkit.ManualClock;
import org.junit.Before;
import org.junit.Test;

/** The end of the client, against a registry that answers when the test lets it. */
public class EtcdRegistryTest {

    private static final PeerAddress HERE = new PeerAddress("10.0.0.1", 8183, true);

    private final ScriptedGateway gateway = new ScriptedGateway();
    private final EtcdRegistry registry =
            new EtcdRegistry(new ManualClock(), () -> gateway, TestNode.of(new UUID(1, 1), HERE, null));
    private Registry.Membership membership = () -> {};

    @Before
    public void join() {
        membership = registry.join(members -> {});
        gateway.answer("/v3/lease/grant", "{\"ID\":\"42\"}");
        gateway.expect("/v3/kv/txn");
    }

    private void assertStopWaitsForTheRevoke() {
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(registry::stop);
        await().atMost(20, TimeUnit.SECONDS).until(() -> !gateway.calls.isEmpty());
        assertThat(stopped).isNotDone();
        gateway.answer("/v3/lease/revoke", "{}");
        assertThat(stopped).succeedsWithin(20, TimeUnit.SECONDS);
    }

    @Test
    public void stop_waitsUntilWhatWasAnnouncedIsWithdrawn() {
        assertStopWaitsForTheRevoke();
    }

    @Test
    public void stop_waitsForWhatWasLeftBefore() {
        membership.leave();
        assertStopWaitsForTheRevoke();
    }

    @Test
    public void stop_withNothingLeftToWithdraw_returnsAtOnce() {
        membership.leave();
        gateway.answer("/v3/lease/revoke", "{}");
        registry.stop();
        assertThat(gateway.closed).isEqualTo(1);
    }
}
