package org.cachemanager.core.internal;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.cachemanager.api.eviction.EvictionPolicy;
import org.jspecify.annotations.Nullable;

/** An eviction policy from when it comes into force to when it goes out of it, and the lock that it is called under. */
final class Reign {

    /** How often one waits for a holder that does not get on: for 3 s. */
    static final int PATIENCE = 30;

    private static final long ROUND_MILLIS = 100;

    final EvictionPolicy policy;
    private final int patience;
    private final ReentrantLock lock = new ReentrantLock();
    /** Grows each time the lock is taken, and while its holder gets on; written by the holder. */
    private volatile long steps;

    private volatile @Nullable Thread holder;

    /**
     * A reign that begins.
     *
     * @param patience how often, 100 ms each time, one waits for a holder that does not get on. Counted by who waits,
     *     so that a machine or a JVM that stands still makes nobody late
     */
    Reign(EvictionPolicy policy, int patience) {
        this.policy = policy;
        this.patience = patience;
    }

    /** Takes the lock if it is free. */
    boolean tryEnter() {
        return lock.tryLock() && entered();
    }

    /**
     * Waits for the lock.
     *
     * @param over whether it is not worth waiting for any more
     * @return false when it was not, or when the holder did not get on; the lock is not held then
     */
    boolean enter(BooleanSupplier over) {
        return tryEnter() || (await(over) && entered());
    }

    private boolean await(BooleanSupplier over) {
        long seen = steps;
        int rounds = 0;
        boolean interrupted = false;
        try {
            while (rounds < patience && !over.getAsBoolean()) {
                try {
                    if (lock.tryLock(ROUND_MILLIS, TimeUnit.MILLISECONDS)) {
                        return true;
                    }
                } catch (InterruptedException e) {
                    interrupted = true;
                }
                rounds = steps == seen ? rounds + 1 : 0;
                seen = steps;
            }
            return false;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private boolean entered() {
        holder = Thread.currentThread();
        progress();
        return true;
    }

    /** Says that the holder gets on. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // written by the holder only
    void progress() {
        steps++;
    }

    /** Gives the lock back. */
    void leave() {
        holder = null;
        lock.unlock();
    }

    /** Has the holder's next access to an entry throw; tells where it is now. */
    Throwable castOut() {
        IllegalStateException where = new IllegalStateException("It did not come back; it is where this says.");
        Thread stuck = holder;
        if (stuck != null) {
            Outcasts.add(stuck);
            where.setStackTrace(stuck.getStackTrace());
        }
        return where;
    }
}
