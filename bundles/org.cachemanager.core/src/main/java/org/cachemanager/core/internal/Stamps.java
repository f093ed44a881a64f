package org.cachemanager.core.internal;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.cachemanager.api.host.Time;

/**
 * The hybrid clock of this node: stamps that only grow, follow the wall clock, and are beyond every stamp that was
 * heard of. After Kulkarni, Demirbas, Madappa, Avva and Leone, "Logical physical clocks", 2014.
 *
 * <p>A stamp is the milliseconds since the epoch, a count of ten bits, and ten bits of the node's ref, so that two
 * nodes hardly ever give the same one.
 */
final class Stamps {

    private static final int REF_BITS = 10;
    private static final int COUNT_BITS = 10;

    /** What a peer that is this far ahead says of the time is not believed. */
    private static final long FARTHEST = Duration.ofDays(1).toMillis() << COUNT_BITS;

    private final Time time;
    private final long ref;
    private final AtomicLong last = new AtomicLong();

    Stamps(Time time, UUID ref) {
        this.time = time;
        this.ref = ref.hashCode() & ((1 << REF_BITS) - 1);
    }

    /** A stamp beyond all others that were given or heard of. */
    long next() {
        return last.accumulateAndGet(now(), (given, now) -> Math.max(given + 1, now)) << REF_BITS | ref;
    }

    /** Takes note of a stamp that another node has given. */
    void heard(long stamp) {
        long ticks = stamp >>> REF_BITS;
        if (ticks - now() < FARTHEST) {
            last.accumulateAndGet(ticks, Math::max);
        }
    }

    private long now() {
        return time.epochMillis() << COUNT_BITS;
    }
}
