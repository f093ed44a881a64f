package org.cachemanager.core.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All that the clients of a simulation have asked and heard, and what of it is against the promises.
 *
 * <p>Stable is when all nodes that run have the same view, have settled in it, and the network does what it should.
 */
final class History {

    private static final long MILLI = 1_000_000L;

    /** What a message may be under way between two nodes that nothing disturbs, there and back, and then some. */
    private static final long MOST_DELAY = 50 * MILLI;

    /** By then everybody who waits for an item that is there has heard of it. */
    private static final long WOKEN = 1000 * MILLI;

    /** By then everybody who does not wait has been answered, whatever befalls the other nodes. */
    private static final long ANSWERED = 30_000 * MILLI;

    enum Kind {
        GET,
        SET,
        DELETE
    }

    enum Outcome {
        FOUND,
        LOCKED,
        ABSENT,
        DONE,
        FAILED
    }

    /** A call of a client. */
    final class Operation {
        final Kind kind;
        final String key;
        final SimulatedNode node;
        final int life;
        final long begin;
        private final long troubles;
        long waitNanos;
        String value = "";
        boolean cancelled;
        private long end = Long.MAX_VALUE;
        private boolean troubled;
        private Outcome outcome = Outcome.FAILED;
        private boolean answeredTwice;

        private Operation(Kind kind, String key, SimulatedNode node, long begin) {
            this.kind = kind;
            this.key = key;
            this.node = node;
            this.life = node.life;
            this.begin = begin;
            this.troubles = History.this.troubles(node);
        }

        void end(Outcome how, long nanos) {
            answeredTwice |= end != Long.MAX_VALUE;
            outcome = how;
            end = nanos;
            troubled = isTroubled();
        }

        private boolean isAnswered() {
            return end != Long.MAX_VALUE;
        }

        private boolean isTroubled() {
            return node.life != life || node.paused || History.this.troubles(node) != troubles;
        }

        private boolean isWaiter() {
            return kind == Kind.GET && waitNanos > 0;
        }

        private boolean isLock() {
            return outcome == Outcome.LOCKED && isAnswered();
        }

        @Override
        public String toString() {
            return String.format(
                    "%s %s %s at node %d, %.3f to %.3f s, waits %.1f s: %s",
                    kind,
                    key,
                    value,
                    node.number,
                    begin / 1e9,
                    isAnswered() ? end / 1e9 : -1,
                    waitNanos / 1e9,
                    outcome);
        }
    }

    /** A time without any change. */
    private record Interval(long begin, long end, long stability) {}

    private final boolean storm;
    private final List<Operation> operations = new ArrayList<>();
    private final Map<SimulatedNode, Long> troubles = new HashMap<>();
    private final TreeMap<Long, Interval> stable = new TreeMap<>();
    private final List<String> wrong = new ArrayList<>();
    private long stabilityNow;
    private long stableSince;

    /** @param storm whether the network did not always do what it should */
    History(boolean storm) {
        this.storm = storm;
    }

    int size() {
        return operations.size();
    }

    private long troubles(SimulatedNode node) {
        return troubles.getOrDefault(node, 0L);
    }

    /** A node is paused, goes on, or dies: nobody else is to blame for calls to it. */
    void troubled(SimulatedNode node) {
        troubles.merge(node, 1L, Long::sum);
    }

    Operation begin(Kind kind, String key, SimulatedNode node, SimulatedTime time) {
        Operation operation = new Operation(kind, key, node, time.nanos());
        operations.add(operation);
        return operation;
    }

    /** How it is now: 0 when it is not stable, else a number that is the same as long as nothing changes. */
    void stability(long now, long stability) {
        if (stability == 0 || stability != stabilityNow) {
            stableSince = now;
        }
        if (stability != 0) {
            stable.put(stableSince, new Interval(stableSince, now, stability));
        }
        stabilityNow = stability;
    }

    private @Nullable Interval intervalAt(long nanos) {
        Map.Entry<Long, Interval> entry = stable.floorEntry(nanos);
        return entry == null || entry.getValue().end < nanos ? null : entry.getValue();
    }

    /** What was against the promises. */
    List<String> check() {
        Map<String, Operation> sets = new HashMap<>();
        Map<String, List<Operation>> byKey = new TreeMap<>();
        for (Operation operation : operations) {
            byKey.computeIfAbsent(operation.key, key -> new ArrayList<>()).add(operation);
            if (operation.kind == Kind.SET) {
                sets.put(operation.value, operation);
            }
        }
        operations.forEach(this::checkAnswer);
        for (List<Operation> ofKey : byKey.values()) {
            checkValues(ofKey, sets);
            checkLocks(ofKey);
            checkWakeUps(ofKey);
        }
        return wrong;
    }

