package org.cachemanager.endpoint.http.internal;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Steps that wait for a thread of the server's, of which they get a few at a time. One item may answer ten thousand
 * waiters at once: who sets it only drops their steps here, and neither runs them nor wakes a thread for each.
 */
final class Postbox {

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.endpoint.http");

    private final Queue<Runnable> steps = new ConcurrentLinkedQueue<>();
    private final AtomicInteger carriers = new AtomicInteger();
    private final int mostCarriers = Math.max(1, Runtime.getRuntime().availableProcessors());
    private final Executor executor;

    Postbox(Executor executor) {
        this.executor = executor;
    }

    /** Has a step run soon, by another thread; by this one when the server has stopped. What one throws is logged. */
    void post(Runnable step) {
        steps.add(step);
        engage();
    }

    private void engage() {
        int now = carriers.get();
        while (now < mostCarriers && !carriers.compareAndSet(now, now + 1)) {
            now = carriers.get();
        }
        if (now < mostCarriers) {
            try {
                executor.execute(this::carry);
            } catch (RejectedExecutionException e) {
                carry();
            } catch (RuntimeException | Error e) {
                carriers.decrementAndGet();
                throw e;
            }
        }
    }

    private void carry() {
        for (Runnable step = steps.poll(); step != null; step = steps.poll()) {
            try {
                step.run();
            } catch (RuntimeException | Error e) {
                LOG.error("The answer to a call was lost; the others go on.", e);
            }
        }
        carriers.decrementAndGet();
        if (!steps.isEmpty()) {
            engage();
        }
    }
}
