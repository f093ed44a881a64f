package org.cachemanager.core.internal;

/** How often in a row it was another node that answered at an address than before; guarded by the peers' lock. */
final class Restarts {

    private static final int MOST = 16;

    private boolean any;
    private long lastNanos;
    private int inARow;

    /**
     * It is another one now.
     *
     * @return how long to wait before it is asked: nothing, and ever longer each time within the refresh time after the
     *     last
     */
    long next(long now, long refreshNanos, long periodNanos) {
        inARow = any && now - lastNanos < refreshNanos ? Math.min(inARow + 1, MOST) : 0;
        any = true;
        lastNanos = now;
        return inARow == 0 ? 0 : Math.min(refreshNanos, periodNanos << inARow);
    }
}
