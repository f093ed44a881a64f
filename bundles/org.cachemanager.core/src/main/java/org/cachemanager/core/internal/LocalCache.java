package org.cachemanager.core.internal;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.cachemanager.api.Cache;
import org.cachemanager.api.Call;
import org.cachemanager.api.Data;
import org.cachemanager.api.Failure;
import org.cachemanager.api.GetReply;
import org.cachemanager.api.Item;
import org.cachemanager.api.Key;
import org.cachemanager.api.NodeStatus;
import org.cachemanager.api.Reply;
import org.cachemanager.api.Reservation;
import org.cachemanager.api.host.Time;
import org.cachemanager.api.peer.Version;
import org.cachemanager.api.storage.StorageEngine;
import org.cachemanager.api.storage.StorageFullException;
import org.cachemanager.api.storage.StoredItem;
import org.jspecify.annotations.Nullable;

/** The cache of this node: every key is served where the call lands. */
final class LocalCache implements Cache {

    private static final Failure NO_ROOM = new Failure(
            Failure.Reason.NO_ROOM, "There is no room for the item now; try again, or raise max_cache_size.");
    private static final Failure TOO_LARGE = new Failure(
            Failure.Reason.TOO_LARGE,
            "The data is larger than max_item_size or 7/16 of max_cache_size; store less under one key.");
    private static final Failure TOO_MANY_LOCKS = new Failure(
            Failure.Reason.NO_ROOM, "Too many items are being made at once; try again when some are there.");
    private static final Failure TOO_MANY_READS = new Failure(
            Failure.Reason.NO_ROOM, "Too many large items are being read at once; try again a little later.");
    private static final long MILLIS_PER_SECOND = 1000;

    /** How often an item is tried to be stored when its engine has no memory, and how much is evicted in between. */
    private static final int MOST_ATTEMPTS = 16;

    private static final long LEAST_EVICTED_BYTES = 64 * 1024;

