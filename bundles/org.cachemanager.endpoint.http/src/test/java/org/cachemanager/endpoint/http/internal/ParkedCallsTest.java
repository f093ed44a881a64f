package org.cachemanager.endpoint.http.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.cachemanager.endpoint.http.internal.EndpointRule.get;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.cachemanager.endpoint.http.internal.FakeCache.Waiting;
import org.cachemanager.endpoint.http.internal.RawClient.Answer;
import org.junit.After;
import org.junit.Rule;
import org.junit.Test;

/** Calls that wait. */
public class ParkedCallsTest {

    private static final byte[] DATA = "made".getBytes(UTF_8);

    @Rule
    public final EndpointRule endpoint = new EndpointRule();

    @After
    public void nothingIsHeld() {
        await().untilAsserted(() -> {
            assertThat(endpoint.cache.itemsHeld).hasValue(0);
            assertThat(endpoint.endpoint().parkedCalls().size()).isZero();
        });
    }

    private Waiting parked() throws InterruptedException {
        Waiting waiting = requireNonNull(endpoint.cache.waiting.poll(5, SECONDS), "nobody waits");
        await().until(() -> endpoint.endpoint().parkedCalls().size() > 0);
        return waiting;
    }

    @Test
    public void answeredByAnotherThread_connectionStays() throws Exception {
        try (RawClient client = endpoint.client()) {
            for (int i = 0; i < 5; i++) {
                client.request("POST /get_data", get("k", "30"));
                parked().found(DATA);
                Answer found = client.answer();
                assertThat(found.body()).isEqualTo("{\"data\":\"made\",\"lock\":false,\"expiry\":1700000000}");
                assertThat(found.closes()).isFalse();
            }
        }
        await().untilAsserted(() -> assertThat(endpoint.cache.itemsReleased).hasValue(5));
    }

    @Test
    public void clientHangsUp_callCancelled() throws Exception {
        RawClient client = endpoint.client();
        client.request("POST /get_data", get("k", "30"));
        Waiting waiting = parked();
        client.close();

        assertThat(endpoint.cache.cancelled.poll(5, SECONDS)).isSameAs(waiting);
    }

    @Test
    public void clientResets_callCancelled() throws Exception {
        RawClient client = endpoint.client();
        client.request("POST /get_data", get("k", "30"));
        Waiting waiting = parked();
        client.socket.setSoLinger(true, 0);
        client.close();

        assertThat(endpoint.cache.cancelled.poll(5, SECONDS)).isSameAs(waiting);
    }

    @Test
    public void secondWaitOnOneConnection_hangUpNoticed() throws Exception {
        RawClient client = endpoint.client();
        client.request("POST /get_data", get("k", "30"));
        parked().locked();
        assertThat(client.answer().body()).contains("\"lock\":true");
        client.request("POST /get_data", get("k", "30"));
        Waiting waiting = parked();
        client.close();

        assertThat(endpoint.cache.cancelled.poll(5, SECONDS)).isSameAs(waiting);
    }

    /**
     * What was pipelined is either thrown away, and the connection closed, or not read before the answer, and served.
     */
    @Test
    public void pipelinedWhileParked_answeredThenClosedOrServed() throws Exception {
        try (RawClient client = endpoint.client()) {
            client.request("POST /get_data", get("k", "30"));
            Waiting waiting = parked();
            client.request("GET /", "");
            waiting.found(DATA);

            Answer found = client.answer();
            assertThat(found.body()).contains("made");
            if (found.closes()) {
                assertThat(client.rest()).isEmpty();
            } else {
                assertThat(client.answer().body()).isEqualTo("Cache Manager 1.0.0\n");
            }
        }
    }

    @Test
    public void pipelinedThenHungUp_callCancelled() throws Exception {
        RawClient client = endpoint.client();
        client.request("POST /get_data", get("k", "30"));
        Waiting waiting = parked();
        client.request("GET /", "");
        client.close();

        assertThat(endpoint.cache.cancelled.poll(5, SECONDS)).isSameAs(waiting);
    }

    @Test
    public void manyAnsweredAtOnce_noneWrittenByTheSetter() throws Exception {
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            clients.add(endpoint.client().request("POST /get_data", get("k", "30")));
        }
        await().until(() -> endpoint.cache.waiting.size() == 100);
        endpoint.cache.waiting.forEach(waiting -> waiting.found(DATA));
        for (RawClient client : clients) {
            assertThat(client.answer().body()).contains("made");
            client.close();
        }
        await().untilAsserted(() -> assertThat(endpoint.cache.itemsReleased).hasValue(100));
    }

    @Test
    public void stop_waitersToldAndNoThreadLeft() throws Exception {
        try (RawClient client = endpoint.client()) {
            client.request("POST /get_data", get("k", "30"));
            Waiting waiting = parked();

            endpoint.endpoint().stop();

            Answer answer = client.answer();
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.headers()).containsKey("retry-after");
            assertThat(client.rest()).isEmpty();
            assertThat(waiting.open).isFalse();
        }
        await().untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().startsWith("cachemanager-http")));
        assertThatThrownBy(() -> endpoint.client()).isInstanceOf(IOException.class);
    }
}