    private void wrong(String what, Operation... operations) {
        StringBuilder text = new StringBuilder(what);
        for (Operation operation : operations) {
            text.append("\n    ").append(operation);
        }
        wrong.add(text.toString());
    }

    private void checkAnswer(Operation call) {
        boolean lost = call.node.life != call.life || call.cancelled;
        if (call.answeredTwice || (call.cancelled && call.isAnswered())) {
            wrong("Answered more than once, or after it was cancelled:", call);
        }
        if (!call.isAnswered()) {
            if (!lost && !call.isTroubled()) {
                wrong("Never answered:", call);
            }
            return;
        }
        if (call.outcome == Outcome.FAILED) {
            wrong("Refused:", call);
        }
        long took = call.end - call.begin;
        if (!call.troubled && took > (call.isWaiter() ? call.waitNanos : ANSWERED)) {
            wrong("Answered too late:", call);
        }
        if (call.outcome == Outcome.ABSENT && took < call.waitNanos / 100 * 94) {
            wrong("Told too early that it does not come:", call);
        }
    }

    private boolean counts(Operation change) {
        return change.isAnswered() && (!storm || (intervalAt(change.end) != null && isWithin(change)));
    }

    private boolean isWithin(Operation operation) {
        Interval interval = intervalAt(operation.begin);
        return interval != null && operation.end <= interval.end;
    }

    /** No value that was never set; nothing older than what was set, or deleted, and acknowledged. */
    private void checkValues(List<Operation> calls, Map<String, Operation> sets) {
        List<Operation> changes = calls.stream()
                .filter(call -> call.kind != Kind.GET && counts(call))
                .sorted((a, b) -> Long.compare(a.end, b.end))
                .toList();
        List<Operation> found = calls.stream()
                .filter(call -> call.outcome == Outcome.FOUND && call.isAnswered())
                .sorted((a, b) -> Long.compare(a.begin, b.begin))
                .toList();
        int next = 0;
        Operation newest = null;
        for (Operation get : found) {
            while (next < changes.size() && changes.get(next).end < get.begin) {
                Operation change = changes.get(next++);
                newest = newest == null || change.begin > newest.begin ? change : newest;
            }
            Operation set = sets.get(get.value);
            if (set == null || set.begin > get.end || !set.key.equals(get.key)) {
                wrong("A value that was not set by then:", get);
            } else if (newest != null && set.isAnswered() && newest.begin > set.end && (!storm || isWithin(get))) {
                wrong("A value older than the newest:", set, newest, get);
            }
        }
    }

    /** Never two holders of one lock. */
    private void checkLocks(List<Operation> calls) {
        List<Operation> locks = calls.stream()
                .filter(Operation::isLock)
                .sorted((a, b) -> Long.compare(a.end, b.end))
                .toList();
        for (int i = 1; i < locks.size(); i++) {
            Operation one = locks.get(i - 1);
            Operation other = locks.get(i);
            long lapses = one.end + Locks.lease(one.waitNanos) - MOST_DELAY;
            Interval interval = intervalAt(other.end);
            boolean known = interval != null && (one.end >= interval.begin || (!storm && one.node.life == one.life));
            if (known && other.end < lapses && !isSetBetween(calls, one.begin, other.end)) {
                wrong("Two hold the lock:", one, other);
            }
        }
    }

    private static boolean isSetBetween(List<Operation> calls, long from, long to) {
        for (Operation call : calls) {
            if (call.kind == Kind.SET && call.begin < to && call.end > from) {
                return true;
            }
        }
        return false;
    }

    private static boolean isDeletedSoon(List<Operation> calls, Operation set) {
        for (Operation call : calls) {
            if (call.kind == Kind.DELETE && call.begin < set.end + WOKEN && call.end > set.begin) {
                return true;
            }
        }
        return false;
    }

    /** Nobody waits on when the item is there. */
    private void checkWakeUps(List<Operation> calls) {
        for (Operation set : calls) {
            Interval interval = set.kind == Kind.SET && set.isAnswered() ? intervalAt(set.end) : null;
            if (interval == null || interval.end < set.end + WOKEN || isDeletedSoon(calls, set)) {
                continue;
            }
            for (Operation call : calls) {
                boolean waits = call.isWaiter() && !call.cancelled && call.begin < set.begin;
                if (waits && call.end > set.end + WOKEN && !call.isTroubled() && !call.troubled) {
                    wrong("Waits on though the item is there:", set, call);
                }
            }
        }
    }
}
