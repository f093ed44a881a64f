package org.cachemanager.core.internal;

import java.util.List;
import org.cachemanager.api.Data;
import org.cachemanager.api.Failure;
import org.cachemanager.api.Item;
import org.cachemanager.api.Key;
import org.cachemanager.api.Reply;
import org.cachemanager.api.host.Time;
import org.cachemanager.api.peer.Version;
import org.cachemanager.api.storage.StorageEngine;
import org.cachemanager.api.storage.StorageFullException;
import org.cachemanager.api.storage.StoredItem;
import org.jspecify.annotations.Nullable;

/**
 * Sets, deletes and copies of other nodes' items, on this node; what another node owns is left to it. That is asked
 * under the lock of the key's stripe: who walks the stripes after owners have changed meets all that came before.
 */
final class LocalChanges {

    private static final Failure NO_ROOM = new Failure(
            Failure.Reason.NO_ROOM, "There is no room for the item now; try again, or raise max_cache_size.");
    private static final Failure TOO_LARGE = new Failure(
            Failure.Reason.TOO_LARGE,
            "The data is larger than max_item_size or 7/16 of max_cache_size; store less under one key.");
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
    private final LargeReads largeReads;
    private final Counters counters;

    LocalChanges(Core core, KeyHash hash) {
        this.core = core;
        this.hash = hash;
        this.time = core.time;
        this.index = core.index;
        this.shelf = core.shelf;
        this.locks = core.locks;
        this.storage = core.storage;
        this.room = core.room;
        this.largeReads = core.largeReads;
        this.counters = core.counters;
    }

    /**
     * Stores an item.
     *
     * @return false, without a reply, if another node owns the key
     */
    boolean set(Key key, Fresh item, Reply<Integer> reply) {
        long expiry = time.epochMillis() + item.ttlSeconds * MILLIS_PER_SECOND;
        Version version = new Version(expiry, core.stamps.next());
        Stored stored = store(key, item.data, version, item.anyway ? Kind.ANYWAY : Kind.SET);
        return told(stored, item.data.length(), reply);
    }

    /**
     * Takes a copy in that another node had, unless there is a newer one, or was.
     *
     * @return false, without a reply, if another node owns the key
     */
    boolean take(Key key, Data data, Version version, Reply<Boolean> reply) {
        core.stamps.heard(version.stamp());
        Stored stored = store(key, data, version, Kind.COPY);
        return told(stored, stored == Stored.DONE, reply);
    }

    /**
     * What is set.
     *
     * @param anyway whether it is stored though another node owns the key
     */
    record Fresh(Data data, long ttlSeconds, boolean anyway) {}

    private static <R> boolean told(Stored stored, R result, Reply<R> reply) {
        switch (stored) {
            case ELSEWHERE -> {
                return false;
            }
            case DONE, OUTDATED -> Replies.completed(reply, result);
            case NO_ROOM -> Replies.failed(reply, NO_ROOM);
            case TOO_LARGE -> Replies.failed(reply, TOO_LARGE);
            case ENDED -> Replies.failed(reply, Core.ENDED);
        }
        return true;
    }

    /** What is stored, and so when it may be. */
    private enum Kind {
        /** The newest item, if this node owns the key. */
        SET,
        /** The newest item in any case. */
        ANYWAY,
        /** A copy that another node had, if this node owns the key. */
        COPY
    }

    /** What has become of it. */
    private enum Stored {
        DONE,
        OUTDATED,
        ELSEWHERE,
        NO_ROOM,
        TOO_LARGE,
        ENDED;

        boolean isRefused() {
            return this == NO_ROOM || this == TOO_LARGE || this == ENDED;
        }
    }

    private Stored store(Key key, Data data, Version version, Kind kind) {
        Stored stored = core.isClosed() ? Stored.ENDED : tryStore(key, data, version, kind);
        if (core.isClosed()) {
            shelf.clear(); // what came in while it closed
        }
        if (stored.isRefused()) {
            counters.refused.increment();
        }
        return stored;
    }

    private Stored tryStore(Key key, Data data, Version version, Kind kind) {
        StorageEngine engine = storage.inForce();
        long weight;
        try {
            weight = IndexEntry.weigh(engine, key.bytes().length, data.length());
        } catch (RuntimeException | LinkageError e) {
            core.storageThrew(engine, e);
            return Stored.NO_ROOM;
        }
        if (data.length() > maxItemBytes() || weight > mostWeight()) {
            return Stored.TOO_LARGE;
        }
        if (!shelf.take(weight)) {
            return Stored.NO_ROOM;
        }
        StoredItem stored = storeIn(engine, key, data, weight);
        if (stored == null) {
            room.release(weight);
            return Stored.NO_ROOM;
        }
        IndexEntry.Bytes bytes = new IndexEntry.Bytes(engine, stored, weight);
        IndexEntry.Head head = new IndexEntry.Head(hash.of(key.bytes()), version.expiryMillis(), version.stamp());
        Stored published = publish(key, new IndexEntry(bytes, room, head), kind);
        if (published == Stored.DONE) {
            counters.sets.increment();
            counters.largestItemBytes.accumulate(data.length());
        }
        return published;
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

    /**
     * Puts an entry in the index, if that is where it belongs in that instant, and frees its key's lock; then answers
     * who waited.
     */
    private Stored publish(Key key, IndexEntry fresh, Kind kind) {
        Stripe stripe = index.stripe(fresh.hash());
        IndexEntry old;
        KeyLock freed = null;
        List<Waiter> waiters;
        fresh.retain();
        long stamp = stripe.lock();
        try {
            old = stripe.get(fresh.hash(), key.bytes());
            boolean elsewhere = kind != Kind.ANYWAY && !core.owns(key);
            if (elsewhere || (kind == Kind.COPY && isOutdated(stripe, fresh, old))) {
                fresh.release();
                fresh.release();
                return elsewhere ? Stored.ELSEWHERE : Stored.OUTDATED;
            }
            index.put(stripe, fresh, old);
            if (kind == Kind.COPY) {
                waiters = locks.wake(stripe, key, fresh.hash());
            } else {
                freed = locks.free(stripe, key, fresh.hash());
                waiters = freed == null ? List.of() : locks.dismiss(freed);
            }
        } finally {
            stripe.unlock(stamp);
        }
        tell(fresh, old, waiters);
        if (freed != null) {
            core.freed(key, freed.holder);
        }
        return Stored.DONE;
    }

    /** Tells all that have to know that the index has taken an entry in. */
    private void tell(IndexEntry fresh, @Nullable IndexEntry old, List<Waiter> waiters) {
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
            Replies.failed(waiter.reply, LocalCache.TOO_MANY_READS);
        } else {
            counters.coalescedHits.increment();
            Replies.found(waiter.reply, item);
        }
    }

    /**
     * Removes an item.
     *
     * @param anyway whether it is removed though another node owns the key
     * @return false, without a reply, if another node owns the key
     */
    boolean delete(Key key, boolean anyway, Reply<Boolean> reply) {
        if (core.isClosed()) {
            Replies.failed(reply, Core.ENDED);
            return true;
        }
        long h = hash.of(key.bytes());
        Stripe stripe = index.stripe(h);
        boolean live = false;
        long stamp = stripe.lock();
        IndexEntry entry;
        try {
            if (!anyway && !core.owns(key)) {
                return false;
            }
            entry = stripe.get(h, key.bytes());
            stripe.removed(h, core.stamps.next());
            if (entry != null) {
                live = entry.expiryMillis() > time.epochMillis();
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
        return true;
    }

    /** The most bytes of data in one item. */
    long maxItemBytes() {
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
}
