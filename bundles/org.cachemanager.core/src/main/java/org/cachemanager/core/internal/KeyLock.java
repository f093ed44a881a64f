package org.cachemanager.core.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import org.cachemanager.api.Key;
import org.jspecify.annotations.Nullable;

/**
 * The lock on a missing item: a lease of the one caller that makes it, and the others who wait, in the order they came.
 * Its deadline is the end of the lease. Guarded by the lock of its key's stripe, as are the links of those who wait:
 * the line runs through them, so that a place in it takes two references.
 */
final class KeyLock extends Deadlines.Deadline {

    final Locks locks;
    final Stripe.LockName name;
    private @Nullable Waiter first;
    private @Nullable Waiter last;
    private int waiters;

    /** When this node had begun with nothing, as it was given or claimed. */
    long begun;

    /** The node whose client has it; null for this one. */
    @Nullable
    UUID holder;

    KeyLock(Locks locks, Stripe.LockName name) {
        this.locks = locks;
        this.name = name;
    }

    /** What an operator sees of a lock. */
    record View(Key key, long lapsesNanos, int waiters) {}

    View view() {
        return new View(name.key(), locks.lapsesNanos(this), waiters);
    }

    boolean isWaitedFor() {
        return first != null;
    }

    void join(Waiter waiter) {
        Waiter before = last;
        waiter.before = before;
        waiter.waits = true;
        if (before == null) {
            first = waiter;
        } else {
            before.behind = waiter;
        }
        last = waiter;
        waiters++;
    }

    /** Takes a waiter out of the line; returns whether it was in it. */
    boolean leave(Waiter waiter) {
        if (!waiter.waits) {
            return false;
        }
        Waiter before = waiter.before;
        Waiter behind = waiter.behind;
        if (before == null) {
            first = behind;
        } else {
            before.behind = behind;
        }
        if (behind == null) {
            last = before;
        } else {
            behind.before = before;
        }
        waiter.waits = false;
        waiter.before = null;
        waiter.behind = null;
        waiters--;
        return true;
    }

    /** Takes out those of certain callers, in the order they came. */
    List<Waiter> dismiss(Predicate<Caller> whose) {
        List<Waiter> all = new ArrayList<>();
        Waiter next = first;
        while (next != null) {
            Waiter behind = next.behind;
            if (whose.test(next.caller)) {
                leave(next);
                all.add(next);
            }
            next = behind;
        }
        return all;
    }

    /** Takes out the one that has waited longest; null when nobody waits. */
    @Nullable
    Waiter longestWaiting() {
        Waiter longest = first;
        if (longest != null) {
            leave(longest);
        }
        return longest;
    }

    /** Takes out everybody who waits, the one that has waited longest first. */
    List<Waiter> dismiss() {
        List<Waiter> all = new ArrayList<>(waiters);
        for (Waiter next = longestWaiting(); next != null; next = longestWaiting()) {
            all.add(next);
        }
        return all;
    }

    @Override
    void reached() {
        locks.lapsed(this);
    }
}
