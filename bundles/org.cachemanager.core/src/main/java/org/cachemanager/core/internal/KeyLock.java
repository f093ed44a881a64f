package org.cachemanager.core.internal;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.cachemanager.api.Key;
import org.jspecify.annotations.Nullable;

/**
 * The lock on a missing item: a lease of the one caller that makes it, and the others who wait, in the order they came.
 * Its deadline is the end of the lease. Guarded by the lock of its key's stripe.
 */
final class KeyLock extends Deadlines.Deadline {

    private final Locks locks;
    final Stripe.LockName name;
    private final Set<Waiter> waiters = new LinkedHashSet<>();

    KeyLock(Locks locks, Stripe.LockName name) {
        this.locks = locks;
        this.name = name;
    }

    /** What an operator sees of a lock. */
    record View(Key key, long lapsesNanos, int waiters) {}

    View view() {
        return new View(name.key(), dueNanos(), waiters.size());
    }

    void join(Waiter waiter) {
        waiters.add(waiter);
    }

    boolean leave(Waiter waiter) {
        return waiters.remove(waiter);
    }

    /** Takes out the one that has waited longest; null when nobody waits. */
    @Nullable
    Waiter longestWaiting() {
        Iterator<Waiter> all = waiters.iterator();
        if (!all.hasNext()) {
            return null;
        }
        Waiter first = all.next();
        all.remove();
        return first;
    }

    /** Takes out everybody who waits. */
    List<Waiter> dismiss() {
        List<Waiter> all = List.copyOf(waiters);
        waiters.clear();
        return all;
    }

    @Override
    void reached() {
        locks.lapsed(this);
    }
}
