package org.cachemanager.core.internal;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.cachemanager.core.internal.History.Interval;
import org.cachemanager.core.internal.History.Kind;
import org.cachemanager.core.internal.History.Operation;
import org.cachemanager.core.internal.History.Outcome;

/** What the clients of a {@link History} found, and did not find, is what was set last. */
final class HistoryOfValues {

    /** How far wall clocks may be apart. */
    private static final long SKEW = 4_100 * History.MILLI;

    private static final long SECOND = 1_000 * History.MILLI;

    private final History history;
    private final Map<String, Operation> sets;

    HistoryOfValues(History history, Map<String, Operation> sets) {
        this.history = history;
        this.sets = sets;
    }

    void check(List<Operation> calls) {
        List<Operation> changes = calls.stream().filter(Operation::isChange).toList();
        List<Operation> found = calls.stream()
                .filter(call -> call.outcome == Outcome.FOUND && call.isAnswered())
                .sorted((a, b) -> Long.compare(a.begin, b.begin))
                .toList();
        found.forEach(this::checkValue);
        checkNewest(changes, found);
        checkWayBack(found);
        if (!history.terms.tiny()) {
            List<Operation> answered = changes.stream()
                    .filter(call -> call.kind == Kind.SET && history.isWithin(call))
                    .sorted((a, b) -> Long.compare(a.end, b.end))
                    .toList();
            calls.stream()
                    .filter(call -> call.outcome == Outcome.ABSENT || call.outcome == Outcome.LOCKED)
                    .filter(history::isWithin)
                    .forEach(call -> checkFound(call, answered, changes));
        }
    }

    /** When a set was carried out at the latest; in a storm also an attempt that was given up, and made again. */
    private long latest(Operation set) {
        boolean once = set.end - set.begin < history.terms.timeoutNanos() / 2;
        if (!history.terms.storm() || once || history.intervalAt(set.end) != null) {
            return set.latest();
        }
        Long calm = history.stable.ceilingKey(set.end);
        return calm == null ? Long.MAX_VALUE : calm + History.MOST_DELAY;
    }

    private void checkValue(Operation get) {
        Operation set = sets.get(get.value);
        if (set == null || set.begin > get.end || !set.key.equals(get.key)) {
            history.wrong(Promise.SET_BEFORE, get);
            return;
        }
        long margin = history.steppedMillis * History.MILLI + SKEW;
        if (set.isAnswered() && get.begin - set.ttlSeconds * SECOND - margin > latest(set)) {
            history.wrong(Promise.NOT_EXPIRED, set, get);
        }
    }

    private boolean counts(Operation call) {
        return !history.terms.storm() || (!history.terms.tiny() && history.isWithin(call));
    }

    /** The newer one may be gone, in a storm, with the node that had it. */
    private void checkRemembered(Promise promise, Operation set, Operation newer, Operation get) {
        if (!history.terms.storm() || !history.hasDied(newer.begin, get.end)) {
            history.wrong(promise, set, newer, get);
        }
    }

    private void checkNewest(List<Operation> all, List<Operation> found) {
        List<Operation> changes = all.stream()
                .filter(call -> call.isAnswered() && call.outcome == Outcome.DONE && counts(call))
                .sorted((a, b) -> Long.compare(a.end, b.end))
                .toList();
        int next = 0;
        Operation newest = null;
        for (Operation get : found) {
            while (next < changes.size() && changes.get(next).end < get.begin) {
                Operation change = changes.get(next++);
                newest = newest == null || change.begin > newest.begin ? change : newest;
            }
            Operation set = sets.get(get.value);
            if (set != null && newest != null && newest.begin > set.latest() && counts(set) && counts(get)) {
                checkRemembered(Promise.NEWEST, set, newest, get);
            }
        }
    }

    /** What was read, when it could not change any more, is not replaced by what it had replaced. */
    private void checkWayBack(List<Operation> found) {
        List<Operation> reads = found.stream()
                .filter(call -> counts(call) && sets.containsKey(call.value))
                .sorted((a, b) -> Long.compare(a.end, b.end))
                .toList();
        int next = 0;
        Operation latest = null;
        for (Operation get : found) {
            while (next < reads.size() && reads.get(next).end < get.begin) {
                Operation read = reads.get(next++);
                latest = latest == null || read.begin > latest.begin ? read : latest;
            }
            Operation set = sets.get(get.value);
            if (latest != null
                    && set != null
                    && !latest.value.equals(get.value)
                    && set.latest() < latest.begin
                    && set.begin
                            <= Objects.requireNonNull(sets.get(latest.value)).latest()
                    && counts(set)
                    && counts(get)) {
                checkRemembered(Promise.NO_WAY_BACK, set, latest, get);
            }
        }
    }

    /** What was not found must not have been there. */
    private void checkFound(Operation get, List<Operation> answered, List<Operation> changes) {
        Interval now = history.intervalAt(get.begin);
        for (int i = answered.size() - 1; now != null && i >= 0; i--) {
            Operation set = answered.get(i);
            Interval then = set.end < get.begin ? history.intervalAt(set.begin) : null;
            if (then == null || then.losses() != now.losses()) {
                continue;
            }
            boolean same = then.begin() == now.begin();
            boolean given = !history.terms.storm() && get.begin > now.begin() + History.GIVEN;
            if ((same || given) && isThere(set, get, changes, same ? 0 : SKEW)) {
                history.wrong(Promise.FOUND, set, get, same ? "in one stable time" : "it was to be handed over");
                return;
            }
        }
    }

    /** Whether an item that was set must be there still when somebody asks. */
    private boolean isThere(Operation set, Operation get, List<Operation> changes, long skew) {
        long margin = History.MOST_DELAY + skew + history.steppedMillis * History.MILLI;
        for (Operation change : changes) {
            boolean ends = change.kind == Kind.DELETE || change.begin + change.ttlSeconds * SECOND - margin < get.end;
            if (ends && change.mayCount(set.begin, get.end)) {
                return false;
            }
        }
        return true;
    }
}
