package org.cachemanager.endpoint.http.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.cachemanager.endpoint.http.internal.EndpointRule.get;

import java.time.Duration;
import org.cachemanager.endpoint.http.internal.FakeCache.Waiting;
import org.junit.Rule;
import org.junit.Test;

/** What is cut off for being slow, and what is not. */
public class TimeOutsTest {

    @Rule
    public final EndpointRule endpoint = new EndpointRule(Duration.ofMillis(1000), Duration.ofMillis(700));

    @Test
    public void waitLongerThanTheIdleTimeOut_answered() throws Exception {
        try (RawClient client = endpoint.client()) {
            client.request("POST /get_data", get("k", "30"));
            Waiting waiting = requireNonNull(endpoint.cache.waiting.poll(5, SECONDS), "nobody waits");
            long since = System.nanoTime();
            await().pollInterval(Duration.ofMillis(100))
                    .until(() ->
                            System.nanoTime() - since > Duration.ofMillis(2500).toNanos());
            waiting.locked();
            assertThat(client.answer().body()).contains("\"lock\":true");
        }
    }

    @Test
    public void idleConnection_closed() throws Exception {
        try (RawClient client = endpoint.client()) {
            assertThat(client.call("GET /", "").status()).isEqualTo(200);
            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    public void silentBody_refusedInTime() throws Exception {
        try (RawClient client = endpoint.client()) {
            client.send("POST /set_data HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{");
            assertThat(client.answer().status()).isEqualTo(408);
            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    public void drippingBody_refusedInTime() throws Exception {
        try (RawClient client = endpoint.client()) {
            client.send("POST /set_data HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n");
            await().pollInterval(Duration.ofMillis(50))
                    .until(() -> client.send(" ").socket.getInputStream().available() > 0);
            assertThat(client.answer().status()).isEqualTo(408);
        }
    }

    @Test
    public void readerThatStops_itemReleasedInTime() throws Exception {
        endpoint.cache.items.put("n|k", "x".repeat(50_000_000).getBytes(UTF_8));
        try (RawClient client = endpoint.client()) {
            client.request("POST /get_data", get("k", "0"));
            await().untilAsserted(() -> assertThat(endpoint.cache.itemsReleased).hasValue(1));
        }
    }

    @Test
    public void readerThatIsTooSlow_itemReleasedInTime() throws Exception {
        endpoint.cache.items.put("n|k", "x".repeat(50_000_000).getBytes(UTF_8));
        try (RawClient client = endpoint.client()) {
            client.request("POST /get_data", get("k", "0"));
            await().pollInterval(Duration.ofMillis(20))
                    .until(() -> client.socket.getInputStream().read() < 0 || endpoint.cache.itemsReleased.get() == 1);
            assertThat(endpoint.cache.itemsReleased).hasValue(1);
        }
    }

    @Test
    public void drippingHead_cutOff_othersServed() throws Exception {
        try (RawClient client = endpoint.client()) {
            client.send("GET / HTTP/1.1\r\nHost: x\r\nX: ");
            await().pollInterval(Duration.ofMillis(100)).until(() -> {
                try (RawClient other = endpoint.client()) {
                    assertThat(other.call("GET /", "").status()).isEqualTo(200);
                }
                try {
                    client.send("x");
                    return false;
                } catch (java.io.IOException e) {
                    return true;
                }
            });
        }
    }
}
