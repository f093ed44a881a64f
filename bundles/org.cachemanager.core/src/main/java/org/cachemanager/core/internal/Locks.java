package org.cachemanager.core.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.cachemanager.api.Call;
import org.cachemanager.api.Failure;
import org.cachemanager.api.GetReply;
import org.cachemanager.api.Key;
import org.cachemanager.api.PeerMark;
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

    /** What a lock takes besides its key: the lock, its names and its deadline, generously. */
    private static final int LOCK_BYTES = 400;

    /**
     * Of the limit, the share that locks may take in all: they live for up to an hour, whether or not their holder
     * does.
     */
    private static final int SHARE = 8;

    /** How soon a lock is looked at again that has lapsed while this node may not give it. */
    private static final long AGAIN_NANOS = 20_000_000;

    /** The place among those who wait of one for whose lock there is no room. */
    static final Call FULL = () -> false;

    private final Time time;
    private final Index index;
    private final Deadlines deadlines;
    private final Room room;
    private final Counters counters;
    private final LockRights rights;
    private final AtomicLong bytes = new AtomicLong();

    Locks(Time time, Deadlines deadlines, Shelf.Parts parts, LockRights rights) {
        this.rights = rights;
        this.time = time;
        this.deadlines = deadlines;
        this.index = parts.index();
        this.room = parts.room();
        this.counters = parts.counters();
    }

    private static long weight(KeyLock lock) {
        return (long) LOCK_BYTES + lock.name.key().bytes().length;
    }

    private void added(Stripe stripe, KeyLock lock) {
        stripe.locks.put(lock.name, lock);
        bytes.addAndGet(weight(lock));
    }

    private void removed(KeyLock lock) {
        bytes.addAndGet(-weight(lock));
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

    /** When a call that waits at another node is given up: later than that node answers in vain, but still in time. */
    static long giveUpAfter(long maxWaitNanos) {
        return maxWaitNanos - Math.min(ANSWER_MARGIN_NANOS, maxWaitNanos / 20) * 3 / 10;
    }

    /**
     * Takes a caller in whose item is missing. Called under the stripe's lock.
     *
     * @return null if the caller is given the lock; {@link #FULL} if there are too many; {@link LocalCache#ELSEWHERE}
     *     if this node does not own the key; else its place among those who wait
     */
    @Nullable
    Call take(Stripe stripe, Key key, long hash, Request request) {
        if (!request.caller.anyway() && !rights.mayGive(key)) {
            return LocalCache.ELSEWHERE;
        }
        long now = time.nanos();
        Stripe.LockName name = new Stripe.LockName(hash, key);
        KeyLock lock = stripe.locks.get(name);
        if (lock == null) {
            if (bytes.get() > room.heapLimit() / SHARE) {
                return FULL;
            }
            lock = new KeyLock(this, name);
            lock.begun = rights.begun();
            lock.holder = request.caller.peer();
            added(stripe, lock);
            deadlines.set(lock, now + lease(request.maxWaitNanos));
            counters.locksGiven.increment();
            return null;
        }
        Waiter waiter = new Waiter(lock, request);
        lock.join(waiter);
        deadlines.set(waiter, now + answerAfter(request.maxWaitNanos));
        counters.waits.increment();
        return waiter;
    }

    /** Whether somebody has the lock of a key. Called under the stripe's lock. */
    boolean isHeld(Stripe stripe, Key key, long hash) {
        return stripe.locks.containsKey(new Stripe.LockName(hash, key));
    }

    /**
     * Takes note of a lock that was given elsewhere, or for longer than is known here. Called under the stripe's lock.
     *
     * @return false if there are too many locks
     */
    boolean claim(Stripe stripe, Key key, long hash, Duration lease) {
        Stripe.LockName name = new Stripe.LockName(hash, Key.ofBytes(key.bytes()));
        KeyLock lock = stripe.locks.get(name);
        long until = time.nanos() + lease.toNanos();
        if (lock == null) {
            if (bytes.get() > room.heapLimit() / SHARE) {
                return false;
            }
            lock = new KeyLock(this, name);
            added(stripe, lock);
            deadlines.set(lock, until);
        }
        lock.begun = rights.begun();
        PeerMark mark = key.peer();
        lock.holder = mark == null ? null : mark.ref();
        if (until - lapsesNanos(lock) <= 0) {
            return true;
        }
        deadlines.set(lock, until);
        return true;
    }

    /**
     * What is asked.
     *
     * @param maxWaitNanos how long the caller would wait
     */
    record Request(GetReply reply, long maxWaitNanos, Caller caller) {}

    /**
     * Tells a caller that it has a lock; under no lock.
     *
     * @return false, without a word, if this node owns the key no more
     */
    boolean give(Key key, long hash, Request request) {
        Duration lease = Duration.ofNanos(lease(request.maxWaitNanos));
        if (request.caller.isClient()) {
            long begun = begun(key, hash);
            if (begun == 0 || !rights.given(key, lease, begun)) {
                giveBack(key, hash);
                return false;
            }
        }
        Replies.locked(request.reply);
        return true;
    }

    /** When this node had begun as a lock was given; 0 when it is there no more. */
    private long begun(Key key, long hash) {
        Stripe stripe = index.stripe(hash);
        long stamp = stripe.lock();
        try {
            KeyLock lock = stripe.locks.get(new Stripe.LockName(hash, key));
            return lock == null ? 0 : lock.begun;
        } finally {
            stripe.unlock(stamp);
        }
    }

    /** Has a lock lapse that nobody was told to have. */
    void giveBack(Key key, long hash) {
        Stripe stripe = index.stripe(hash);
        long stamp = stripe.lock();
        try {
            KeyLock lock = stripe.locks.get(new Stripe.LockName(hash, key));
            if (lock != null) {
                deadlines.set(lock, time.nanos());
            }
        } finally {
            stripe.unlock(stamp);
        }
    }

    /** Takes a key's lock out because its item is there; called under the stripe's lock. Null when nobody has it. */
    @Nullable
    KeyLock free(Stripe stripe, Key key, long hash) {
        KeyLock lock = stripe.locks.remove(new Stripe.LockName(hash, key));
        if (lock != null) {
            removed(lock);
            deadlines.cancel(lock);
        }
        return lock;
    }

    /** Takes out who waits for a lock; called under its stripe's lock. */
    List<Waiter> dismiss(KeyLock lock) {
        List<Waiter> waiters = lock.dismiss();
        waiters.forEach(deadlines::cancel);
        return waiters;
    }

    /**
     * Gives who waits for a key because its item has come from elsewhere; who makes it anew keeps the lock. Called
     * under the stripe's lock.
     */
    List<Waiter> wake(Stripe stripe, Key key, long hash) {
        KeyLock lock = stripe.locks.get(new Stripe.LockName(hash, key));
        return lock == null ? List.of() : dismiss(lock);
    }

    /**
     * Lets a waiter go.
     *
     * @return the waiter; if it has been moved, where to; null when it has been answered or is about to be
     */
    @Nullable
    Call leave(Waiter waiter) {
        Stripe stripe = index.stripe(waiter.lock.name.hash());
        long stamp = stripe.lock();
        try {
            if (!waiter.lock.leave(waiter)) {
                return waiter.moved;
            }
        } finally {
            stripe.unlock(stamp);
        }
        deadlines.cancel(waiter);
        return waiter;
    }

    /**
     * Follows a change of owners: clients of this node who wait for what another node owns go on there, calls of peers
     * are refused, and made again by those. A lock itself stays until it is sure that another node gives it.
     *
     * @param leaves whether nobody waits here for a lock any more
     * @param drops whether a lock is none any more
     */
    void follow(Predicate<KeyLock> leaves, Predicate<KeyLock> drops) {
        for (int i = 0; i < index.stripes(); i++) {
            List<Waiter> out = new ArrayList<>();
            index.removeLocks(i, lock -> leaves(lock, leaves, drops, out), lock -> {
                removed(lock);
                deadlines.cancel(lock);
            });
            out.forEach(this::goOn);
        }
    }

    private boolean leaves(KeyLock lock, Predicate<KeyLock> leaves, Predicate<KeyLock> drops, List<Waiter> out) {
        boolean dropped = drops.test(lock);
        if (dropped || leaves.test(lock)) {
            for (Waiter waiter : lock.dismiss()) {
                move(waiter);
                out.add(waiter);
            }
        }
        return dropped;
    }

    /** Lets the calls go that certain peers have passed on: those have died, or gone on without this node. */
    void dropCallers(Predicate<UUID> gone) {
        Predicate<Caller> whose = caller -> caller.peer() != null && gone.test(caller.peer());
        for (int i = 0; i < index.stripes(); i++) {
            List<Waiter> out = new ArrayList<>();
            index.forEachLock(i, lock -> out.addAll(lock.dismiss(whose)));
            out.forEach(this::goOn);
        }
    }

    /** Under the stripe's lock: a client that is out of the line waits elsewhere from now on. */
    private void move(Waiter waiter) {
        if (waiter.caller.isClient()) {
            waiter.moved = rights.moved(waiter, deadlines.dueNanos(waiter));
        }
    }

    private void moveOn(Stripe stripe, Waiter heir, long endNanos) {
        RoutedGet call = rights.moved(heir, endNanos);
        long stamp = stripe.lock();
        try {
            heir.moved = call;
        } finally {
            stripe.unlock(stamp);
        }
        rights.goOn(call);
    }

    private void goOn(Waiter waiter) {
        deadlines.cancel(waiter);
        RoutedGet moved = waiter.moved;
        if (moved == null) {
            Replies.failed(waiter.reply, RoutedCache.NOT_YET);
        } else {
            rights.goOn(moved);
        }
    }

    /** When the lease ends. Called under the stripe's lock. */
    long lapsesNanos(KeyLock lock) {
        return deadlines.dueNanos(lock);
    }

    /** Drops every lock and refuses everybody who waits: the core ends. */
    void close(Failure why) {
        for (int i = 0; i < index.stripes(); i++) {
            List<Waiter> waiters = new ArrayList<>();
            index.clearLocks(i, lock -> {
                removed(lock);
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
        long endNanos;
        Stripe stripe = index.stripe(lock.name.hash());
        long stamp = stripe.lock();
        try {
            if (stripe.locks.get(lock.name) != lock || time.nanos() - lapsesNanos(lock) < 0) {
                return;
            }
            if (lock.isWaitedFor() && !rights.mayGive(lock.name.key())) {
                deadlines.set(lock, time.nanos() + AGAIN_NANOS);
                return;
            }
            counters.locksLapsed.increment();
            heir = lock.longestWaiting();
            if (heir == null) {
                stripe.locks.remove(lock.name);
                removed(lock);
                return;
            }
            endNanos = deadlines.dueNanos(heir);
            deadlines.cancel(heir);
            deadlines.set(lock, time.nanos() + lease(heir.maxWaitNanos));
            lock.begun = rights.begun();
            lock.holder = heir.caller.peer();
            counters.locksGiven.increment();
            counters.locksInherited.increment();
        } finally {
            stripe.unlock(stamp);
        }
        Request request = new Request(heir.reply, heir.maxWaitNanos, heir.caller);
        if (!give(lock.name.key(), lock.name.hash(), request)) {
            moveOn(stripe, heir, endNanos);
        }
    }
}
