package org.cachemanager.core.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/** Seeds that are tried on all processors at once, each by one thread, until one is what is looked for. */
final class Seeds {

    private final long first;
    private final long most;
    private final long endNanos;
    private final AtomicLong next = new AtomicLong();
    private final AtomicLong found = new AtomicLong(Long.MAX_VALUE);

    /** What is tried. */
    interface Trial {
        /** Whether the seed is what is looked for. */
        boolean is(long seed) throws Exception;
    }

    Seeds(long first, long most, Duration time) {
        this.first = first;
        this.most = most;
        this.endNanos = System.nanoTime() + time.toNanos();
    }

    /** How many have been begun. */
    long count() {
        return Math.min(most, next.get());
    }

    /** The first of the seeds tried that is what is looked for. */
    Optional<Long> find(Trial trial) {
        int threads = Runtime.getRuntime().availableProcessors();
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                all.add(pool.submit(() -> {
                    tryAll(trial);
                    return "";
                }));
            }
            for (Future<?> each : all) {
                each.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } finally {
            pool.shutdownNow();
        }
        long seed = found.get();
        return seed == Long.MAX_VALUE ? Optional.empty() : Optional.of(seed);
    }

    private void tryAll(Trial trial) throws Exception {
        while (System.nanoTime() - endNanos < 0) {
            long seed = first + next.getAndIncrement();
            if (seed - first >= most || seed > found.get()) {
                return;
            }
            boolean is;
            try {
                is = trial.is(seed);
            } catch (RuntimeException e) {
                throw new IllegalStateException("Seed " + seed, e);
            }
            if (is) {
                found.accumulateAndGet(seed, Math::min);
            }
        }
    }
}
