package org.cachemanager.core.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.cachemanager.api.host.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is due at an instant: leases, waits, calls that are parked. One timer of the node's, set to the next of them.
 *
 * <p>Its lock guards the wheel and is held for no call but those to {@link Time}.
 */
final class Deadlines {

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.core");

    /** Nanoseconds in a tick, as a power of two: about a millisecond. */
    private static final int TICK_BITS = 20;

    /** Something that is to happen at an instant unless it is cancelled. */
    abstract static class Deadline extends TimerWheel.Node {
        private long nanosFromOrigin;

        @Override
        final long dueTick() {
            return (nanosFromOrigin >> TICK_BITS) + 1;
        }

        /**
         * Called when the instant has come, by the worker, under no lock; may come late, and after a change of mind.
         */
        abstract void reached();
    }

    private final Time time;
    private final long origin;
    private final TimerWheel<Deadline> wheel = new TimerWheel<>(0);
    private Time.@Nullable Timer timer;
    private long timerTick = Long.MAX_VALUE;

    Deadlines(Time time) {
        this.time = time;
        this.origin = time.nanos();
    }

    /** The clock that they go by. */
    Time time() {
        return time;
    }

    /** Sets a deadline, or sets it anew. */
    void set(Deadline deadline, long dueNanos) {
        synchronized (wheel) {
            wheel.remove(deadline);
            deadline.nanosFromOrigin = dueNanos - origin;
            wheel.add(deadline);
            arm();
        }
    }

    /** The instant of a deadline, as by {@link Time#nanos()}; stable only for who has set it. */
    long dueNanos(Deadline deadline) {
        return origin + deadline.nanosFromOrigin;
    }

    /** Forgets a deadline; it may be on its way already. */
    void cancel(Deadline deadline) {
        synchronized (wheel) {
            wheel.remove(deadline);
        }
    }

    /** Stops the timer; what is set is not reached any more. */
    void close() {
        synchronized (wheel) {
            if (timer != null) {
                timer.cancel();
            }
            timerTick = Long.MIN_VALUE;
        }
    }

    private void arm() {
        long next = wheel.nextTick();
        if (next < timerTick) {
            if (timer != null) {
                timer.cancel();
            }
            timerTick = next;
            long nanos = (next << TICK_BITS) + origin - time.nanos();
            timer = time.schedule(Duration.ofNanos(nanos), this::run);
        }
    }

    /** Whether a deadline was set anew while others were reached. */
    private boolean isPutOff(Deadline deadline) {
        synchronized (wheel) {
            return dueNanos(deadline) - time.nanos() > 0;
        }
    }

    private void run() {
        List<Deadline> due = new ArrayList<>();
        synchronized (wheel) {
            if (timerTick == Long.MIN_VALUE) {
                return;
            }
            if (timer != null) {
                timer.cancel(); // a sooner one, if it was set while this one was on its way
            }
            timer = null;
            timerTick = Long.MAX_VALUE;
            long now = (time.nanos() - origin) >> TICK_BITS;
            for (Deadline next = wheel.poll(now); next != null; next = wheel.poll(now)) {
                due.add(next);
            }
            arm();
        }
        for (Deadline deadline : due) {
            if (isPutOff(deadline)) {
                continue;
            }
            try {
                deadline.reached();
            } catch (RuntimeException | Error e) {
                LOG.error("What was due failed; what else is due goes on.", e);
            }
        }
    }
}
