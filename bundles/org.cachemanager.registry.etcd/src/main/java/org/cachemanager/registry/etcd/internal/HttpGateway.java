package org.cachemanager.registry.etcd.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The gateway over {@code java.net.http}, with one thread for what is told. */
final class HttpGateway implements Gateway {

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.registry.etcd");

    /** The most bytes of an answer, and of a message of a stream: some thousand members. */
    private static final int MOST_BYTES = 4 << 20;

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int OK = 200;
    private static final int UNAUTHORIZED = 401;

    private final List<URI> endpoints;
    private final Duration patience;
    private final AtomicInteger current = new AtomicInteger();
    private final ExecutorService executor;
    private final HttpClient client;
    private volatile boolean closed;

    /**
     * A gateway.
     *
     * @param endpoints the servers, one at least
     * @param tls for those with https; null: as the JVM trusts
     */
    HttpGateway(List<URI> endpoints, @Nullable SSLContext tls) {
        this(endpoints, tls, PATIENCE);
    }

    HttpGateway(List<URI> endpoints, @Nullable SSLContext tls, Duration patience) {
        this.endpoints = endpoints;
        this.patience = patience;
        executor = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "cachemanager-etcd");
            thread.setDaemon(true);
            return thread;
        });
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(patience)
                .executor(executor);
        client = (tls == null ? builder : builder.sslContext(tls)).build();
    }

    /** A request; null when there is none with such a token, which is told. */
    private @Nullable HttpRequest request(String path, String body, @Nullable String token, Answer answer) {
        URI endpoint = endpoints.get(Math.floorMod(current.get(), endpoints.size()));
        HttpRequest.Builder request = HttpRequest.newBuilder(endpoint.resolve(path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        try {
            return (token == null ? request : request.header("Authorization", token)).build();
        } catch (IllegalArgumentException e) {
            LOG.debug("What the registry gave as a token is none.");
            executor.execute(() -> answer.failed("Its token can't be sent in a header.", true));
            return null;
        }
    }

    @Override
    public void call(String path, String body, @Nullable String token, Answer answer) {
        HttpRequest request = request(path, body, token, answer);
        if (request == null) {
            return;
        }
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        CompletableFuture<HttpResponse<Void>> sent =
                client.sendAsync(request, head -> new Bounded(bytes -> take(whole, bytes)));
        CompletableFuture<?> unused = sent.copy()
                .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                .whenCompleteAsync(
                        (response, failure) -> {
                            sent.cancel(true);
                            tell(response, failure, whole, answer);
                        },
                        executor);
    }

    private static void take(ByteArrayOutputStream whole, byte[] bytes) throws IOException {
        if (whole.size() + bytes.length > MOST_BYTES) {
            throw new IOException("It answers with more than " + MOST_BYTES + " bytes.");
        }
        whole.writeBytes(bytes);
    }

    private void tell(
            @Nullable HttpResponse<?> response,
            @Nullable Throwable failure,
            ByteArrayOutputStream whole,
            Answer answer) {
        if (closed) {
            return;
        }
        if (response == null) {
            answer.failed(why(failure), false);
            return;
        }
        try {
            Json body = Json.read(whole.toByteArray());
            if (response.statusCode() == OK) {
                answer.completed(body);
            } else {
                String message = body.text("message");
                answer.failed(
                        "It refuses the call with status " + response.statusCode() + ": "
                                + message.substring(0, Math.min(200, message.length())),
                        response.statusCode() == UNAUTHORIZED || message.contains("auth token"));
            }
        } catch (IOException e) {
            int status = response.statusCode();
            answer.failed("It answers with status " + status + " and no JSON.", status == UNAUTHORIZED);
        }
    }

    private String why(@Nullable Throwable failure) {
        Throwable cause = failure == null || failure.getCause() == null ? failure : failure.getCause();
        return cause instanceof TimeoutException
                ? "It has not answered within " + patience.toMillis() + " ms."
                : cause == null ? "It has hung up." : cause.toString();
    }

    @Override
    public Watch watch(String body, @Nullable String token, Watching watching) {
        Lines lines = new Lines(watching);
        HttpRequest request = request("/v3/watch", body, token, watching);
        if (request == null) {
            return () -> {};
        }
        CompletableFuture<HttpResponse<Void>> sent = client.sendAsync(request, head -> new Bounded(lines::take));
        CompletableFuture<?> unused =
                sent.whenCompleteAsync((response, failure) -> lines.ended(why(failure)), executor);
        return () -> {
            lines.over = true;
            sent.cancel(true);
        };
    }

    /** Messages, a line each. */
    private final class Lines {
        private final Watching watching;
        private ByteArrayOutputStream line = new ByteArrayOutputStream();
        private volatile boolean over;

        Lines(Watching watching) {
            this.watching = watching;
        }

        void take(byte[] bytes) throws IOException {
            if (over || closed) {
                throw new IOException("Nobody watches any more.");
            }
            int from = 0;
            for (int i = 0; i < bytes.length; i++) {
                if (bytes[i] == '\n') {
                    line.write(bytes, from, i - from);
                    from = i + 1;
                    Json message = Json.read(line.toByteArray());
                    line = new ByteArrayOutputStream();
                    watching.completed(message);
                }
            }
            line.write(bytes, from, bytes.length - from);
            if (line.size() > MOST_BYTES) {
                throw new IOException("A message of the watch has more than " + MOST_BYTES + " bytes.");
            }
        }

        void ended(String why) {
            if (!over && !closed) {
                watching.failed("The watch has ended: " + why, false);
            }
        }
    }

    /** Takes the bytes of a body. */
    private interface Taking {
        void take(byte[] bytes) throws IOException;
    }

    /** A body that is given on as it comes, until its taker has had enough of it. */
    private static final class Bounded implements HttpResponse.BodySubscriber<Void> {
        private final Taking taking;
        private final CompletableFuture<Void> body = new CompletableFuture<>();
        private Flow.@Nullable Subscription subscription;

        Bounded(Taking taking) {
            this.taking = taking;
        }

        @Override
        public CompletionStage<Void> getBody() {
            return body;
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
            given.request(1);
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            Flow.Subscription given = subscription;
            if (given == null) {
                return;
            }
            try {
                for (ByteBuffer buffer : buffers) {
                    byte[] bytes = new byte[buffer.remaining()];
                    buffer.get(bytes);
                    taking.take(bytes);
                }
                given.request(1);
            } catch (IOException | RuntimeException e) {
                given.cancel();
                body.completeExceptionally(e);
            }
        }

        @Override
        public void onError(Throwable failure) {
            body.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            body.complete(null);
        }
    }

    @Override
    public void next() {
        current.incrementAndGet();
    }

    /** Before Java 21 a client has no end of its own: its selector thread ends once the client has been collected. */
    @Override
    public void close() {
        closed = true;
        executor.shutdown();
        try {
            HttpClient.class.getMethod("shutdownNow").invoke(client);
        } catch (NoSuchMethodException e) {
            LOG.debug("This JVM's HTTP client ends when it has been collected.", e);
        } catch (IllegalAccessException | InvocationTargetException e) {
            LOG.warn("The HTTP client did not end.", e);
        }
    }
}
