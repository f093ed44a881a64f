package org.cachemanager.core.internal;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.cachemanager.api.host.Time;

/**
 * The hybrid clock of this node: stamps that only grow, follow the wall clock, and are beyond every stamp that was
 * heard of. After Kulkarni, Demirbas, Madappa, Avva and Leone, "Logical physical clocks", 2014.
 *
 * <p>A stamp is the milliseconds since the epoch, a count of ten bits, and ten bits that tell nodes apart.
 */
final class Stamps {

    private static final int SALT_BITS = 10;
    private static final int COUNT_BITS = 10;

    /** What a peer that is this far ahead says of the time is not believed. */
    private static final long FARTHEST = Duration.ofDays(1).toMillis() << COUNT_BITS;

    private final Time time;
    private final long salt;
    private final AtomicLong last = new AtomicLong();

    /**
     * @param salt made of the ref and at random, so that two nodes, even of one ref, hardly ever give the same stamp
     */
    Stamps(Time time, int salt) {
        this.time = time;
        this.salt = salt & ((1 << SALT_BITS) - 1);
    }

    /** A stamp beyond all others that were given or heard of. */
    long next() {
        return last.accumulateAndGet(now(), (given, now) -> Math.max(given + 1, now)) << SALT_BITS | salt;
    }

    /** Takes note of a stamp that another node has given. */
    void heard(long stamp) {
        if (isPlausible(stamp)) {
            last.accumulateAndGet(stamp >>> SALT_BITS, Math::max);
        }
    }

    /** Whether a stamp is not far ahead of the clock. */
    boolean isPlausible(long stamp) {
        return (stamp >>> SALT_BITS) - now() < FARTHEST;
    }

    private long now() {
        return time.epochMillis() << COUNT_BITS;
    }
}
