package org.cachemanager.core.internal;

import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import org.cachemanager.api.Call;
import org.cachemanager.api.Failure;
import org.cachemanager.api.GetReply;
import org.cachemanager.api.Item;
import org.cachemanager.api.Key;
import org.cachemanager.api.NodeStatus;
import org.cachemanager.api.Reply;
import org.cachemanager.api.Reservation;
import org.cachemanager.api.host.Time;
import org.jspecify.annotations.Nullable;

/** The items and locks of this node; a key that another node owns is left to its owner. */
final class LocalCache {

    /** Says of a call, which has not been answered, that this node does not own its key. */
    static final Call ELSEWHERE = () -> false;

    private static final Failure TOO_MANY_LOCKS = new Failure(
            Failure.Reason.NO_ROOM, "Too many items are being made at once; try again when some are there.");
    static final Failure TOO_MANY_READS = new Failure(
            Failure.Reason.NO_ROOM, "Too many large items are being read at once; try again a little later.");
    private final Time time;
    private final KeyHash hash;
    private final Core core;
    private final Index index;
    private final Shelf shelf;
    private final Locks locks;
    private final Uploads uploads;
    private final LargeReads largeReads;
    private final Counters counters;

    LocalCache(Core core, KeyHash hash) {
        this.core = core;
        this.hash = hash;
        this.time = core.time;
        this.index = core.index;
        this.shelf = core.shelf;
        this.locks = core.locks;
        this.uploads = core.uploads;
        this.largeReads = core.largeReads;
        this.counters = core.counters;
    }

    /**
     * Looks an item up; whoever asked a moment ago whether this node owns the key is believed for that.
     *
     * @return the wait; {@link #ELSEWHERE} if this node does not own the key of an item that is missing
     */
    Call get(Key key, Locks.Request request) {
        GetReply reply = request.reply();
        if (core.isClosed()) {
            Replies.failed(reply, Core.ENDED);
            return Call.ANSWERED;
        }
        long h = hash.of(key.bytes());
        IndexEntry entry = index.find(h, key);
        if (entry != null) {
            if (isLive(entry) && isReadable(entry)) {
                return hit(entry, reply);
            }
            entry.release();
        }
        if (request.maxWaitNanos() == 0) {
            counters.misses.increment();
            Replies.absent(reply);
            return Call.ANSWERED;
        }
        return lockOrWait(key, h, request);
    }

    /** Takes note of a lock that another node has given; tells whether it did, not if the item is there. */
    boolean claim(Key key, Duration lease) {
        long h = hash.of(key.bytes());
        Stripe stripe = index.stripe(h);
        long stamp = stripe.lock();
        try {
            IndexEntry entry = stripe.get(h, key.bytes());
            boolean isMade = entry != null && isLive(entry) && !core.isStale(key);
            if (core.isClosed() || (isMade && !locks.isHeld(stripe, key, h))) {
                return false;
            }
            return locks.claim(stripe, key, h, lease);
        } finally {
            stripe.unlock(stamp);
        }
    }

    /** Has a lock lapse that nobody was told to have. */
    void giveBack(Key key) {
        locks.giveBack(key, hash.of(key.bytes()));
    }

    /** The name of a key's lock. */
    Stripe.LockName lockName(Key key) {
        return new Stripe.LockName(hash.of(key.bytes()), key);
    }

    private boolean isLive(IndexEntry entry) {
        return entry.expiryMillis() > time.epochMillis();
    }

    /** False when the entry's engine throws; the item is gone then, and its engine put out of force. */
    boolean isReadable(IndexEntry entry) {
        try {
            Objects.requireNonNull(entry.stored.data());
            return true;
        } catch (RuntimeException | LinkageError e) {
            core.storageThrew(entry.engine, e);
            if (index.remove(entry)) {
                shelf.discard(entry);
            }
            return false;
        }
    }

    private Call hit(IndexEntry entry, GetReply reply) {
        Item item = largeReads.begin(entry);
        if (item == null) {
            entry.release();
            counters.refused.increment();
            Replies.failed(reply, TOO_MANY_READS);
            return Call.ANSWERED;
        }
        counters.hits.increment();
        shelf.touched(entry);
        Replies.found(reply, item);
        return Call.ANSWERED;
    }

    private Call lockOrWait(Key key, long h, Locks.Request request) {
        Stripe stripe = index.stripe(h);
        Call waiting = null;
        long stamp = stripe.lock();
        IndexEntry arrived;
        boolean closed;
        try {
            closed = core.isClosed();
            arrived = stripe.get(h, key.bytes());
            if (arrived == null || !isLive(arrived) || !arrived.retain()) {
                arrived = null;
                waiting = closed ? null : locks.take(stripe, key, h, request);
            }
        } finally {
            stripe.unlock(stamp);
        }
        if (arrived != null && isReadable(arrived)) {
            return hit(arrived, request.reply());
        }
        if (arrived != null) {
            arrived.release();
            return lockOrWait(key, h, request);
        }
        if (waiting == ELSEWHERE) {
            return ELSEWHERE;
        }
        counters.misses.increment();
        if (waiting != null && waiting != Locks.FULL) {
            return waiting;
        }
        if (waiting != null) {
            counters.refused.increment();
            Replies.failed(request.reply(), TOO_MANY_LOCKS);
        } else if (closed) {
            Replies.failed(request.reply(), Core.ENDED);
        } else if (!locks.give(key, h, request)) {
            return ELSEWHERE;
        }
        return Call.ANSWERED;
    }

    Call reserve(long bytes, Duration maxWait, Reply<Reservation> reply) {
        if (core.isClosed()) {
            Replies.failed(reply, Core.ENDED);
            return Call.ANSWERED;
        }
        return uploads.reserve(bytes, maxWait, reply);
    }

    @Nullable
    Reservation hold(long bytes) {
        return core.isClosed() ? null : core.holds.hold(bytes);
    }

    NodeStatus status() {
        UUID ref = core.ref;
        return new NodeStatus(
                ref,
                core.uptimeSeconds(),
                core.peers.view(),
                index.items(),
                index.bytes(),
                core.settings().maxCacheBytes(),
                counters.largestItemBytes.get(),
                core.seams.inForce(),
                core.peers.vacant());
    }
}
