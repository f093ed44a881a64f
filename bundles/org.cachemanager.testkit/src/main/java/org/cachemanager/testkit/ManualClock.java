package org.cachemanager.testkit;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.cachemanager.api.host.Time;
import org.jspecify.annotations.Nullable;

/**
 * A clock that stands still until it is set, and runs what is due while it moves: in the order of the instants, each
 * task at its own instant, in the thread that moves the clock.
 *
 * <p>Any thread may schedule and cancel; one at a time moves it.
 */
public final class ManualClock implements Time {

    /** The instant it begins at: 2026-11-23T00:00:00Z, in milliseconds since the epoch. */
    public static final long START_MILLIS = 1_795_392_000_000L;

    private static final long NANOS_PER_MILLI = 1_000_000;

    /** The longest delay that is told apart from longer ones. */
    private static final Duration MOST = Duration.ofDays(36_500);

    private final PriorityQueue<Task> tasks = new PriorityQueue<>(
            Comparator.comparingLong((Task task) -> task.dueNanos).thenComparingLong(task -> task.sequence));
    private long nanos;
    private long wallOffsetMillis = START_MILLIS;
    private long sequence;

    /** A task and when it is due. */
    private final class Task implements Timer {
        private final long dueNanos;
        private final long sequence;
        private final Runnable runnable;

        Task(long dueNanos, long sequence, Runnable runnable) {
            this.dueNanos = dueNanos;
            this.sequence = sequence;
            this.runnable = runnable;
        }

        @Override
        public void cancel() {
            synchronized (ManualClock.this) {
                tasks.remove(this);
            }
        }
    }

    @Override
    public synchronized long epochMillis() {
        return wallOffsetMillis + nanos / NANOS_PER_MILLI;
    }

    @Override
    public synchronized long nanos() {
        return nanos;
    }

    @Override
    public synchronized Timer schedule(Duration delay, Runnable task) {
        Task scheduled = new Task(nanos + nanos(delay), sequence++, task);
        tasks.add(scheduled);
        return scheduled;
    }

    /** Runs the task at once, in this thread. */
    @Override
    public void aside(Runnable task) {
        task.run();
    }

    private static long nanos(Duration delay) {
        return delay.isNegative() ? 0 : delay.compareTo(MOST) > 0 ? MOST.toNanos() : delay.toNanos();
    }

    /** Lets time pass, and runs what becomes due meanwhile, what these tasks schedule included. */
    public void advance(Duration duration) {
        long end = nanos() + duration.toNanos();
        for (Task task = next(end); task != null; task = next(end)) {
            task.runnable.run();
        }
        synchronized (this) {
            nanos = Math.max(nanos, end);
        }
    }

    /** Lets time pass in which nothing runs, as when the process is stopped; what has become due is run later. */
    public synchronized void standStill(Duration duration) {
        nanos += duration.toNanos();
    }

    /** Runs what is due now, without letting time pass. */
    public void runDue() {
        advance(Duration.ZERO);
    }

    /** Sets the wall clock forth, or back when negative, as an operator or NTP does; nothing becomes due by it. */
    public synchronized void stepWall(Duration step) {
        wallOffsetMillis += step.toMillis();
    }

    /** The number of tasks that are scheduled. */
    public synchronized int scheduled() {
        return tasks.size();
    }

    private synchronized @Nullable Task next(long end) {
        Task first = tasks.peek();
        if (first == null || first.dueNanos > end) {
            return null;
        }
        tasks.remove();
        nanos = Math.max(nanos, first.dueNanos);
        return first;
    }
}
