package org.cachemanager.itests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.Stream;
import org.cachemanager.api.Data;
import org.cachemanager.itests.RawConnection.Answer;
import org.cachemanager.protocol.GetRequest;
import org.cachemanager.protocol.ProtocolException;
import org.cachemanager.protocol.Requests;
import org.cachemanager.protocol.SetRequest;
import org.cachemanager.protocol.Text;
import org.cachemanager.testkit.Fuzz;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.RuleChain;
import org.junit.rules.TemporaryFolder;

/**
 * A node with encryption, sent mutated bodies over a few connections: it answers each, tells nothing, keeps nothing.
 */
public class FuzzIT {

    private static final int CLIENTS = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration SLOW = Duration.ofSeconds(2);
    private static final String ADMIN = "org.cachemanager.api.admin.CacheAdmin";

    /** A key and a token of the wire protocol's vectors; the node does not look at its time. */
    private static final String KEY = "ecQSH8YIV9/+/HS5mcyF8Q==";

    private static final String TOKEN =
            "fG7sb7JU0Bx196Aj2dqNCMg+Xtvgg5UeGS0u5+BmRsuz6kfYcfI15yKhax9G80eX6VSsv+inJqc760uZ24qSRXipkq"
                    + "aic9lXGEcEKWVxwWqCzIqwH4kwL5IFlGd9EjAY6zprXPFm0alDn8MFOXqSTg==";

    private static final List<byte[]> VALID = Stream.of(
                    "\"key\":\"secret-key\",\"max_wait_time\":0.01}",
                    "\"key\":\"secret\\u00e9\\ud83d\\ude00\\ud800\\n\",\"max_wait_time\":\"0.5\"}",
                    "\"key\":\"secret-key\",\"data\":\"secret {\\\"a\\\":[1,2]}\\u0000\\\\\",\"ttl\":900}",
                    "\"key\":\"secret\u2620\",\"data\":\"\",\"ttl\":\"900\"}",
                    "\"key\":\"secret-large\",\"data\":\"" + "secret".repeat(12_000) + "\",\"ttl\":5}",
                    "\"key\":\"secret\",\"a\":{\"b\":[1,{\"c\":null}],\"key\":\"x\"},"
                            + "\"data\":\"secret\",\"ttl\":5,\"z\":[[]]}",
                    "\"key\":1,\"key\":\"secret\",\"data\":{},\"data\":\"secret\",\"ttl\":0,\"ttl\":7}",
                    "\"key\":\"secret\"}")
            .map(body -> ("{\"namespace\":\"" + TOKEN + "\"," + body).getBytes(UTF_8))
            .toList();

    private final TemporaryFolder folder = new TemporaryFolder();
    private final EmbeddedFramework framework = new EmbeddedFramework(
            folder,
            "max_cache_size: 32MB\nmax_item_size: 64KB\ntimestamp_error_margin: 0s\n"
                    + "http_server: {port: 0, encryption: {keys: [\"" + KEY + "\"]}}\n");

    @Rule
    public final RuleChain rules = RuleChain.outerRule(folder).around(framework);

    private final AtomicIntegerArray statuses = new AtomicIntegerArray(600);
    private final AtomicInteger slow = new AtomicInteger();

    @Test
    public void bodies_mutated_areAnswered_withoutAnEchoALeakOrAHang() throws Exception {
        framework.install();
        int port = framework.port();
        List<String> sockets = Sockets.open();
        long first = Fuzz.seed();
        int share = Math.max(1, Fuzz.inputs() / CLIENTS);
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        List<Future<?>> running = new ArrayList<>();
        long begun = System.nanoTime();
        for (int i = 0; i < CLIENTS; i++) {
            long from = first + (long) i * share;
            running.add(clients.submit(() -> send(port, from, from + share)));
        }
        for (Future<?> client : running) {
            client.get();
        }
        clients.shutdown();
        Files.writeString(
                Path.of("target", "fuzz.txt"),
                String.format(
                        "%d bodies from seed %d on in %d ms; %d good, refused %d with 400, %d with 403, %d with 413; "
                                + "%d slow%n",
                        share * CLIENTS,
                        first,
                        (System.nanoTime() - begun) / 1_000_000,
                        statuses.get(200),
                        statuses.get(400),
                        statuses.get(403),
                        statuses.get(413),
                        slow.get()),
                UTF_8);
        assertThat(statuses.get(200)).isGreaterThan(share * CLIENTS / 50);
        assertThat(statuses.get(403)).isGreaterThan(share * CLIENTS / 50);
        assertThat(slow.get()).as("answers that took over %s", SLOW).isLessThanOrEqualTo(share * CLIENTS / 10_000);
        assertNothingKept(port, sockets);
    }

    private void assertNothingKept(int port, List<String> sockets) throws Exception {
        assertThat(framework.ask(ADMIN, "locks", 10).toString()).isEqualTo("[]");
        framework.ask(ADMIN, "flush");
        try (RawConnection connection = new RawConnection(port)) {
            assertThat(connection.get("/status").body())
                    .contains("\"cache_items\":0,\"cache_size\":0,")
                    .contains("\"storage\":{\"configured\":\"heap\",\"in_force\":\"heap\"}");
        }
        await("sockets").atMost(PATIENCE).untilAsserted(() -> assertThat(Sockets.open())
                .isEqualTo(sockets));
    }

    private void send(int port, long from, long to) {
        try (RawConnection connection = new RawConnection(port)) {
            Fuzz.run(VALID, from, to, body -> check(connection, path(body), body));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The call that the body looks like, or else another. */
    private static String path(byte[] body) {
        if (body.length % 4 == 0) {
            return "/delete_data";
        }
        return new String(body, UTF_8).contains("\"data\"") ? "/set_data" : "/get_data";
    }

    private void check(RawConnection connection, String path, byte[] body) throws Exception {
        long begun = System.nanoTime();
        Answer answer = connection.post(path, body);
        if (System.nanoTime() - begun > SLOW.toNanos()) {
            slow.incrementAndGet();
        }
        statuses.incrementAndGet(answer.status());
        if (answer.status() == 200) {
            if (answer.body().contains("\"lock\":true")) {
                free(connection, body);
            }
        } else {
            if (answer.status() >= 500) {
                throw new AssertionError(answer + "; the node's log:\n" + framework.log());
            }
            assertThat(answer.status()).as(answer.body()).isIn(400, 403, 413);
            assertThat(answer.body())
                    .matches("\\{\"error\":\"[^\"]+\",\"code\":\"[a-z0-9_]+\"}")
                    .doesNotContainIgnoringCase("secret")
                    .doesNotContain(TOKEN.substring(0, 8));
        }
    }

    /** Sets what a look-up was told to make, so that nobody waits for it. */
    private static void free(RawConnection connection, byte[] body) throws IOException, ProtocolException {
        GetRequest asked = Requests.get(body, 0, body.length);
        Text namespace = asked.namespace();
        List<ByteBuffer> set = Requests.render(new SetRequest(namespace, asked.key(), Data.of(new byte[] {'d'}), 60));
        ByteBuffer all =
                ByteBuffer.allocate(set.stream().mapToInt(ByteBuffer::remaining).sum());
        set.forEach(all::put);
        assertThat(connection.post("/set_data", all.array()).status()).isEqualTo(200);
    }
}
