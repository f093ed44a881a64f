package org.cachemanager.cli.replay;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.cachemanager.api.Data;
import org.cachemanager.cli.CacheClient;
import org.cachemanager.protocol.GetResponse;
import org.cachemanager.protocol.JsonText;
import org.cachemanager.protocol.ProtocolException;
import org.jspecify.annotations.Nullable;

/**
 * Makes the requests of a trace against a node, many clients at once, each the way a plugin does: {@code get_data} with
 * a wait; on a lock, make the data and {@code set_data}; else check that the data is the key's own.
 *
 * <p>The data is derived from the key, so that an answer with another key's data is seen. For one run.
 */
public final class Replay {

    private static final int FAILURES_SHOWN = 5;
    private static final long TICK_MILLIS = 250;

    private final ReplayOptions options;
    private final CacheClient client;
    private final Progress progress;
    private final MadeKeys keys = new MadeKeys();
    private final Latencies latencies = new Latencies();
    private final AtomicLong taken = new AtomicLong();
    private final LongAdder requests = new LongAdder();
    private final LongAdder found = new LongAdder();
    private final LongAdder made = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder inVain = new LongAdder();
    private final LongAdder wrong = new LongAdder();
    private final LongAdder madeTwice = new LongAdder();
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    private volatile @Nullable IOException unreadable;

    /**
     * A replay, not yet begun.
     *
     * @param out where progress is printed
     * @param terminal whether that is a terminal, where a bar can be drawn anew; else lines
     */
    public Replay(ReplayOptions options, Appendable out, boolean terminal) {
        this.options = options;
        this.client = new CacheClient(options.node(), options.sockets(), options.namespace());
        this.progress = new Progress(out, terminal);
    }

    /**
     * Replays a file; blocks until it is done.
     *
     * @throws IOException if the trace can't be read, not if calls fail: the report tells those
     * @throws InterruptedException if the thread was interrupted; the clients stop then
     */
    public ReplayReport run(Path file) throws IOException, InterruptedException {
        ExecutorService clients = Executors.newFixedThreadPool(options.clients(), task -> {
            Thread thread = new Thread(task, "replay");
            thread.setDaemon(true);
            return thread;
        });
        long begun = System.nanoTime();
        try (Trace trace = Trace.open(file)) {
            for (int i = 0; i < options.clients(); i++) {
                clients.execute(() -> requestAll(trace));
            }
            clients.shutdown();
            while (!clients.awaitTermination(TICK_MILLIS, TimeUnit.MILLISECONDS)) {
                progress.tick(share(trace), requests.sum(), failed.sum());
            }
        } finally {
            clients.shutdownNow();
        }
        Duration elapsed = Duration.ofNanos(System.nanoTime() - begun);
        progress.end();
        IOException fault = unreadable;
        if (fault != null) {
            throw fault;
        }
        return report(elapsed);
    }

    private void requestAll(Trace trace) {
        try {
            String key = next(trace);
            while (key != null && !Thread.currentThread().isInterrupted()) {
                request(key);
                key = next(trace);
            }
        } catch (IOException e) {
            unreadable = e;
        }
    }

    private @Nullable String next(Trace trace) throws IOException {
        return taken.getAndIncrement() < options.limit() ? trace.next() : null;
    }

    private double share(Trace trace) {
        return Math.min(1.0, Math.max(trace.progress(), (double) requests.sum() / options.limit()));
    }

    private void request(String key) {
        requests.increment();
        boolean locked = false;
        try {
            long begun = System.nanoTime();
            GetResponse answer = client.get(key, options.maxWait());
            latencies.record(System.nanoTime() - begun);
            Data data = answer.data();
            if (data != null) {
                found.increment();
                if (!isOf(key, data)) {
                    wrong.increment();
                }
            } else if (answer.lock()) {
                locked = true;
                make(key);
            } else {
                inVain.increment();
            }
        } catch (IOException | UncheckedIOException e) {
            failed.increment();
            if (locked) {
                keys.givenUp(key);
            }
            if (failures.size() < FAILURES_SHOWN) {
                failures.add(e.toString());
            }
        }
    }

    private void make(String key) throws IOException {
        made.increment();
        if (!keys.begin(key)) {
            madeTwice.increment();
        }
        Data data = JsonText.toData(text(key));
        long begun = System.nanoTime();
        client.set(key, data, options.ttl());
        keys.made(key, begun, options.ttl());
    }

    /** What a plugin would cache: a JSON text, with characters that have to be escaped and some outside ASCII. */
    private String text(String key) {
        String head = "{\"key\": \"" + key + "\", \"unit\": \"°C\", \"values\": \"";
        int fill = Math.max(0, options.dataLength() - head.length() - 2);
        return head + key.repeat(fill / key.length() + 1).substring(0, fill) + "\"}";
    }

    private boolean isOf(String key, Data data) {
        try {
            return text(key).equals(JsonText.toString(data));
        } catch (ProtocolException e) {
            return false;
        }
    }

    private ReplayReport report(Duration elapsed) {
        return new ReplayReport(
                requests.sum(),
                found.sum(),
                made.sum(),
                failed.sum(),
                inVain.sum(),
                wrong.sum(),
                madeTwice.sum(),
                elapsed,
                latencies.millis(0.5),
                latencies.millis(0.99),
                latencies.millis(1),
                failures.stream().limit(FAILURES_SHOWN).toList());
    }
}
