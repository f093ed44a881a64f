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
 * Room for bytes that are on their way in. Uploads together get half of the limit at the most, so that what has arrived
 * can be stored; those that find none wait in line, in the order they came, for a while.
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
    private final Counters counters;
    private final AtomicBoolean admitting = new AtomicBoolean();

    private final Object guard = new Object();
    private final Deque<Pending> line = new ArrayDeque<>();
    private long inTransit;
    /** Whether {@link #line} has anybody in it; written under the lock. */
    private volatile boolean awaited;

    Uploads(Time time, Deadlines deadlines, Shelf.Parts parts, Shelf shelf) {
        this.time = time;
        this.deadlines = deadlines;
        this.room = parts.room();
        this.counters = parts.counters();
        this.shelf = shelf;
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
            boolean left;
            synchronized (guard) {
                left = line.remove(this);
                awaited = !line.isEmpty();
            }
            deadlines.cancel(this);
            roomReleased();
            return left;
        }

        @Override
        void reached() {
            if (cancel()) {
                refuse(reply);
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
        Pending pending = null;
        boolean given = false;
        synchronized (guard) {
            given = line.isEmpty() && claim(bytes);
            if (!given && !maxWait.isZero() && bytes <= room.limit() && line.size() < LINE_LIMIT) {
                pending = new Pending(bytes, reply);
                line.add(pending);
                awaited = true;
            }
        }
        if (given) {
            admit(bytes, reply);
        } else if (pending == null) {
            refuse(reply);
        } else {
            deadlines.set(pending, time.nanos() + maxWait.toNanos());
            return pending;
        }
        return Call.ANSWERED;
    }

    /** Refuses everybody who waits in line: the core ends. */
    void close() {
        List<Pending> waiting;
        synchronized (guard) {
            waiting = List.copyOf(line);
        }
        waiting.forEach(Pending::reached);
    }

    /** Told when room was given back: whoever is next in line is admitted soon, by the worker. */
    void roomReleased() {
        if (awaited && admitting.compareAndSet(false, true)) {
            time.schedule(Duration.ZERO, this::admitWaiting);
        }
    }

    private void admitWaiting() {
        admitting.set(false);
        for (Pending next = nextThatFits(); next != null; next = nextThatFits()) {
            deadlines.cancel(next);
            admit(next.bytes, next.reply);
        }
    }

    private @Nullable Pending nextThatFits() {
        synchronized (guard) {
            Pending next = line.peek();
            if (next == null || !claim(next.bytes)) {
                return null;
            }
            line.remove();
            awaited = !line.isEmpty();
            return next;
        }
    }

    private boolean claim(long bytes) {
        if (inTransit > 0 && inTransit + bytes > room.limit() / 2) {
            return false;
        }
        inTransit += bytes;
        return true;
    }

    /** Makes the room that was claimed, which may evict. */
    private void admit(long bytes, Reply<Reservation> reply) {
        if (shelf.take(bytes)) {
            Replies.completed(reply, new Given(bytes));
            return;
        }
        synchronized (guard) {
            inTransit -= bytes;
        }
        roomReleased();
        refuse(reply);
    }

    private void refuse(Reply<Reservation> reply) {
        counters.refused.increment();
        Replies.failed(reply, NO_ROOM);
    }
}
