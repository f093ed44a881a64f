package org.cachemanager.endpoint.http.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.cachemanager.endpoint.http.internal.EndpointRule.get;
import static org.cachemanager.endpoint.http.internal.EndpointRule.set;

import org.cachemanager.endpoint.http.internal.RawClient.Answer;
import org.junit.After;
import org.junit.Rule;
import org.junit.Test;

/** The calls of the protocol, and its refusals. */
public class CallsTest {

    @Rule
    public final EndpointRule endpoint = new EndpointRule();

    @After
    public void nothingIsHeld() {
        await().untilAsserted(() -> {
            assertThat(endpoint.cache.itemsHeld).hasValue(0);
            assertThat(endpoint.cache.reserved).hasValue(0);
        });
    }

    private static void assertRefused(Answer answer, int status, String code) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.headers()).containsEntry("content-type", "application/json");
        assertThat(answer.body()).matches("\\{\"error\":\"[^\"]+\\.\",\"code\":\"" + code + "\"}");
    }

    @Test
    public void setGetDelete_onOneConnection() throws Exception {
        try (RawClient client = endpoint.client()) {
            Answer stored = client.call("POST /set_data", set("k", "a\\\"☠"));
            assertThat(stored.status()).isEqualTo(200);
            assertThat(stored.body()).isEqualTo("\"ok\"");
            assertThat(stored.headers()).containsOnlyKeys("content-type", "content-length");

            Answer found = client.call("POST /get_data", get("k", "0"));
            assertThat(found.body()).isEqualTo("{\"data\":\"a\\\"☠\",\"lock\":false,\"expiry\":1700000000}");
            assertThat(found.headers()).containsEntry("content-type", "application/json");

            assertThat(client.call("POST /delete_data", "{\"namespace\":\"n\",\"key\":\"k\"}")
                            .body())
                    .isEqualTo("{\"deleted\":true}");
            assertThat(client.call("POST /get_data", get("k", "0")).body())
                    .isEqualTo("{\"data\":null,\"lock\":false,\"expiry\":0}");
            assertThat(client.call("POST /delete_data", "{\"namespace\":\"n\",\"key\":\"k\"}")
                            .body())
                    .isEqualTo("{\"deleted\":false}");
        }
    }

    @Test
    public void hits_servedByTheThreadThatSelects() throws Exception {
        endpoint.cache.items.put("n|k", new byte[100]);
        try (RawClient client = endpoint.client()) {
            for (int i = 0; i < 200; i++) {
                assertThat(client.call("POST /get_data", get("k", "5")).status())
                        .isEqualTo(200);
            }
        }
        assertThat(endpoint.cache.getThreads).hasSize(1);
    }

    @Test
    public void plainPaths() throws Exception {
        try (RawClient client = endpoint.client()) {
            assertThat(client.call("GET /", "").body()).isEqualTo("Cache Manager 1.0.0\n");
            Answer posted = client.call("POST /", "anything");
            assertThat(posted.body()).isEqualTo("Cache Manager 1.0.0\n");
            assertThat(posted.headers().get("content-type")).startsWith("text/plain");
            assertThat(client.call("GET /status", "").body()).startsWith("{\"ref\":\"00000000-");
        }
    }

    @Test
    public void head_hasNoBody() throws Exception {
        try (RawClient client = endpoint.client()) {
            Answer head = client.request("HEAD /status", "").answer(false);
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.headers().get("content-length")).isNotEqualTo("0");
            Answer refused = client.request("HEAD /get_data", "").answer(false);
            assertThat(refused.status()).isEqualTo(405);
            assertThat(client.call("GET /", "").status()).isEqualTo(200);
        }
    }

    @Test
    public void unknownPathOrMethod_refused_connectionStays() throws Exception {
        try (RawClient client = endpoint.client()) {
            assertRefused(client.call("GET /nothing", ""), 404, "not_found");
            assertRefused(client.call("POST /nothing", "{\"a\":1}"), 404, "not_found");
            Answer get = client.call("GET /get_data", "");
            assertRefused(get, 405, "method_not_allowed");
            assertThat(get.headers()).containsEntry("allow", "POST");
            Answer post = client.call("POST /status", "{}");
            assertRefused(post, 405, "method_not_allowed");
            assertThat(post.headers()).containsEntry("allow", "GET, HEAD");
            assertThat(client.call("DELETE /", "").headers()).containsEntry("allow", "GET, HEAD, POST");
            assertThat(client.call("GET /", "").status()).isEqualTo(200);
        }
    }

    @Test
    public void badBodies_refused_connectionStays() throws Exception {
        try (RawClient client = endpoint.client()) {
            assertRefused(client.call("POST /get_data", ""), 400, "bad_json");
            assertRefused(client.call("POST /get_data", "{"), 400, "bad_json");
            assertRefused(client.call("POST /get_data", "[]"), 400, "not_an_object");
            assertRefused(client.call("POST /get_data", "{\"key\":\"k\"}"), 400, "missing_field");
            assertRefused(client.call("POST /get_data", get("a|b", "0")), 400, "bad_key");
            assertRefused(client.call("POST /get_data", get("k", "-1")), 400, "out_of_range");
            assertRefused(client.call("POST /set_data", get("k", "0")), 400, "missing_field");
            assertThat(client.call("POST /get_data", get("k", "0")).status()).isEqualTo(200);
        }
    }

    @Test
    public void refusedByTheCore_statusOfTheReason() throws Exception {
        String body = "{\"namespace\":\"%s\",\"key\":\"k\",\"data\":\"\",\"ttl\":1}";
        try (RawClient client = endpoint.client()) {
            for (String path : new String[] {"/get_data", "/set_data", "/delete_data"}) {
                assertRefused(client.call("POST " + path, body.formatted("refused")), 403, "refused_token");
                assertRefused(client.call("POST " + path, body.formatted("bad")), 400, "bad_namespace");
                Answer unavailable = client.call("POST " + path, body.formatted("unavailable"));
                assertRefused(unavailable, 503, "unavailable");
                assertThat(unavailable.headers()).containsKey("retry-after");
            }
            endpoint.cache.maxItemBytes = 3;
            assertRefused(client.call("POST /set_data", set("k", "four")), 413, "too_large");
            assertThat(client.call("POST /set_data", set("k", "few")).status()).isEqualTo(200);
        }
    }

    @Test
    public void withoutCore_refusedWith503() throws Exception {
        endpoint.services.unbind((org.cachemanager.api.Cache) endpoint.cache);
        try (RawClient client = endpoint.client()) {
            Answer refused = client.call("POST /get_data", get("k", "0"));
            assertRefused(refused, 503, "unavailable");
            assertThat(refused.headers()).containsKey("retry-after");
            assertRefused(client.call("GET /status", ""), 503, "unavailable");
            assertThat(client.call("GET /", "").status()).isEqualTo(200);
        }
    }

    @Test
    public void unexpectedException_500() throws Exception {
        endpoint.cache.throwsAlways = true;
        try (RawClient client = endpoint.client()) {
            assertRefused(client.call("POST /get_data", get("k", "0")), 500, "internal_error");
            endpoint.cache.throwsAlways = false;
            assertThat(client.call("POST /get_data", get("k", "0")).status()).isEqualTo(200);
        }
    }

    @Test
    public void malformedHttp_refusedInJson() throws Exception {
        for (String broken : new String[] {
            "NONSENSE\r\n\r\n",
            "GET / HTTP/1.1\r\n\r\n",
            "POST /get_data HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n",
            "POST /get_data HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
        }) {
            try (RawClient client = endpoint.client()) {
                assertRefused(client.send(broken).answer(), 400, "bad_request");
                assertThat(client.rest()).isEmpty();
            }
        }
        try (RawClient client = endpoint.client()) {
            client.send("GET / HTTP/1.1\r\nHost: x\r\nX: " + "x".repeat(9000) + "\r\n\r\n");
            assertRefused(client.answer(), 431, "bad_request");
        }
    }

    @Test
    public void chunked_andInDrips_taken() throws Exception {
        byte[] body = set("k", "☠").getBytes(UTF_8);
        try (RawClient client = endpoint.client()) {
            client.send("POST /set_data HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (byte b : body) {
                client.send("1\r\n").send(new byte[] {b}).send("\r\n");
            }
            assertThat(client.send("0\r\n\r\n").answer().body()).isEqualTo("\"ok\"");
            assertThat(client.call("POST /get_data", get("k", "0")).body()).contains("☠");
        }
    }

    @Test
    public void expectContinue_toldToGoOn() throws Exception {
        String body = set("k", "v");
        try (RawClient client = endpoint.client()) {
            client.send("POST /set_data HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: " + body.length()
                    + "\r\n\r\n");
            assertThat(client.answer().status()).isEqualTo(100);
            assertThat(client.send(body).answer().body()).isEqualTo("\"ok\"");
        }
    }

    @Test
    public void http10_answeredAndClosed() throws Exception {
        try (RawClient client = endpoint.client()) {
            assertThat(client.send("GET / HTTP/1.0\r\n\r\n").answer().status()).isEqualTo(200);
            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    public void keysTakenAwayWhileABodyArrives_refused() throws Exception {
        endpoint.cache.requiresTokens = true;
        try (RawClient client = endpoint.client()) {
            String body = set("k", "v");
            client.send("POST /set_data HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length() + "\r\n\r\n{");
            try (RawClient other = endpoint.client()) {
                assertThat(other.call("GET /", "").status()).isEqualTo(200);
                await().until(() -> endpoint.cache.requiresTokensAsked.get() > 0);
            }
            endpoint.cache.requiresTokens = false;
            client.send(body.substring(1));
            assertThat(client.answer().status()).isEqualTo(503);
            assertThat(endpoint.cache.items).isEmpty();
        }
    }
}
