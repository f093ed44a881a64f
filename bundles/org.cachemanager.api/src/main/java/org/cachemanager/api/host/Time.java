package org.cachemanager.api.host;

import java.time.Duration;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The clock and the timers of a node: the only source of both, so that a test or a simulation can be it instead.
 *
 * <p>Every method may be called by any thread and none blocks.
 */
@ProviderType
public interface Time {

    /** What the wall clock shows, in milliseconds since the epoch: for expiry and tokens. May be set back or forth. */
    long epochMillis();

    /** Nanoseconds since an arbitrary origin, never running backwards: for waits and leases. Compare by subtraction. */
    long nanos();

    /**
     * Runs a task once, on the node's worker, after a delay. The worker runs one task at a time, in the order in which
     * they are due; a task must not block. One that throws is logged, stays dormant for {@code worker_timeout}, and is
     * started once more; it keeps no other task from running.
     *
     * @param delay zero or less: as soon as the worker is free
     * @return cancels it
     */
    Timer schedule(Duration delay, Runnable task);

    /**
     * Runs a task, which may never end, where it keeps no other from running: on a daemon thread of its own. A
     * simulated clock may run it before this returns.
     *
     * @param task what it throws is logged
     */
    void aside(Runnable task);

    /** A task that is scheduled. */
    @ProviderType
    @FunctionalInterface
    interface Timer {

        /** Keeps the task from running if it has not begun yet. Any thread, does not block. */
        void cancel();
    }
}
