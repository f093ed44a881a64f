package org.cachemanager.core.internal;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.cachemanager.api.Call;
import org.cachemanager.api.Failure;
import org.cachemanager.api.Reply;
import org.cachemanager.api.Reservation;
import org.cachemanager.api.host.Time;
import org.jspecify.annotations.Nullable;

/**
 * Room for bytes that are on their way in. Uploads together get half of the room that is not held, so that what has
 * arrived can be stored; those that find none wait in line, in the order they came, for a while.
 *
 * <p>The lock guards the line and the sum; replies are called after it is given back.
 */
final class Uploads {

    private static final Failure NO_ROOM = new Failure(
            Failure.Reason.NO_ROOM, "There is no room to take the upload in now; try again a little later.");

    /** The most uploads that wait; more are refused at once. */
    private static final int LINE_LIMIT = 10_000;

    private final Time time;
    private final Deadlines deadlines;
    private final Room room;
    private final Shelf shelf;
    private final Holds holds;
    private final Counters counters;
    private final AtomicBoolean admitting = new AtomicBoolean();

    private final Object guard = new Object();
    private final Deque<Pending> line = new ArrayDeque<>();
    private long inTransit;
    private boolean closed;
    /** Whether {@link #line} has anybody in it; written under the lock. */
    private volatile boolean awaited;

    Uploads(Time time, Deadlines deadlines, Shelf.Parts parts, Holds holds) {
        this.time = time;
        this.deadlines = deadlines;
        this.room = parts.room();
        this.counters = parts.counters();
        this.shelf = holds.shelf;
        this.holds = holds;
    }

    /** An upload that waits in line. */
    private final class Pending extends Deadlines.Deadline implements Call {
        private final long bytes;
        private final Reply<Reservation> reply;

        Pending(long bytes, Reply<Reservation> reply) {
            this.bytes = bytes;
            this.reply = reply;
        }

        @Override
        public boolean cancel() {
            boolean left = leaveLine(this);
            deadlines.cancel(this);
            roomReleased();
            return left;
        }

        @Override
        void reached() {
            if (cancel()) {
                refuse(reply, NO_ROOM);
            }
        }
    }

    /** Room that was given; given back once. */
    private final class Given implements Reservation {
        private final long bytes;
        private final AtomicBoolean closed = new AtomicBoolean();

        Given(long bytes) {
            this.bytes = bytes;
        }

        @Override
        public void close() {
            if (!closed.compareAndSet(false, true)) {
                return;
            }
            synchronized (guard) {
                inTransit -= bytes;
            }
            room.release(bytes);
        }
    }

    Call reserve(long bytes, Duration maxWait, Reply<Reservation> reply) {
        boolean claimed;
        synchronized (guard) {
            claimed = line.isEmpty() && claim(bytes);
        }
        if (claimed && makeRoom(bytes)) {
            Replies.completed(reply, new Given(bytes));
        } else if (maxWait.isZero() || bytes > room.heapLimit()) {
            refuse(reply, NO_ROOM);
        } else {
            return standInLine(new Pending(bytes, reply), time.nanos() + maxWait.toNanos());
        }
        return Call.ANSWERED;
    }

    private Call standInLine(Pending pending, long untilNanos) {
        Failure refusal;
        synchronized (guard) {
            refusal = closed ? Core.ENDED : line.size() < LINE_LIMIT ? null : NO_ROOM;
            if (refusal == null) {
                line.add(pending);
                awaited = true;
                deadlines.set(pending, untilNanos);
            }
        }
        roomReleased(); // some may have been, or a claim given up, after it was found wanting
        if (refusal == null) {
            return pending;
        }
        refuse(pending.reply, refusal);
        return Call.ANSWERED;
    }

    /** Refuses everybody who waits in line, and who still comes: the core ends. */
    void close(Failure why) {
        List<Pending> waiting;
        synchronized (guard) {
            closed = true;
            waiting = List.copyOf(line);
            line.clear();
            awaited = false;
        }
        for (Pending pending : waiting) {
            deadlines.cancel(pending);
            refuse(pending.reply, why);
        }
    }

    /** Told when room was given back: whoever is next in line is admitted soon, by the worker. */
    void roomReleased() {
        if (awaited && admitting.compareAndSet(false, true)) {
            time.schedule(Duration.ZERO, this::admitWaiting);
        }
    }

    private void admitWaiting() {
        admitting.set(false);
        Pending next = claimForFirst();
        while (next != null && makeRoom(next.bytes)) {
            Given given = new Given(next.bytes);
            if (leaveLine(next)) {
                deadlines.cancel(next);
                Replies.completed(next.reply, given);
            } else {
                given.close();
            }
            next = claimForFirst();
        }
    }

    private @Nullable Pending claimForFirst() {
        synchronized (guard) {
            Pending first = line.peek();
            return first != null && claim(first.bytes) ? first : null;
        }
    }

    private boolean leaveLine(Pending pending) {
        synchronized (guard) {
            boolean left = line.remove(pending);
            awaited = !line.isEmpty();
            return left;
        }
    }

    private boolean claim(long bytes) {
        if (inTransit > 0 && inTransit + bytes > (room.heapLimit() - holds.bytes()) / 2) {
            return false;
        }
        inTransit += bytes;
        return true;
    }

    /** Makes the room that was claimed, which may evict; false, and the claim given up, when there can't be enough. */
    private boolean makeRoom(long bytes) {
        if (shelf.take(bytes)) {
            return true;
        }
        synchronized (guard) {
            inTransit -= bytes;
        }
        return false;
    }

    private void refuse(Reply<Reservation> reply, Failure why) {
        counters.refused.increment();
        Replies.failed(reply, why);
    }
}
