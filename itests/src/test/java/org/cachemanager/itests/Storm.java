package org.cachemanager.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicIntegerArray;

/** 64 clients that call a node without a pause, and what they know of one another. */
final class Storm implements AutoCloseable {

    /** The items that are made when they are missing. */
    static final int MADE = 12;

    private static final int CLIENTS = 64;
    private static final long TOKEN_NANOS = Duration.ofSeconds(5).toNanos();
    /** For at least 30 s after a swap the cipher before opens tokens. */
    private static final long GRACE_NANOS = Duration.ofSeconds(15).toNanos();

    private final int port;
    private final int lastingItems;
    private final Map<String, Tokens> ciphers;
    private final AtomicIntegerArray holders = new AtomicIntegerArray(MADE);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Future<?>> running = new ArrayList<>();
    private volatile Latencies latencies = new Latencies();
    private volatile boolean done;
    private volatile Cipher cipher;

    /** What tokens are made with now, and what they were made with before. */
    private record Cipher(String name, String token, String before, long since, long made) {}

    /** @param ciphers by name; the first one is in force */
    Storm(int port, int lastingItems, Map<String, Tokens> ciphers, String inForce) {
        this.port = port;
        this.lastingItems = lastingItems;
        this.ciphers = Map.copyOf(ciphers);
        this.cipher = fresh(inForce, "", 0);
    }

    private Cipher fresh(String name, String before, long since) {
        Tokens tokens = Objects.requireNonNull(ciphers.get(name), () -> "no key for " + name);
        return new Cipher(name, tokens.fresh(), before, since, System.nanoTime());
    }

    int port() {
        return port;
    }

    int lastingItems() {
        return lastingItems;
    }

    static String lasting(int item) {
        return ("lasting data of item " + item + ' ').repeat(1 + item % 40);
    }

    Latencies latencies() {
        return latencies;
    }

    /** Starts to measure anew; gives what was measured. */
    Latencies measured() {
        Latencies before = latencies;
        latencies = new Latencies();
        return before;
    }

    /** A token of the cipher in force, or now and then of the one before as long as that opens them too. */
    String token(Random random) {
        Cipher now = cipher;
        if (System.nanoTime() - now.made > TOKEN_NANOS) {
            now = renew(now);
        }
        boolean late = random.nextInt(10) == 0 && !now.before.isEmpty() && System.nanoTime() - now.since < GRACE_NANOS;
        return late ? now.before : now.token;
    }

    private synchronized Cipher renew(Cipher old) {
        if (cipher.equals(old)) {
            cipher = fresh(old.name, old.before, old.since);
        }
        return cipher;
    }

    /** Has tokens made by the cipher that has come into force. */
    synchronized void use(String name) {
        if (!cipher.name.equals(name)) {
            cipher = fresh(name, cipher.token, System.nanoTime());
        }
    }

    void locked(int which, int client) {
        assertThat(holders.compareAndExchange(which, 0, client + 1))
                .as("the client before that has the lock of made%d, as client %d is given it", which, client)
                .isZero();
    }

    void unlocked(int which, int client) {
        assertThat(holders.compareAndExchange(which, client + 1, 0)).isEqualTo(client + 1);
    }

    void fill() throws IOException {
        try (StormClient client = new StormClient(this, 1)) {
            for (int item = 0; item < lastingItems; item++) {
                client.set("lasting" + item, lasting(item));
            }
        }
    }

    /** Looks at every item that lasts. */
    void checkLasting() throws IOException {
        try (StormClient client = new StormClient(this, 1)) {
            for (int item = 0; item < lastingItems; item++) {
                client.readLasting(item);
            }
        }
    }

    void start() {
        done = false;
        for (int number = 0; number < CLIENTS; number++) {
            int client = number;
            running.add(threads.submit(() -> call(client)));
        }
    }

    private Void call(int number) throws IOException {
        try (StormClient client = new StormClient(this, number)) {
            while (!done) {
                client.call();
            }
            client.leave();
        }
        return null;
    }

    /** Fails if a client has. */
    void check() throws InterruptedException, ExecutionException {
        for (Future<?> client : running) {
            if (client.isDone()) {
                client.get();
            }
        }
    }

    /** Has all clients end their call, look at what is their own, and leave. */
    void stop() throws InterruptedException, ExecutionException {
        done = true;
        for (Future<?> client : running) {
            client.get();
        }
        running.clear();
    }

    @Override
    public void close() {
        done = true;
        threads.shutdownNow();
    }
}
