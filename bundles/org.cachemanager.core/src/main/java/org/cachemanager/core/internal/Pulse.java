package org.cachemanager.core.internal;

/**
 * Notices, by a pulse that it has missed, when this node has slept: others may have done anything meanwhile. Set under
 * the lock of {@link Peers}, read by any thread.
 */
final class Pulse extends Deadlines.Deadline {

    /** A part of the timeout: by how much a deadline is missed when this node has slept. */
    private static final int SLEPT = 4;

    private final Peers peers;
    private volatile boolean on;
    private volatile long beatNanos;

    /** When it was last noticed that this node had slept. */
    private volatile long wokeNanos;

    Pulse(Peers peers) {
        this.peers = peers;
        this.wokeNanos = peers.time.nanos();
    }

    /** Has it beat from now on, or no more. */
    void set(boolean on) {
        if (on) {
            beatNanos = peers.time.nanos() + peers.periodNanos();
            peers.deadlines.set(this, beatNanos);
        }
        this.on = on;
    }

    /** Whether this node has slept through a deadline: nobody else is to blame for what was not done by then. */
    boolean isSlept(long dueNanos) {
        return peers.time.nanos() - dueNanos > peers.timeout().toNanos() / SLEPT;
    }

    private boolean isMissed() {
        return on && isSlept(beatNanos);
    }

    /** Whether this node has slept, which is taken note of. */
    boolean wake() {
        boolean slept = isMissed();
        if (slept) {
            wokeNanos = peers.time.nanos();
            beatNanos = wokeNanos;
        }
        return slept;
    }

    /** Whether this node has slept since an instant. */
    boolean hasSleptSince(long nanos) {
        return isMissed() || wokeNanos - nanos >= 0;
    }

    @Override
    void reached() {
        peers.beat();
    }
}
