package org.cachemanager.itests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Clients that read and write without a pause, each call on a connection of its own, until they are stopped. */
final class Plugins implements AutoCloseable {

    private static final int CLIENTS = 8;
    private static final int KEYS = 300;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    private final List<Future<?>> running = new ArrayList<>();
    private final AtomicInteger calls = new AtomicInteger();
    private volatile int port;
    private volatile Supplier<String> namespace;
    private volatile boolean done;

    /** @param namespace asked before each call: the plain name, or a token */
    Plugins(int port, Supplier<String> namespace) {
        this.port = port;
        this.namespace = namespace;
    }

    /** An answer of the node. */
    record Answer(int status, String body) {}

    void start() throws IOException {
        for (int i = 0; i < KEYS; i++) {
            set("steady" + i, "d" + i);
        }
        for (int client = 0; client < CLIENTS; client++) {
            String own = "own" + client;
            running.add(threads.submit(() -> {
                for (int i = 0; !done; i++) {
                    assertThat(get("steady" + i % KEYS)).isEqualTo("d" + i % KEYS);
                    set(own, "v" + i);
                    assertThat(get(own)).isEqualTo("v" + i);
                    calls.addAndGet(3);
                }
                return null;
            }));
        }
    }

    /** Calls what comes with other namespaces or tokens. */
    void use(Supplier<String> next) {
        namespace = next;
    }

    /** Where to go when the node is not to be reached any more where it was. */
    void moveTo(int next) {
        port = next;
    }

    /** Ends, and tells how many calls there were; fails if one has. */
    int stop() throws InterruptedException, ExecutionException, IOException {
        done = true;
        for (Future<?> client : running) {
            client.get();
        }
        for (int i = 0; i < KEYS; i++) {
            assertThat(get("steady" + i)).isEqualTo("d" + i);
        }
        return calls.get();
    }

    /** Fails if a client has. */
    void check() throws InterruptedException, ExecutionException {
        for (Future<?> client : running) {
            if (client.isDone()) {
                client.get();
            }
        }
    }

    private void set(String key, String data) throws IOException {
        Answer answer = set(namespace.get(), key, data);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    }

    Answer set(String with, String key, String data) throws IOException {
        return post(
                "/set_data",
                "{\"namespace\":\"" + with + "\",\"key\":\"" + key + "\",\"data\":\"" + data + "\",\"ttl\":600}");
    }

    private String get(String key) throws IOException {
        Answer answer = get(namespace.get(), key);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return NodeProcess.json(answer.body()).get("data").asText();
    }

    Answer get(String with, String key) throws IOException {
        return post("/get_data", "{\"namespace\":\"" + with + "\",\"key\":\"" + key + "\"}");
    }

    Answer status() throws IOException {
        return call("GET /status HTTP/1.1", "");
    }

    private Answer post(String path, String body) throws IOException {
        return call("POST " + path + " HTTP/1.1", body);
    }

    private Answer call(String line, String body) throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        String head = line + "\r\nHost: localhost\r\nConnection: close\r\nContent-Length: " + bytes.length + "\r\n\r\n";
        try (Socket socket = connect()) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            OutputStream out = socket.getOutputStream();
            out.write((head + body).getBytes(UTF_8));
            String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
            assertThat(answer).as("an answer to %s", line).startsWith("HTTP/1.1 ");
            int status = Integer.parseInt(answer.substring(9, 12));
            return new Answer(status, answer.substring(answer.indexOf("\r\n\r\n") + 4));
        }
    }

    /** Where nobody listens, no call has been made: it goes to where the node has moved to meanwhile. */
    private Socket connect() throws IOException {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                return new Socket(InetAddress.getLoopbackAddress(), port);
            } catch (ConnectException e) {
                if (System.nanoTime() - until > 0) {
                    throw e;
                }
                Thread.onSpinWait();
            }
        }
    }

    @Override
    public void close() {
        done = true;
        threads.shutdownNow();
    }
}
