package org.cachemanager.endpoint.http.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;
import static org.cachemanager.endpoint.http.internal.EndpointRule.get;
import static org.cachemanager.endpoint.http.internal.EndpointRule.set;

import org.cachemanager.endpoint.http.internal.RawClient.Answer;
import org.cachemanager.protocol.Limits;
import org.junit.After;
import org.junit.Rule;
import org.junit.Test;

/** Bodies and answers that are large. */
public class BodiesTest {

    private static final int LARGE = 700_000;

    @Rule
    public final EndpointRule endpoint = new EndpointRule();

    @After
    public void nothingIsHeld() {
        await().untilAsserted(() -> {
            assertThat(endpoint.cache.itemsHeld).hasValue(0);
            assertThat(endpoint.cache.reserved).hasValue(0);
        });
    }

    private static String head(String more) {
        return "POST /set_data HTTP/1.1\r\nHost: x\r\n" + more + "\r\n\r\n";
    }

    private static String chunk(String data) {
        return Integer.toHexString(data.length()) + "\r\n" + data + "\r\n";
    }

    @Test
    public void largeItem_inAndOut() throws Exception {
        String data = "0123456789".repeat(LARGE / 10);
        try (RawClient client = endpoint.client()) {
            assertThat(client.call("POST /set_data", set("k", data)).body()).isEqualTo("\"ok\"");
            assertThat(endpoint.cache.mostReserved).hasValueGreaterThan(LARGE);
            Answer found = client.call("POST /get_data", get("k", "0"));
            assertThat(found.body()).isEqualTo("{\"data\":\"" + data + "\",\"lock\":false,\"expiry\":1700000000}");
            assertThat(client.call("GET /", "").status()).isEqualTo(200);
        }
        await().untilAsserted(() -> assertThat(endpoint.cache.itemsReleased).hasValue(1));
    }

    @Test
    public void itemThatIsNotLent_copiedInPartsAsLargeAsThereIsRoomFor() throws Exception {
        endpoint.cache.lendsPieces = false;
        String data = "0123456789".repeat(LARGE / 10);
        int taken = 0;
        try (RawClient client = endpoint.client()) {
            client.call("POST /set_data", set("k", data));
            assertThat(client.call("POST /get_data", get("k", "0")).body()).contains('"' + data + '"');
            while (Copies.take(LARGE)) {
                taken++;
            }
            assertThat(client.call("POST /get_data", get("k", "0")).body()).contains('"' + data + '"');
            assertThat(client.call("GET /", "").status()).isEqualTo(200);
        } finally {
            Copies.giveBack(taken * LARGE);
        }
        assertThat(taken).as("what was taken before was given back").isEqualTo(5);
    }

    @Test
    public void itemsAroundTheSizeOfOneBuffer_comeBackWhole() throws Exception {
        try (RawClient client = endpoint.client()) {
            for (int length = 64 * 1024 - 60; length < 64 * 1024 + 4; length += 3) {
                String data = "x".repeat(length);
                client.call("POST /set_data", set("k", data));
                assertThat(client.call("POST /get_data", get("k", "0")).body()).hasSize(length + 44);
            }
        }
    }

    @Test
    public void largeChunkedItem_reservedAsItGrows() throws Exception {
        String data = "x".repeat(LARGE);
        try (RawClient client = endpoint.client()) {
            client.send(head("Transfer-Encoding: chunked"))
                    .send(chunk("{\"namespace\":\"n\",\"key\":\"k\",\"data\":\""));
            client.send(chunk(data.substring(0, 20_000))).send(chunk(data.substring(20_000)));
            client.send(chunk("\",\"ttl\":60}") + "0\r\n\r\n");
            assertThat(client.answer().body()).isEqualTo("\"ok\"");
            assertThat(endpoint.cache.mostReserved).hasValueGreaterThan(LARGE);
            assertThat(endpoint.cache.items.get("n|k")).hasSize(LARGE);
        }
    }

    @Test
    public void announcedTooLarge_refusedBeforeItIsSent() throws Exception {
        try (RawClient client = endpoint.client()) {
            client.send(head("Content-Length: 2000000000"));
            Answer refused = client.answer();
            assertThat(refused.status()).isEqualTo(413);
            assertThat(refused.body()).contains("too_large");
            assertThat(refused.closes()).isTrue();
        }
        try (RawClient client = endpoint.client()) {
            client.send(head("Content-Length: 2000000000\r\nExpect: 100-continue"));
            assertThat(client.answer().status()).isEqualTo(413);
            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    public void tooLarge_clientThatSendsAllFirst_getsTheAnswer() throws Exception {
        try (RawClient client = endpoint.client()) {
            client.request("POST /set_data", set("k", "x".repeat(5_000_000)));
            assertThat(client.answer().status()).isEqualTo(413);
            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    public void grownTooLarge_refused() throws Exception {
        try (RawClient client = endpoint.client()) {
            client.send(head("Transfer-Encoding: chunked"));
            String part = chunk("x".repeat(100_000));
            for (int i = 0; i < 20; i++) {
                client.send(part);
            }
            assertThat(client.answer().status()).isEqualTo(413);
        }
        assertThat(endpoint.cache.mostReserved)
                .hasValueLessThanOrEqualTo(endpoint.cache.maxItemBytes + Limits.MAX_BYTES_WITHOUT_DATA);
    }

    @Test
    public void largeGetBody_refused() throws Exception {
        try (RawClient client = endpoint.client()) {
            client.request("POST /get_data", " ".repeat(Limits.MAX_BYTES_WITHOUT_DATA + 1));
            assertThat(client.answer().status()).isEqualTo(413);
        }
    }

    @Test
    public void noRoom_refusedWith503_smallOnesServed() throws Exception {
        endpoint.cache.refusesReservations = true;
        try (RawClient client = endpoint.client()) {
            client.request("POST /set_data", set("k", "x".repeat(LARGE)));
            Answer refused = client.answer();
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.body()).contains("no_room");
            assertThat(refused.headers()).containsKey("retry-after");
            assertThat(client.rest()).isEmpty();
        }
        try (RawClient client = endpoint.client()) {
            assertThat(client.call("POST /set_data", set("k", "v")).status()).isEqualTo(200);
        }
    }

    @Test
    public void badLargeBody_roomGivenBack() throws Exception {
        try (RawClient client = endpoint.client()) {
            assertThat(client.call("POST /set_data", "x".repeat(LARGE)).body()).contains("bad_json");
            assertThat(client.call("GET /", "").status()).isEqualTo(200);
        }
    }

    @Test
    public void clientLeavesDuringUpload_roomGivenBack() throws Exception {
        try (RawClient client = endpoint.client()) {
            client.send(head("Content-Length: " + LARGE) + "{");
            await().untilAsserted(() -> assertThat(endpoint.cache.reserved).hasValue(LARGE));
        }
    }

    @Test
    public void portInUse_messageSaysWhatToDo() throws Exception {
        int port = endpoint.endpoint().address().getPort();
        HttpEndpoint second =
                new HttpEndpoint(EndpointSettings.of("127.0.0.1", port), endpoint.services, "Cache Manager 1.0.0");
        assertThat(catchThrowable(second::start))
                .hasMessageContaining("Cannot listen on 127.0.0.1:" + port)
                .hasMessageContaining("another http_server port");
    }
}
