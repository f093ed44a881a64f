package org.cachemanager.core.internal;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.cachemanager.api.Data;
import org.cachemanager.api.Failure;
import org.jspecify.annotations.Nullable;

/** All that the clients of a simulation have asked and heard, when it was stable, and what is against a promise. */
final class History {

    static final long MILLI = 1_000_000L;

    /** What a call may be under way between two nodes that nothing disturbs, there and back, and then some. */
    static final long MOST_DELAY = 50 * MILLI;

    /** By then what has to be given to a new owner is there. */
    static final long GIVEN = 500 * MILLI;

    /** How far the instants may be apart that two nodes compute of one wait. */
    private static final long ROUGHLY = 5 * MILLI;

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
        private final int troubles;

        /** When it came to its node, which may have been paused. */
        long came;

        long waitNanos;
        long ttlSeconds;
        String value = "";
        boolean cancelled;
        long cancelledAt;
        long end = Long.MAX_VALUE;
        Outcome outcome = Outcome.FAILED;
        Failure.@Nullable Reason reason;
        boolean answeredTwice;

        /** When it was lost with its node; the greatest number as long as it is not. */
        long lost = Long.MAX_VALUE;

        /** Until when its owner may keep it, or the lock that it was given, though nobody hears of it. */
        long haunts;

        private boolean troubled;

        private Operation(Kind kind, String key, SimulatedNode node, long begin) {
            this.kind = kind;
            this.key = key;
            this.node = node;
            this.life = node.life;
            this.begin = begin;
            this.came = begin;
            this.troubles = History.this.troubles(node);
        }

        void end(Outcome how, long nanos) {
            answeredTwice |= isAnswered();
            outcome = how;
            end = nanos;
            troubled = isNodeTroubled();
            open(node).remove(this);
        }

        void cancelled(long nanos) {
            cancelled = true;
            cancelledAt = nanos;
            open(node).remove(this);
        }

        boolean isAnswered() {
            return end != Long.MAX_VALUE;
        }

        /** Whether its node was troubled meanwhile. */
        boolean isTroubled() {
            return isAnswered() ? troubled : isNodeTroubled();
        }

        private boolean isNodeTroubled() {
            return node.life != life || node.paused || History.this.troubles(node) != troubles;
        }

        boolean isWaiter() {
            return kind == Kind.GET && waitNanos > 0;
        }

        boolean isChange() {
            return kind != Kind.GET;
        }

        boolean isLock() {
            return outcome == Outcome.LOCKED && isAnswered();
        }

        /** Until when it may have changed something; one that was not answered is lost by the next stable time. */
        long latest() {
            if (isAnswered()) {
                return end;
            }
            Long calm = lost == Long.MAX_VALUE ? null : stable.ceilingKey(lost);
            return calm == null ? Long.MAX_VALUE : calm + MOST_DELAY;
        }

        /** Whether it may have changed something in that time. */
        boolean mayCount(long from, long to) {
            return begin <= to && latest() >= from && !(isAnswered() && outcome == Outcome.FAILED);
        }

