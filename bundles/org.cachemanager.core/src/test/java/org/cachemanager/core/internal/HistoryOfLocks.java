package org.cachemanager.core.internal;

import java.util.ArrayList;
import java.util.List;
import org.cachemanager.core.internal.History.Interval;
import org.cachemanager.core.internal.History.Kind;
import org.cachemanager.core.internal.History.Operation;

/** That each lock of a {@link History} had one holder, and nobody waited in vain. */
final class HistoryOfLocks {

    private static final long SOON = 150 * History.MILLI;

    /** Of the timeout, how soon a call is sent again that was refused before it was stable. */
    private static final int AGAIN = 20;

    /** Of the timeout, how long a call stays at a node that it should not have come to. */
    private static final double DISPUTED = 0.35;

    private static final long LONGEST_LEASE = 10_000 * History.MILLI;

    private final History history;

    /** Whether calls may have come to other nodes than they were sent to. */
    private final boolean astray;

    /** By then everybody who waits for an item that is there has heard of it, and a lock that lapsed has an heir. */
    private final long soon;

    HistoryOfLocks(History history) {
        this.history = history;
        this.astray = history.terms.troubles().contains(Trouble.ONE_NAME);
        long timeout = history.terms.timeoutNanos();
        this.soon = SOON + timeout / AGAIN + (astray ? (long) (timeout * DISPUTED) : 0);
    }

    void check(List<Operation> calls) {
        List<Operation> locks = calls.stream()
                .filter(Operation::isLock)
                .sorted((a, b) -> Long.compare(a.end, b.end))
                .toList();
        List<Operation> sets =
                calls.stream().filter(call -> call.kind == Kind.SET).toList();
        List<Operation> waiters = calls.stream()
                .filter(call -> call.isWaiter() && !call.cancelled && !call.isTroubled() && call.haunts == 0)
                .toList();
        for (int i = 1; i < locks.size(); i++) {
            for (int j = i - 1; j >= 0 && locks.get(j).end > locks.get(i).end - LONGEST_LEASE; j--) {
                checkHolders(locks.get(j), locks.get(i), sets);
            }
        }
        locks.forEach(lock -> checkOrder(lock, waiters));
        sets.forEach(set -> checkWoken(set, waiters, calls));
        List<long[]> held = held(calls, sets, false);
        List<long[]> maybeHeld = held(calls, sets, true);
        for (Operation waiter : waiters) {
            checkHeld(Promise.NO_PHANTOM, waiter, held);
            checkHeld(Promise.INHERITED, waiter, maybeHeld);
        }
    }

    private void checkHolders(Operation one, Operation other, List<Operation> sets) {
        long lapses = one.end + Locks.lease(one.waitNanos) - History.MOST_DELAY;
        Interval interval = history.intervalAt(other.end);
        boolean always = !history.terms.storm()
                && !history.terms.tiny()
                && !history.isTroubled(one.node, one.begin + 1, other.end);
        boolean known = always || (interval != null && interval.holds(astray ? one.begin : one.end));
        if (known && other.end < lapses && !isFreed(sets, one.end - History.MOST_DELAY, other.end)) {
            history.wrong(Promise.ONE_HOLDER, one, other);
        }
    }

    private static boolean isFreed(List<Operation> sets, long from, long to) {
        return sets.stream().anyMatch(set -> set.mayCount(from, to));
    }

    /** One that has waited for a lock has not overtaken anybody. */
    private void checkOrder(Operation lock, List<Operation> waiters) {
        Interval interval = history.intervalAt(lock.end);
        if (interval == null || !interval.holds(lock.begin) || lock.end - lock.begin < History.MOST_DELAY) {
            return;
        }
        for (Operation waiter : waiters) {
            boolean before = interval.holds(waiter.begin) && waiter.begin + History.MOST_DELAY < lock.begin;
            if (before && waiter.end > lock.end + History.MOST_DELAY && interval.holds(waiter.begin)) {
                history.wrong(Promise.LONGEST_FIRST, waiter, lock);
            }
        }
    }

    private void checkWoken(Operation set, List<Operation> waiters, List<Operation> calls) {
        Interval interval = set.isAnswered() ? history.intervalAt(set.end) : null;
        boolean stored = set.outcome == History.Outcome.DONE;
        if (interval == null
                || !stored
                || history.terms.tiny()
                || interval.end() < set.end + soon
                || isDeletedSoon(calls, set)) {
            return;
        }
        for (Operation waiter : waiters) {
            if (waiter.begin < set.begin && waiter.end > set.end + soon) {
                history.wrong(Promise.WOKEN, set, waiter);
            }
        }
    }

    private boolean isDeletedSoon(List<Operation> calls, Operation set) {
        return calls.stream().anyMatch(call -> call.kind == Kind.DELETE && call.mayCount(set.begin, set.end + soon));
    }

    /** When somebody held the lock, or may have; not merged, by their beginning. */
    private List<long[]> held(List<Operation> calls, List<Operation> sets, boolean phantoms) {
        List<long[]> all = new ArrayList<>(phantoms ? history.unheard(calls.get(0).key) : List.of());
        for (Operation call : calls) {
            if (call.isWaiter() && call.haunts > 0) {
                all.add(new long[] {call.begin, call.haunts});
            }
            if (call.isLock()) {
                long freed = freed(call, sets);
                all.add(new long[] {call.end - History.MOST_DELAY, freed});
                Interval interval = phantoms ? history.intervalAt(freed) : null;
                if (interval != null) {
                    // a node whose client had it may not have heard of the set, and tells the next owner of the lock
                    all.add(new long[] {interval.end(), call.end + Locks.lease(call.waitNanos)});
                }
            } else if (phantoms && call.isWaiter() && call.cancelled) {
                long until = call.cancelledAt + History.MOST_DELAY;
                all.add(new long[] {call.cancelledAt - History.MOST_DELAY, until + Locks.lease(call.waitNanos)});
            }
        }
        all.sort((a, b) -> Long.compare(a[0], b[0]));
        return all;
    }

    /** When a lock that was given was over at the latest. */
    private long freed(Operation lock, List<Operation> sets) {
        long until = lock.end + Locks.lease(lock.waitNanos);
        for (Operation set : sets) {
            boolean sure = set.begin > lock.end && history.isWithin(set) && set.outcome == History.Outcome.DONE;
            until = sure ? Math.min(until, set.end) : until;
        }
        return until;
    }

    /** As long as it is stable and somebody waits, somebody holds the lock. */
    private void checkHeld(Promise promise, Operation waiter, List<long[]> held) {
        Interval interval = history.intervalAt(waiter.end);
        if (interval == null) {
            return;
        }
        long since = Math.max(waiter.begin, interval.begin());
        for (long[] span : held) {
            if (span[0] > since + soon) {
                break;
            }
            since = Math.max(since, span[1]);
        }
        if (waiter.end > since + soon) {
            history.wrong(promise, waiter, "nobody from " + since / 1e9 + " s on");
        }
    }
}
