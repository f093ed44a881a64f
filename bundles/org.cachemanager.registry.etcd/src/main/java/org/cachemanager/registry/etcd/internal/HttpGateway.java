package org.cachemanager.registry.etcd.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gateway over {@code java.net.http}, with one thread of its own, which sends, looks whether certificates have
 * changed, and tells what came.
 */
final class HttpGateway implements Gateway {

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.registry.etcd");

    /** The most bytes of an answer, and of a message of a stream: a thousand members with names as long as can be. */
    private static final int MOST_BYTES = 1 << 20;

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int OK = 200;

    private final List<URI> endpoints;
    private final Trust trust;
    private final Duration patience;
    private final AtomicInteger current = new AtomicInteger();
    private final ThreadPoolExecutor executor;
    private volatile boolean closed;

    /** What sends, and by what certificates; the executor's thread alone changes it. */
    private volatile @Nullable HttpClient client;

    private @Nullable SSLContext tls;

    /**
     * A gateway.
     *
     * @param endpoints the servers, one at least
     * @param trust for those with https
     */
    HttpGateway(List<URI> endpoints, Trust trust) {
        this(endpoints, trust, PATIENCE);
    }

    HttpGateway(List<URI> endpoints, Trust trust, Duration patience) {
        this.endpoints = endpoints;
        this.trust = trust;
        this.patience = patience;
        executor = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> {
                    Thread thread = new Thread(task, "cachemanager-etcd");
                    thread.setDaemon(true);
                    return thread;
                },
                new ThreadPoolExecutor.DiscardPolicy());
    }

    /** A call or a stream: what was asked of whom, and what has come so far. */
    private final class Exchange implements Watch {
        private final URI endpoint = endpoints.get(Math.floorMod(current.get(), endpoints.size()));
        private final Answer answer;
        private final boolean lines;
        private ByteArrayOutputStream held = new ByteArrayOutputStream();
        private int status;
        private volatile boolean over;
        private volatile @Nullable CompletableFuture<?> sent;

        /** @param lines whether each line is told as it comes */
        Exchange(Answer answer, boolean lines) {
            this.answer = answer;
            this.lines = lines;
        }

        void send(String path, String body, @Nullable String token) {
            if (over || closed) {
                return;
            }
            try {
                HttpRequest.Builder request = HttpRequest.newBuilder(endpoint.resolve(path))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body));
                HttpClient with = client(endpoint);
                if (with == null) {
                    failed(trust.fault(), false);
                } else if (token == null || authorize(request, token)) {
                    exchange(with, request.build());
                }
            } catch (RuntimeException e) {
                LOG.debug("The registry can't be called.", e);
                failed("It can't be called. " + Complaints.shown(e.toString()), false);
            }
        }

        /** Puts the token in; tells that it is none otherwise, without showing it. */
        private boolean authorize(HttpRequest.Builder request, String token) {
            try {
                request.header("Authorization", token);
                return true;
            } catch (IllegalArgumentException e) {
                LOG.debug("What the registry gave as a token is none.");
                failed("Its token can't be sent in a header.", true);
                return false;
            }
        }

        private void exchange(HttpClient with, HttpRequest request) {
            CompletableFuture<HttpResponse<Void>> exchange = with.sendAsync(request, head -> {
                status = head.statusCode();
                return new BoundedBody(this::take);
            });
            sent = exchange;
            if (over) {
                exchange.cancel(true);
            }
            CompletableFuture<?> told =
                    lines ? exchange : exchange.copy().orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS);
            CompletableFuture<?> unused = told.whenCompleteAsync(
                    (response, failure) -> {
                        exchange.cancel(true);
                        ended(failure);
                    },
                    executor);
        }

        private void take(byte[] bytes) throws IOException {
            if (over || closed) {
                throw new IOException("Nobody listens any more.");
            }
            int from = 0;
            for (int i = 0; lines && status == OK && i < bytes.length; i++) {
                if (bytes[i] == '\n') {
                    hold(bytes, from, i - from);
                    from = i + 1;
                    Json message = Json.read(held.toByteArray());
                    held = new ByteArrayOutputStream();
                    answer.completed(message);
                }
            }
            hold(bytes, from, bytes.length - from);
        }

        private void hold(byte[] bytes, int from, int length) throws IOException {
            if (held.size() + length > MOST_BYTES) {
                throw new IOException("It answers with more than " + MOST_BYTES + " bytes.");
            }
            held.write(bytes, from, length);
        }

        private void ended(@Nullable Throwable failure) {
            if (over || closed) {
                return;
            }
            if (failure != null) {
                failed(why(failure), false);
            } else if (status == OK && lines) {
                failed("The watch has ended.", false);
            } else {
                answered();
            }
        }

        private void answered() {
            byte[] whole = held.toByteArray();
            try {
                Json body = Json.read(whole);
                if (status == OK) {
                    tell(() -> answer.completed(body));
                } else {
                    refused(body.text("message"));
                }
            } catch (IOException e) {
                LOG.debug("What the registry answers can't be read.", e);
                if (status == OK) {
                    failed("It answers what is no JSON, or too much of it.", false);
                } else {
                    refused(new String(whole, StandardCharsets.UTF_8).strip());
                }
            }
        }

        private void refused(String message) {
            String shown = Complaints.shown(message);
            failed("It refuses the call with status " + status + ": " + shown, true);
        }

        private void failed(String why, boolean refused) {
            tell(() -> answer.failed(endpoint + ": " + why, refused));
        }

        /** What the taker of an answer throws goes no further: nobody is there to hear of it. */
        private void tell(Runnable what) {
            try {
                what.run();
            } catch (RuntimeException | LinkageError e) {
                LOG.error("What came of a call to the registry {} could not be taken.", endpoint, e);
            }
        }

        @Override
        public void end() {
            over = true;
            CompletableFuture<?> open = sent;
            if (open != null) {
                open.cancel(true);
            }
        }
    }

    /** What speaks with an endpoint; null when it is one of TLS, which can't be spoken. */
    private @Nullable HttpClient client(URI endpoint) {
        trust.follow();
        SSLContext now = trust.context();
        HttpClient made = client;
        if (made == null || !Objects.equals(now, tls)) {
            HttpClient.Builder builder = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(patience)
                    .executor(executor);
            HttpClient former = made;
            made = (now == null ? builder : builder.sslContext(now)).build();
            client = made;
            tls = now;
            end(former, "shutdown");
        }
        return "https".equals(endpoint.getScheme()) && !trust.fault().isEmpty() ? null : made;
    }

    private String why(Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        if (cause instanceof TimeoutException) {
            return "It has not answered within " + patience.toMillis() + " ms.";
        }
        return cause instanceof ConnectException ? "It can't be connected to." : Complaints.shown(cause.toString());
    }

    @Override
    public void call(String path, String body, @Nullable String token, Answer answer) {
        executor.execute(() -> new Exchange(answer, false).send(path, body, token));
    }

    @Override
    public Watch watch(String body, @Nullable String token, Watching watching) {
        Exchange exchange = new Exchange(watching, true);
        executor.execute(() -> exchange.send("/v3/watch", body, token));
        return exchange;
    }

    @Override
    public void next() {
        current.incrementAndGet();
    }

    @Override
    public void close() {
        closed = true;
        executor.shutdown();
        end(client, "shutdownNow");
    }

    /** Before Java 21 a client has no end of its own: its selector thread ends once the client has been collected. */
    private static void end(@Nullable HttpClient client, String how) {
        if (client == null) {
            return;
        }
        try {
            HttpClient.class.getMethod(how).invoke(client);
        } catch (NoSuchMethodException e) {
            LOG.debug("This JVM's HTTP client ends when it has been collected.", e);
        } catch (IllegalAccessException | InvocationTargetException e) {
            LOG.warn("The HTTP client did not end.", e);
        }
    }
}
