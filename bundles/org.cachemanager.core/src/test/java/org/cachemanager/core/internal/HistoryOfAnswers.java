package org.cachemanager.core.internal;

import java.util.Collections;
import org.cachemanager.api.Failure;
import org.cachemanager.core.internal.History.Interval;
import org.cachemanager.core.internal.History.Operation;
import org.cachemanager.core.internal.History.Outcome;

/** That every call of a {@link History} was answered, once, and in its time. */
final class HistoryOfAnswers {

    private static final long STABLE_NANOS = 100 * History.MILLI;

    /** Of the timeout, what it takes at the most until another node answers. */
    private static final int FOLDS = 3;

    /** The part of a wait that it may take longer by clocks that run too slow. */
    private static final int DRIFT = 200;

    private static final long SLACK_NANOS = 1000 * History.MILLI;

    /**
     * How long a call without a wait is parked; all of that may be storm, or have passed while its node stood still.
     */
    private static final long PATIENCE = 25_000 * History.MILLI;

    private final History history;

    HistoryOfAnswers(History history) {
        this.history = history;
    }

    void check(Operation call) {
        if (call.answeredTwice || (call.cancelled && call.isAnswered())) {
            history.wrong(Promise.ONCE, call);
        }
        if (call.cancelled) {
            return;
        }
        if (!call.isAnswered()) {
            if (call.lost == Long.MAX_VALUE && !call.node.paused) {
                history.wrong(Promise.ANSWERED, call);
            }
            return;
        }
        boolean scarce = call.reason == Failure.Reason.NO_ROOM || call.reason == Failure.Reason.TOO_LARGE;
        boolean late = (history.terms.storm() || call.isTroubled()) && call.end - call.begin >= PATIENCE;
        if (call.outcome == Outcome.FAILED && !(history.terms.tiny() && scarce) && !late) {
            history.wrong(Promise.SERVED, call);
        }
        long took = call.end - call.begin;
        if (call.outcome == Outcome.ABSENT && took < call.waitNanos / 100 * 94) {
            history.wrong(Promise.NOT_EARLY, call);
        }
        if (!call.isTroubled()) {
            checkTime(call);
        }
    }

    private void checkTime(Operation call) {
        long took = call.end - call.begin;
        if (call.isWaiter()) {
            boolean slow = history.terms.troubles().contains(Trouble.CLOCK);
            if (took > call.waitNanos + (slow ? call.waitNanos / DRIFT : 0)) {
                history.wrong(Promise.IN_TIME, call);
            }
            return;
        }
        Interval interval = history.intervalAt(call.begin);
        if (took > STABLE_NANOS && interval != null && interval.end() >= call.begin + STABLE_NANOS) {
            history.wrong(Promise.AT_ONCE, call, "though nothing befell anybody");
        }
        long most = FOLDS * history.terms.timeoutNanos() + SLACK_NANOS;
        boolean astray = history.terms.troubles().contains(Trouble.ONE_NAME);
        if (took > most && !astray && longestRest(call) > most) {
            history.wrong(Promise.AT_ONCE, call, "timeout " + history.terms.timeoutNanos() / 1e9 + " s");
        }
    }

    /** The longest part of its time in which nothing befell anybody. */
    private long longestRest(Operation call) {
        long longest = 0;
        long since = call.begin;
        int next = Collections.binarySearch(history.unrest, call.begin);
        for (int i = next < 0 ? -next - 1 : next; i < history.unrest.size(); i++) {
            long at = history.unrest.get(i);
            if (at >= call.end) {
                break;
            }
            longest = Math.max(longest, at - since);
            since = at;
        }
        return Math.max(longest, call.end - since);
    }
}
