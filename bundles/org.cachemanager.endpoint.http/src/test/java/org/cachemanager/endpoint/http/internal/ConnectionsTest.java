package org.cachemanager.endpoint.http.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.cachemanager.endpoint.http.internal.EndpointRule.set;

import java.net.StandardSocketOptions;
import java.util.ArrayList;
import java.util.List;
import org.cachemanager.api.peer.PeerService;
import org.cachemanager.testkit.ScriptedCache;
import org.junit.Rule;
import org.junit.Test;

/** What connections take of the cache's room, and what happens when there is none. */
public class ConnectionsTest {

    private static final String REF = "1d20de92-12bd-4067-8563-8d63e83429cc";
    private static final String GREETING = "{\"namespace\":\"n\",\"peer\":\"" + REF + "\",\"ref\":\"" + REF
            + "\",\"view\":1,\"epoch\":2,\"clock\":3,\"reported\":7,\"since\":-1,\"started\":5,\"begun\":6}";

    @Rule
    public final EndpointRule endpoint = new EndpointRule();

    @Test
    public void roomIsHeldForConnections_andGivenBack() throws Exception {
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            clients.add(endpoint.client());
            assertThat(clients.get(i).call("GET /", "").status()).isEqualTo(200);
        }
        assertThat(endpoint.cache.held).hasValueBetween(500L * Connections.BYTES, 700L * Connections.BYTES);
        for (RawClient client : clients) {
            client.close();
        }
        await().untilAsserted(() -> assertThat(endpoint.cache.held).hasValueLessThan(200L * Connections.BYTES));
    }

    @Test
    public void noRoomForAConnection_callsRefused_earlierOnesServed() throws Exception {
        try (RawClient early = endpoint.client()) {
            assertThat(early.call("POST /set_data", set("k", "v")).status()).isEqualTo(200);
            endpoint.cache.refusesHolds = true;
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                clients.add(endpoint.client());
                clients.get(i).request("POST /set_data", set("k", "v"));
            }
            List<RawClient.Answer> refused = new ArrayList<>();
            for (RawClient client : clients) {
                RawClient.Answer answer = client.answer();
                if (answer.status() != 200) {
                    refused.add(answer);
                }
            }
            assertThat(refused).singleElement().satisfies(answer -> {
                assertThat(answer.status()).isEqualTo(503);
                assertThat(answer.closes()).isTrue();
                assertThat(answer.body()).contains("no_room");
                assertThat(answer.headers()).containsKey("retry-after");
            });
            assertThat(early.call("POST /set_data", set("k", "v")).status()).isEqualTo(200);
            for (RawClient client : clients) {
                client.close();
            }
        }
        await().untilAsserted(() -> {
            try (RawClient later = endpoint.client()) {
                assertThat(later.call("POST /set_data", set("k", "v")).status()).isEqualTo(200);
            }
        });
    }

    @Test
    public void noRoomForAConnection_theNodeSaysThatItIsThere() throws Exception {
        ScriptedCache peers = new ScriptedCache();
        endpoint.services.bind((PeerService) peers);
        endpoint.cache.refusesHolds = true;
        try (RawClient client = endpoint.client()) {
            assertThat(client.call("GET /status", "").body()).contains("\"ref\"");
            assertThat(client.call("POST /peer/greet", GREETING).body()).contains(peers.ref.toString());
            assertThat(client.call("POST /set_data", set("k", "v")).status()).isEqualTo(503);
        }
    }

    @Test
    public void connection_isKeptAlive() throws Exception {
        try (RawClient client = endpoint.client()) {
            assertThat(client.call("GET /", "").status()).isEqualTo(200);
            assertThat(endpoint.endpoint().channels()).singleElement().satisfies(channel -> assertThat(
                            channel.getOption(StandardSocketOptions.SO_KEEPALIVE))
                    .isTrue());
        }
    }

    @Test
    public void roomAgain_connectionsServedAgain() throws Exception {
        endpoint.cache.refusesHolds = true;
        try (RawClient refused = endpoint.client()) {
            assertThat(refused.call("GET /", "").status()).isEqualTo(503);
        }
        endpoint.cache.refusesHolds = false;
        try (RawClient served = endpoint.client()) {
            assertThat(served.call("GET /", "").status()).isEqualTo(200);
        }
    }

    @Test
    public void otherCache_roomIsHeldThere_andGivenBackHere() throws Exception {
        try (RawClient client = endpoint.client()) {
            assertThat(client.call("GET /", "").status()).isEqualTo(200);
            assertThat(endpoint.cache.held).hasPositiveValue();
            FakeCache next = new FakeCache();
            endpoint.services.bind((org.cachemanager.api.Cache) next);

            await().untilAsserted(() -> {
                assertThat(next.held).hasPositiveValue();
                assertThat(endpoint.cache.held).hasValue(0);
            });
        }
    }
}
