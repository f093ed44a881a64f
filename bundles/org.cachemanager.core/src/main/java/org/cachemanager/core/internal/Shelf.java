package org.cachemanager.core.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.cachemanager.api.host.Time;
import org.jspecify.annotations.Nullable;

/**
 * Puts entries in and takes them out of all that knows of them: the index, the expiry wheel, the eviction policy and
 * the account of room. The index decides which thread it is that takes an entry out; that one tells the others.
 */
final class Shelf {

    private static final int PURGE_BATCH = 1024;
    private static final int SHRINK_BATCH = 256;

    private final Time time;
    private final Index index;
    private final Expiry expiry;
    private final Eviction eviction;
    private final Room room;
    private final LargeReads largeReads;
    private final Counters counters;
    private volatile long purgeNanos = Duration.ofSeconds(1).toNanos();
    private Time.@Nullable Timer nextPurge;
    private volatile boolean closed;

    Shelf(Time time, Parts parts, LargeReads largeReads) {
        this.largeReads = largeReads;
        this.time = time;
        this.index = parts.index;
        this.eviction = parts.eviction;
        this.room = parts.room;
        this.counters = parts.counters;
        this.expiry = new Expiry(time.epochMillis());
    }

    /** What a shelf is made of. */
    record Parts(Index index, Eviction eviction, Room room, Counters counters) {}

    /** Begins to purge what has expired. */
    void open() {
        purgeLater();
    }

    void close() {
        closed = true;
    }

    /**
     * Makes room by evicting as many as needed, and takes it.
     *
     * @return false when there is not enough, even if everything went; nothing is evicted then
     */
    boolean take(long bytes) {
        while (!room.tryTake(bytes)) {
            if (room.shortfall(bytes) > index.bytes() - largeReads.bytesInIndex() || !evictOne()) {
                return false;
            }
        }
        return true;
    }

    /**
     * Evicts until the limit is kept, for when it was lowered: some at a time, so that the worker is never long in
     * coming to what else is due, and no caller has to evict them all.
     */
    void shrink() {
        boolean more = true;
        for (int i = 0; i < SHRINK_BATCH && more; i++) {
            more = room.excess() > 0 && evictOne();
        }
        room.lower(!more);
        if (more) {
            time.schedule(Duration.ZERO, this::shrink);
        }
    }

    /** Evicts entries of about so many bytes, whether or not there is room; returns whether any went. */
    boolean evict(long bytes) {
        long until = index.bytes() - bytes;
        boolean any = false;
        for (int i = 0; i < SHRINK_BATCH && index.bytes() > until && evictOne(); i++) {
            any = true;
        }
        return any;
    }

    /** Gives back what the index holds, for when nothing is served any more. */
    void clear() {
        Index.Walk walk = index.walk(any -> true);
        while (!walk.isOver()) {
            for (IndexEntry entry : walk.next()) {
                if (index.remove(entry)) {
                    entry.release();
                }
                entry.release();
            }
        }
    }

    /** Removes every item; returns how many there were. */
    long flush() {
        long removed = 0;
        Index.Walk walk = index.walk(any -> true);
        while (!walk.isOver()) {
            for (IndexEntry entry : walk.next()) {
                if (index.remove(entry)) {
                    removed++;
                    discard(entry);
                }
                entry.release();
            }
        }
        return removed;
    }

    private boolean evictOne() {
        IndexEntry victim = eviction.victim(largeReads::has);
        if (victim == null) {
            return false;
        }
        if (index.remove(victim)) {
            counters.evictedItems.increment();
            counters.evictedBytes.add(victim.weight());
            expiry.gone(victim);
            victim.release();
        }
        return true;
    }

    /** Tells the others of an entry that the index has taken in, in the place of an older one or of none. */
    void put(IndexEntry fresh, @Nullable IndexEntry old) {
        if (old == null) {
            eviction.added(fresh);
        } else {
            eviction.replaced(old, fresh);
            expiry.gone(old);
            old.release();
        }
        expiry.added(fresh);
    }

    /** Tells the others of an entry that the index has let go of. */
    void discard(IndexEntry entry) {
        expiry.gone(entry);
        eviction.gone(entry);
        entry.release();
    }

    void touched(IndexEntry entry) {
        eviction.touched(entry);
    }

    /** Purges at once when that is new, then as often as it takes. */
    void purgeEvery(Duration interval) {
        if (purgeNanos != interval.toNanos()) {
            purgeNanos = interval.toNanos();
            time.schedule(Duration.ZERO, this::purgeNow);
        }
    }

    private void purgeNow() {
        if (nextPurge != null) {
            nextPurge.cancel();
            purge();
        }
    }

    private void purgeLater() {
        if (!closed) {
            nextPurge = time.schedule(Duration.ofNanos(Math.max(1_000_000, purgeNanos / 2)), this::purge);
        }
    }

    private void purge() {
        long now = time.epochMillis();
        List<IndexEntry> again = new ArrayList<>();
        List<IndexEntry> expired = expiry.expired(now, PURGE_BATCH);
        for (IndexEntry entry : expired) {
            if (entry.expiryMillis() > now) {
                again.add(entry); // the wall clock was set back: it is due later after all
            } else if (index.remove(entry)) {
                counters.expiredItems.increment();
                eviction.gone(entry);
                entry.release();
            }
        }
        again.forEach(expiry::added);
        if (expired.size() == PURGE_BATCH && again.isEmpty()) {
            nextPurge = time.schedule(Duration.ZERO, this::purge);
        } else {
            purgeLater();
        }
    }
}
