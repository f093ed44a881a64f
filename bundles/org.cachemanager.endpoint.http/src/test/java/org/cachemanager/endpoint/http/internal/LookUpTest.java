package org.cachemanager.endpoint.http.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.cachemanager.api.Failure;
import org.cachemanager.testkit.ScriptedCache;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;

/** Several keys that a peer asks for at once. */
public class LookUpTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String REF = "1d20de92-12bd-4067-8563-8d63e83429cc";
    private static final String PEER = "\"peer\":\"" + REF + "\"";

    private final ScriptedCache cache = new ScriptedCache();
    private final FakeCache namespaces = new FakeCache();
    private final Services services = new Services();
    private HttpEndpoint endpoint;

    @Before
    public void start() throws IOException {
        services.bind((org.cachemanager.api.Cache) cache);
        services.bind((org.cachemanager.api.encryption.Namespaces) namespaces);
        endpoint = new HttpEndpoint(
                new EndpointSettings("127.0.0.1", 0, PATIENCE, PATIENCE), services, "Cache Manager 1.0.0");
        endpoint.start();
    }

    @After
    public void stop() {
        endpoint.stop();
    }

    private RawClient.Answer ask(String keys, String peer) throws IOException {
        try (RawClient client = new RawClient(endpoint.address())) {
            return client.call("POST /peer/look_up", "{\"namespace\":\"n\",\"keys\":" + keys + ',' + peer + '}');
        }
    }

    @Test
    public void keys_areAnsweredInTheirOrder_withoutAWait() throws Exception {
        cache.items.put("n|a", "A".getBytes(UTF_8));
        cache.items.put("n|c", "C".getBytes(UTF_8));
        RawClient.Answer answer = ask("[\"a\",\"b\",\"c\"]", PEER);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body())
                .isEqualTo("[{\"data\":\"A\",\"expiry\":1900000000},{\"data\":null},"
                        + "{\"data\":\"C\",\"expiry\":1900000000}]");
        assertThat(cache.asked)
                .containsExactly(
                        "get n|a from " + REF + " for PT0S",
                        "get n|b from " + REF + " for PT0S",
                        "get n|c from " + REF + " for PT0S");
    }

    @Test
    public void whatIsLarge_isLeftToBeAskedForAlone() throws Exception {
        cache.items.put("n|a", "x".repeat(100_000).getBytes(UTF_8));
        cache.items.put("n|b", "y".repeat(40_000).getBytes(UTF_8));
        cache.items.put("n|c", "z".repeat(40_000).getBytes(UTF_8));
        String body = ask("[\"a\",\"b\",\"c\",\"d\"]", PEER).body();
        assertThat(body).startsWith("[null,{\"data\":\"yyy").endsWith("},null,{\"data\":null}]");
    }

    @Test
    public void whatIsRefused_isLeftToBeAskedForAlone() throws Exception {
        cache.refusal = new Failure(Failure.Reason.ELSEWHERE, "No.");
        assertThat(ask("[\"a\",\"b\"]", PEER).body()).isEqualTo("[null,null]");
    }

    @Test
    public void keysThatAreNone_areRefusedForWhatTheyAre() throws Exception {
        for (String keys : List.of("[1]", "[null]", "[" + "\"k\",".repeat(64) + "\"k\"]")) {
            RawClient.Answer answer = ask(keys, PEER);
            assertThat(answer.status()).as(keys).isEqualTo(400);
            assertThat(answer.body()).as(keys).contains("keys must be an array of 1 to 64 strings.");
        }
        assertThat(ask("[\"\"]", PEER).body()).contains("key is empty");
        assertThat(ask("[\"a|b\"]", PEER).body()).contains("key has a | in it");
        assertThat(cache.asked).isEmpty();
    }

    @Test
    public void client_isRefused() throws Exception {
        RawClient.Answer answer = ask("[\"a\"]", "\"nobody\":1");
        assertThat(answer.status()).isEqualTo(403);
        assertThat(cache.asked).isEmpty();
    }
}