        @Override
        public String toString() {
            return String.format(
                    "%s %s %s at node %d, %.3f to %.3f s, waits %.1f s: %s%s",
                    kind,
                    key,
                    value,
                    node.number,
                    begin / 1e9,
                    isAnswered() ? end / 1e9 : -1,
                    waitNanos / 1e9,
                    isAnswered() ? outcome : "not answered",
                    reason == null ? "" : " " + reason);
        }
    }

    /**
     * A time in which it was stable.
     *
     * @param losses how often something had befallen anybody that may cost items
     */
    record Interval(long begin, long end, long losses) {

        boolean holds(long nanos) {
            return nanos >= begin && nanos <= end;
        }
    }

    /** What a run is like, as far as it matters to what is promised. */
    record Terms(boolean storm, List<Trouble> troubles, long timeoutNanos) {

        boolean tiny() {
            return troubles.contains(Trouble.TINY);
        }
    }

    final Terms terms;
    final List<Operation> operations = new ArrayList<>();
    final NavigableMap<Long, Interval> stable = new TreeMap<>();

    /** When something befell anybody. */
    final List<Long> unrest = new ArrayList<>();

    /** By how much wall clocks were set forth or back in all. */
    long steppedMillis;

    private final List<Long> deaths = new ArrayList<>();
    private final Map<SimulatedNode, List<Long>> troubles = new HashMap<>();
    private final Map<SimulatedNode, List<Operation>> open = new HashMap<>();
    private final Map<Promise, List<String>> wrong = new LinkedHashMap<>();
    private final Map<String, List<long[]>> unheard = new HashMap<>();
    private long losses;

    /** Whether a node has come since it was last stable for long enough to give it what it owns. */
    private boolean joining;

    private long stabilityNow;
    private long stableSince;

    History(Terms terms) {
        this.terms = terms;
    }

    /** The bytes of a key as text. */
    static String text(Data data) {
        return new String(data.toByteArray(), StandardCharsets.UTF_8);
    }

    /** What is told apart of the bytes of an item: the rest is there to be large. */
    static String value(Data data) {
        String text = text(data);
        int end = text.indexOf(':');
        return end < 0 ? text : text.substring(0, end);
    }

    private int troubles(SimulatedNode node) {
        List<Long> all = troubles.get(node);
        return all == null ? 0 : all.size();
    }

    /** Whether a node was paused, or died, in that time. */
    boolean isTroubled(SimulatedNode node, long from, long to) {
        return troubles.getOrDefault(node, List.of()).stream().anyMatch(at -> at >= from && at <= to);
    }

    /** Whether a node died in that time. */
    boolean hasDied(long from, long to) {
        return deaths.stream().anyMatch(at -> at >= from && at <= to);
    }

    private List<Operation> open(SimulatedNode node) {
        return open.computeIfAbsent(node, any -> new ArrayList<>());
    }

    /** A node is paused, goes on, dies, or is started: nobody else is to blame for calls to it. */
    void troubled(SimulatedNode node, long now) {
        troubles.computeIfAbsent(node, any -> new ArrayList<>()).add(now);
    }

    /** A node has died. */
    void died(SimulatedNode node, long now) {
        troubled(node, now);
        deaths.add(now);
        for (Operation operation : open(node)) {
            operation.lost = now;
            haunt(operation);
        }
        open(node).clear();
    }

    /** The calls of a node, or what they are given, may stay where they are without anybody to hear of it. */
    void haunted(SimulatedNode node) {
        open(node).forEach(History::haunt);
    }

    private static void haunt(Operation operation) {
        operation.haunts = operation.begin + operation.waitNanos + Locks.lease(operation.waitNanos) + MOST_DELAY;
    }

    /** A lock is given to a node, which has not heard of it yet: it may have given its call up. */
    Object granted(String key, long nanos, long lapses) {
        long[] span = {nanos - MOST_DELAY, lapses};
        unheard.computeIfAbsent(key, any -> new ArrayList<>()).add(span);
        return span;
    }

    /** It has heard of it; whether in time, its clients know. */
    void heard(String key, Object granted, SimulatedNode by, long now) {
        if (operations.stream()
                .anyMatch(call -> call.node == by && call.isLock() && call.end == now && call.key.equals(key))) {
            unheard(key).remove(granted);
        }
    }

    /** When locks of a key were held that nobody had heard of. */
    List<long[]> unheard(String key) {
        return unheard.getOrDefault(key, List.of());
    }

    /** Something has befallen a node, which may cost no more than time. */
    void befell(long now) {
        if (unrest.isEmpty() || unrest.get(unrest.size() - 1) != now) {
            unrest.add(now);
        }
    }

    /** Something befalls somebody, or ends. */
    void unrest(long now, boolean isLoss) {
        befell(now);
        losses += isLoss || joining ? 1 : 0;
        joining |= !isLoss;
        stabilityNow = 0;
    }

    Operation begin(Kind kind, String key, SimulatedNode node, SimulatedTime time) {
        Operation operation = new Operation(kind, key, node, time.nanos());
        operations.add(operation);
        open(node).add(operation);
        return operation;
    }

    /** How it is now: 0 when it is not stable, else a number that is the same as long as nothing changes. */
    void stability(long now, long stability) {
        if (stability == 0 || stability != stabilityNow) {
            stableSince = now;
        }
        if (stability != 0) {
            stable.put(stableSince, new Interval(stableSince, now, losses));
            joining &= now - stableSince < GIVEN;
        }
        stabilityNow = stability;
    }

    @Nullable
    Interval intervalAt(long nanos) {
        Map.Entry<Long, Interval> entry = stable.floorEntry(nanos);
        return entry == null || entry.getValue().end < nanos ? null : entry.getValue();
    }

    boolean isWithin(Operation operation) {
        Interval interval = intervalAt(operation.begin);
        return interval != null && operation.end <= interval.end;
    }

    /**
     * A node looks a key up at another one: one of its clients must have asked for it, and have so long left to wait.
     */
    void looksElsewhere(SimulatedNode from, String key, long waitNanos, long now) {
        for (Operation call : open(from)) {
            if (call.kind == Kind.GET && call.key.equals(key) && call.waitNanos > 0 == waitNanos > 0) {
                long left = call.waitNanos - (now - call.came);
                if (Math.abs(left - waitNanos) < ROUGHLY + call.waitNanos / 100 || left < ROUGHLY) {
                    return;
                }
            }
        }
        if (!from.paused) {
            wrong(Promise.ONE_STEP, "a look-up of " + key + " by node " + from.number + " at " + now / 1e9 + " s");
        }
    }

    /** A node changes an item at another one: one of its clients must have asked for that. */
    void changesElsewhere(SimulatedNode from, Kind kind, String key, String value) {
        for (Operation call : open(from)) {
            if (call.kind == kind && call.key.equals(key) && call.value.equals(value)) {
                return;
            }
        }
        wrong(Promise.ONE_STEP, kind + " " + key + " " + value + " by node " + from.number);
    }

    void wrong(Promise promise, Object... what) {
        StringBuilder text = new StringBuilder(promise.words).append(':');
        for (Object each : what) {
            text.append("\n    ").append(each);
        }
        wrong.computeIfAbsent(promise, any -> new ArrayList<>()).add(text.toString());
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
        HistoryOfAnswers answers = new HistoryOfAnswers(this);
        operations.forEach(answers::check);
        HistoryOfValues values = new HistoryOfValues(this, sets);
        HistoryOfLocks locks = new HistoryOfLocks(this);
        for (List<Operation> ofKey : byKey.values()) {
            values.check(ofKey);
            locks.check(ofKey);
        }
        List<String> all = new ArrayList<>();
        wrong.values().forEach(all::addAll);
        return all;
    }
}
