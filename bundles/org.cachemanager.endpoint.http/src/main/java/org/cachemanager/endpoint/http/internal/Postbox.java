package org.cachemanager.endpoint.http.internal;

import java.nio.channels.Selector;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.io.ManagedSelector;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Steps that a selector's thread runs between two selections, some at a time: those of the connections that it selects.
 * One item may answer ten thousand waiters at once: who sets it only drops their steps here, and neither runs them nor
 * wakes a thread for each.
 */
final class Postbox implements ManagedSelector.SelectorUpdate {

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.endpoint.http");

    /** After so many the selector looks at its connections. */
    private static final int MOST_AT_ONCE = 64;

    private static final ThreadLocal<@Nullable Postbox> CARRYING = new ThreadLocal<>();

    private final Queue<Runnable> steps = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean submitted = new AtomicBoolean();
    private final ManagedSelector selector;
    private volatile boolean closed;

    Postbox(ManagedSelector selector) {
        this.selector = selector;
    }

    /**
     * An executor that has what a step begins run behind it, by the same thread; the rest by another executor. Behind
     * each answer of a parked call Jetty has its connection looked at: no thread need be woken for that.
     */
    static Executor behindSteps(Executor other) {
        return task -> {
            Postbox own = CARRYING.get();
            if (own == null) {
                other.execute(task);
            } else {
                own.steps.add(task);
            }
        };
    }

    /** Has a step run soon, by the selector's thread; by this one when that has ended. What one throws is logged. */
    void post(Runnable step) {
        steps.add(step);
        if (closed) {
            carry(Integer.MAX_VALUE);
        } else {
            engage();
        }
    }

    private void engage() {
        if (submitted.compareAndSet(false, true)) {
            selector.submit(this);
        }
    }

    @Override
    public void update(Selector own) {
        carry(MOST_AT_ONCE);
        submitted.set(false);
        if (!steps.isEmpty()) {
            engage();
        }
    }

    private void carry(int most) {
        Postbox outer = CARRYING.get();
        CARRYING.set(this);
        Runnable step = steps.poll();
        for (int i = 1; step != null; i++) {
            try {
                step.run();
            } catch (RuntimeException | Error e) {
                LOG.error("The answer to a call was lost; the others go on.", e);
            }
            step = i < most ? steps.poll() : null;
        }
        CARRYING.set(outer);
    }

    /** The selector has ended: runs what is left. */
    void close() {
        closed = true;
        carry(Integer.MAX_VALUE);
    }
}
