package org.cachemanager.core.internal;

import java.util.ArrayList;
import java.util.List;
import org.cachemanager.api.Call;
import org.cachemanager.api.Failure;
import org.cachemanager.api.GetReply;
import org.cachemanager.api.Key;
import org.cachemanager.api.host.Time;
import org.jspecify.annotations.Nullable;

/**
 * The locks of missing items, apart from the items: given to the first who asks, lapsing with their lease, inherited by
 * the one that has waited longest.
 *
 * <p>A lock lives in the stripe of its key, under that stripe's lock; replies are called after it is given back.
 */
final class Locks {

    /** How much earlier than its wait a lease lapses, so that those who came with the holder can inherit it. */
    private static final long LEASE_MARGIN_NANOS = 200_000_000;

    /** How much earlier than its time a waiter may be answered; see {@link #answerAfter}. */
    private static final long ANSWER_MARGIN_NANOS = 100_000_000;

    private final Time time;
    private final Index index;
    private final Deadlines deadlines;
    private final Counters counters;

    Locks(Time time, Index index, Deadlines deadlines, Counters counters) {
        this.time = time;
        this.index = index;
        this.deadlines = deadlines;
        this.counters = counters;
    }

    /** How long a lease lasts: the wait, less 200 ms or a tenth of it. */
    static long lease(long maxWaitNanos) {
        return maxWaitNanos - Math.min(LEASE_MARGIN_NANOS, maxWaitNanos / 10);
    }

    /**
     * When a waiter is answered in vain: between 5 % (at most 100 ms) before its time and its time. Nine tenths of that
     * margin are left for the worker to be late in.
     */
    static long answerAfter(long maxWaitNanos) {
        return maxWaitNanos - Math.min(ANSWER_MARGIN_NANOS, maxWaitNanos / 20) * 9 / 10;
    }

    /**
     * Takes a caller in whose item is missing. Called under the stripe's lock.
     *
     * @return null if the caller is given the lock; else its place among those who wait
     */
    @Nullable
    Call take(Stripe stripe, Key key, long hash, Request request) {
        long now = time.nanos();
        Stripe.LockName name = new Stripe.LockName(hash, key);
        KeyLock lock = stripe.locks.get(name);
        if (lock == null) {
            lock = new KeyLock(this, name);
            stripe.locks.put(name, lock);
            deadlines.set(lock, now + lease(request.maxWaitNanos));
            counters.locksGiven.increment();
            return null;
        }
        Waiter waiter = new Waiter(this, lock, request.reply, request.maxWaitNanos);
        lock.join(waiter);
        deadlines.set(waiter, now + answerAfter(request.maxWaitNanos));
        counters.waits.increment();
        return waiter;
    }

    /** Who asks, and how long they would wait. */
    record Request(GetReply reply, long maxWaitNanos) {}

    /** Frees a key's lock because its item is there; called under the stripe's lock. Returns who waited for it. */
    List<Waiter> free(Stripe stripe, Key key, long hash) {
        KeyLock lock = stripe.locks.remove(new Stripe.LockName(hash, key));
        if (lock == null) {
            return List.of();
        }
        deadlines.cancel(lock);
        List<Waiter> waiters = lock.dismiss();
        waiters.forEach(deadlines::cancel);
        return waiters;
    }

    /** Lets a waiter go; false when it has been answered or is about to be. */
    boolean leave(Waiter waiter) {
        Stripe stripe = index.stripe(waiter.lock.name.hash());
        long stamp = stripe.lock();
        try {
            if (!waiter.lock.leave(waiter)) {
                return false;
            }
        } finally {
            stripe.unlock(stamp);
        }
        deadlines.cancel(waiter);
        return true;
    }

    /** Drops every lock and refuses everybody who waits: the core ends. */
    void close(Failure why) {
        for (int i = 0; i < index.stripes(); i++) {
            List<Waiter> waiters = new ArrayList<>();
            index.clearLocks(i, lock -> {
                deadlines.cancel(lock);
                waiters.addAll(lock.dismiss());
            });
            for (Waiter waiter : waiters) {
                deadlines.cancel(waiter);
                Replies.failed(waiter.reply, why);
            }
        }
    }

    /** Passes a lock whose lease has run out to the one that has waited longest, or drops it. */
    void lapsed(KeyLock lock) {
        Waiter heir;
        Stripe stripe = index.stripe(lock.name.hash());
        long stamp = stripe.lock();
        try {
            if (stripe.locks.get(lock.name) != lock || time.nanos() - lock.dueNanos() < 0) {
                return;
            }
            counters.locksLapsed.increment();
            heir = lock.longestWaiting();
            if (heir == null) {
                stripe.locks.remove(lock.name);
                return;
            }
            deadlines.cancel(heir);
            deadlines.set(lock, time.nanos() + lease(heir.maxWaitNanos));
            counters.locksGiven.increment();
            counters.locksInherited.increment();
        } finally {
            stripe.unlock(stamp);
        }
        Replies.locked(heir.reply);
    }
}
