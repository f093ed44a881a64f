package org.cachemanager.core.internal;

/**
 * Until when the keys of nodes that went silent are left alone: those may still serve them. Under the lock of
 * {@link Tenure}.
 */
final class LeftAlone {

    /** Of the timeout, how long after its last answered greeting the keys of a silent node are left alone. */
    private static final double SILENT = 0.9;

    /**
     * Of the timeout, how long the keys of a node are left alone whose address refuses connections: it may have lost
     * that address alone, and hears by its next greeting that it is down. A little more than five times in the timeout.
     */
    private static final double REFUSING = 0.25;

    private long untilNanos;

    LeftAlone(long now) {
        untilNanos = now;
    }

    /**
     * A node has been marked down.
     *
     * @param refusing whether nobody serves at its address
     */
    void left(Peering peering, boolean refusing, long now, long timeoutNanos) {
        if (!peering.answered) {
            return;
        }
        long until = peering.answeredNanos + (long) (timeoutNanos * SILENT);
        if (refusing) {
            long told = now + (long) (timeoutNanos * REFUSING);
            until = told - until < 0 ? told : until;
        }
        untilNanos = later(untilNanos, until);
    }

    private static long later(long one, long other) {
        return one - other > 0 ? one : other;
    }

    /** Keeps the instant from falling behind by more than the clock can tell. */
    void catchUp(long now) {
        untilNanos = later(untilNanos, now);
    }

    boolean isOver(long now) {
        return untilNanos - now <= 0;
    }

    long untilNanos() {
        return untilNanos;
    }
}