    private final Time time;
    private final KeyHash hash;
    private final Core core;
    private final Index index;
    private final Shelf shelf;
    private final Locks locks;
    private final Storage storage;
    private final Room room;
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
        this.storage = core.storage;
        this.room = core.room;
        this.uploads = core.uploads;
        this.largeReads = core.largeReads;
        this.counters = core.counters;
    }

    @Override
    public Call get(Key key, Duration maxWait, GetReply reply) {
        return get(key, new Locks.Request(reply, maxWait.toNanos(), false));
    }

    /** As {@link #get(Key, Duration, GetReply)}, which takes in anybody; a client may be moved while it waits. */
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
            if (core.isClosed() || (entry != null && isLive(entry))) {
                return false;
            }
            return locks.claim(stripe, key, h, lease);
        } finally {
            stripe.unlock(stamp);
        }
    }

    private boolean isLive(IndexEntry entry) {
        return entry.expiryMillis() > time.epochMillis();
    }

    /** False when the entry's engine throws; the item is gone then, and its engine put out of force. */
    private boolean isReadable(IndexEntry entry) {
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
        counters.misses.increment();
        if (waiting != null && waiting != Locks.FULL) {
            return waiting;
        }
        if (waiting != null) {
            counters.refused.increment();
            Replies.failed(request.reply(), TOO_MANY_LOCKS);
        } else if (closed) {
            Replies.failed(request.reply(), Core.ENDED);
        } else {
            locks.give(key, request);
        }
        return Call.ANSWERED;
    }

    @Override
    public Call set(Key key, Data data, long ttlSeconds, Reply<Integer> reply) {
        long expiry = time.epochMillis() + ttlSeconds * MILLIS_PER_SECOND;
        Failure refusal = store(key, data, new Version(expiry, core.stamps.next()), true);
        if (refusal == null) {
            Replies.completed(reply, data.length());
        } else {
            Replies.failed(reply, refusal);
        }
        return Call.ANSWERED;
    }

    /** Takes a copy in that another node had, unless there is a newer one, or was. */
    Call take(Key key, Data data, Version version, Reply<Boolean> reply) {
        core.stamps.heard(version.stamp());
        Failure refusal = store(key, data, version, false);
        if (refusal == null) {
            Replies.completed(reply, true);
        } else {
            Replies.failed(reply, refusal);
        }
        return Call.ANSWERED;
    }

    private @Nullable Failure store(Key key, Data data, Version version, boolean newest) {
        Failure refusal = core.isClosed() ? Core.ENDED : tryStore(key, data, version, newest);
        if (core.isClosed()) {
            shelf.clear(); // what came in while it closed
        }
        if (refusal != null) {
            counters.refused.increment();
        }
        return refusal;
    }

    private @Nullable Failure tryStore(Key key, Data data, Version version, boolean newest) {
        StorageEngine engine = storage.inForce();
        long weight;
        try {
            weight = IndexEntry.weigh(engine, key.bytes().length, data.length());
        } catch (RuntimeException | LinkageError e) {
            core.storageThrew(engine, e);
            return NO_ROOM;
        }
        if (data.length() > maxItemBytes() || weight > mostWeight()) {
            return TOO_LARGE;
        }
        if (!shelf.take(weight)) {
            return NO_ROOM;
        }
        StoredItem stored = storeIn(engine, key, data, weight);
        if (stored == null) {
            room.release(weight);
            return NO_ROOM;
        }
        IndexEntry.Bytes bytes = new IndexEntry.Bytes(engine, stored, weight);
        IndexEntry.Head head = new IndexEntry.Head(hash.of(key.bytes()), version.expiryMillis(), version.stamp());
        publish(key, new IndexEntry(bytes, room, head), newest);
        counters.sets.increment();
        counters.largestItemBytes.accumulate(data.length());
        return null;
    }

    /** Stores; when there is no memory, though there is room, entries go until there is, or enough have gone. */
    private @Nullable StoredItem storeIn(StorageEngine engine, Key key, Data data, long weight) {
        long evicted = Math.max(weight, LEAST_EVICTED_BYTES);
        try {
            for (int i = 0; i < MOST_ATTEMPTS; i++) {
                try {
                    return engine.store(key.bytes(), data);
                } catch (StorageFullException | OutOfMemoryError e) {
                    core.storageRefused(e);
                }
                if (!storage.isWhole() || !shelf.evict(evicted)) {
                    return null;
                }
            }
        } catch (RuntimeException | LinkageError e) {
            core.storageThrew(engine, e);
        }
        return null;
    }

    /** Puts an entry in the index, frees its key's lock in the same instant, then answers who waited. */
    private void publish(Key key, IndexEntry fresh, boolean newest) {
        Stripe stripe = index.stripe(fresh.hash());
        IndexEntry old;
        List<Waiter> waiters;
        fresh.retain();
        long stamp = stripe.lock();
        try {
            old = stripe.get(fresh.hash(), key.bytes());
            if (!newest && isOutdated(stripe, fresh, old)) {
                fresh.release();
                fresh.release();
                return;
            }
            index.put(stripe, fresh, old);
            waiters = newest ? locks.free(stripe, key, fresh.hash()) : locks.wake(stripe, key, fresh.hash());
        } finally {
            stripe.unlock(stamp);
        }
        if (old != null) {
            shelf.touched(old);
        }
        shelf.put(fresh, old);
        storage.check(fresh);
        for (Waiter waiter : waiters) {
            fresh.retain();
            answer(waiter, fresh);
        }
        fresh.release();
    }

    private static boolean isOutdated(Stripe stripe, IndexEntry copy, @Nullable IndexEntry there) {
        return stripe.isOutdated(copy.hash(), copy.stamp()) || (there != null && there.stamp() >= copy.stamp());
    }

    private void answer(Waiter waiter, IndexEntry fresh) {
        Item item = largeReads.begin(fresh);
        if (item == null) {
            fresh.release();
            counters.refused.increment();
            Replies.failed(waiter.reply, TOO_MANY_READS);
        } else {
            counters.coalescedHits.increment();
            Replies.found(waiter.reply, item);
        }
    }

    @Override
    public Call delete(Key key, Reply<Boolean> reply) {
        if (core.isClosed()) {
            Replies.failed(reply, Core.ENDED);
            return Call.ANSWERED;
        }
        long h = hash.of(key.bytes());
        Stripe stripe = index.stripe(h);
        boolean live = false;
        long stamp = stripe.lock();
        IndexEntry entry;
        try {
            entry = stripe.get(h, key.bytes());
            stripe.removed(h, core.stamps.next());
            if (entry != null) {
                live = isLive(entry);
                index.take(stripe, entry);
            }
        } finally {
            stripe.unlock(stamp);
        }
        if (entry != null) {
            shelf.discard(entry);
        }
        if (live) {
            counters.deletes.increment();
        }
        Replies.completed(reply, live);
        return Call.ANSWERED;
    }

    @Override
    public Call reserve(long bytes, Duration maxWait, Reply<Reservation> reply) {
        if (core.isClosed()) {
            Replies.failed(reply, Core.ENDED);
            return Call.ANSWERED;
        }
        return uploads.reserve(bytes, maxWait, reply);
    }

    @Override
    public @Nullable Reservation hold(long bytes) {
        return core.isClosed() ? null : core.holds.hold(bytes);
    }

    @Override
    public long maxItemBytes() {
        long most = core.settings().maxItemBytes();
        return most == 0 ? mostWeight() : Math.min(most, mostWeight());
    }

    /**
     * What an item may weigh at the most: while it is stored it is there twice, as an upload and as an entry, and
     * uploads get half of the limit; the sixteenth is for what comes around the data.
     */
    private long mostWeight() {
        return room.heapLimit() / 16 * 7;
    }

    @Override
    public NodeStatus status() {
        UUID ref = core.ref;
        return new NodeStatus(
                ref,
                core.uptimeSeconds(),
                core.peers.view(),
                index.items(),
                index.bytes(),
                core.settings().maxCacheBytes(),
                counters.largestItemBytes.get(),
                core.seams.inForce());
    }
}
