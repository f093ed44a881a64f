package org.cachemanager.core.internal;

import java.time.Duration;
import org.cachemanager.api.peer.Greeting;
import org.jspecify.annotations.Nullable;

/**
 * What {@link Tenure} knows of a peer that is up, or was; guarded by its lock. What is volatile is read by any thread,
 * and so is, only to greet one another sooner, in what view it was last.
 */
final class Peering {

    /** For how long a node that is down is known. */
    private static final long REMEMBERED_NANOS = Duration.ofHours(1).toNanos();

    /** The stamp since which it is up here, or what else a {@link Greeting} says instead. */
    volatile long since = Greeting.UNKNOWN;

    /** When its last greeting was answered, if one was. */
    long answeredNanos;

    boolean answered;

    /** When the last greeting to it was sent in whose answer it regarded this node as up, if it did in the last. */
    long confirmedNanos;

    boolean confirmed;

    /** The clock of its last answer since it is up; 0 when there was none. */
    long clock;

    /** The latest epoch of it that was heard of. */
    volatile long epoch;

    /** The stamp at which it was started. */
    private long started;

    /** The stamp at which it last began without items and locks. */
    volatile long begun;

    /** When it was marked down, or reached no more. */
    long leftNanos;

    volatile long reportedView;
    long reportedEpoch;
    long answeredView;
    long answeredEpoch;

    /** One that has just been marked down. */
    static Peering down(Peering was, long now) {
        Peering down = new Peering();
        down.since = Greeting.DOWN;
        down.epoch = was.epoch;
        down.started = was.started;
        down.begun = was.begun;
        down.leftNanos = now;
        return down;
    }

    /** One that is up from now on. */
    static Peering up(long since, @Nullable Peering was) {
        Peering up = new Peering();
        up.since = since;
        up.epoch = was == null ? 0 : was.epoch;
        up.started = was == null ? 0 : was.started;
        up.begun = was == null ? 0 : was.begun;
        return up;
    }

    /** Whether who says so regards this node as up, or will as soon as it hears the same. */
    static boolean takes(Greeting word) {
        return word.since() > 0 || word.since() == Greeting.REACHED;
    }

    /** Takes note of its epoch; one that is far ahead of all clocks is not believed. */
    void heard(Greeting word, Stamps stamps) {
        if (word.started() != started || word.begun() > begun) {
            started = word.started();
            begun = word.begun();
        }
        if (word.epoch() > epoch && stamps.isPlausible(word.epoch())) {
            epoch = word.epoch();
        }
    }

    /**
     * Whether an answer shows that it has marked this node down since its last one, and has not just been started.
     *
     * @param slept whether this node has slept; if so one that confirms it for the first time may have served without
     *     it
     */
    boolean isMissedBy(Greeting answer, boolean slept) {
        if (clock == 0) {
            return slept && answer.since() > 0;
        }
        return answer.started() <= clock && (answer.since() <= 0 || answer.since() > clock);
    }

    /** It has answered a greeting, and said whether this node is up there. */
    void confirmed(Greeting answer, long sentNanos) {
        confirmed = answer.since() > 0;
        if (confirmed) {
            clock = answer.clock();
            confirmedNanos = sentNanos;
        }
    }

    /** A greeting of it is about to be answered. */
    void answered(long now) {
        answered = true;
        answeredNanos = now;
    }

    /** Whether it has been down for so long that nothing need be known of it. */
    boolean isForgotten(long now) {
        return !isUp() && since != Greeting.REACHED && now - leftNanos > REMEMBERED_NANOS;
    }

    /** It is not up, but has answered. */
    void reached(Greeting answer, Stamps stamps) {
        if (!isUp()) {
            since = Greeting.REACHED;
            heard(answer, stamps);
        }
    }

    /** It is not up, and has not answered. */
    Peering unreached(long now) {
        if (since == Greeting.REACHED) {
            since = Greeting.UNKNOWN;
            leftNanos = now;
        }
        return this;
    }

    boolean isUp() {
        return since > 0;
    }

    /** Whether it is up, and sees others up than it did. */
    boolean isNews(Greeting greeting) {
        return isUp() && greeting.view() != reportedView;
    }

    /** Whether it is up, and has said that this node is, too, in answer to a greeting of after an instant. */
    boolean isConfirmedSince(long nanos) {
        return isUp() && confirmed && confirmedNanos - nanos >= 0;
    }

    /** Whether it has answered since in the view and the epoch in which it greets. */
    boolean hasAnswered(Greeting greeting) {
        return answeredView == greeting.view() && answeredEpoch == greeting.epoch();
    }

    /** Whether it has told, in its present epoch and view, all that it had to. */
    boolean hasReported(long view) {
        return answeredEpoch != 0 && answeredView == view && reportedView == view && reportedEpoch == answeredEpoch;
    }
}
