package org.cachemanager.core.internal;

import java.time.Duration;
import java.util.List;
import org.cachemanager.api.Data;
import org.cachemanager.api.host.Time;
import org.cachemanager.api.storage.StorageEngine;
import org.cachemanager.api.storage.StorageFullException;
import org.cachemanager.api.storage.StoredItem;
import org.cachemanager.core.internal.IndexEntry.Bytes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The storage engine in force, and the move of entries from the others to it.
 *
 * <p>New items go to the engine in force from the moment it is; older ones follow one by one, each served from where it
 * is until the index has its successor. A move that fails leaves the entry where it is.
 */
final class Storage {

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.core");

    private final Time time;
    private final Index index;
    private final Shelf shelf;
    private final Room room;
    private volatile StorageEngine inForce = new ByteArrays();

    /** The move under way, if any; written under the lock of this. */
    private volatile @Nullable Move move;

    /** Whether every entry is in the engine in force, so far as is known. */
    private volatile boolean whole = true;

    Storage(Time time, Index index, Shelf shelf, Room room) {
        this.time = time;
        this.index = index;
        this.shelf = shelf;
        this.room = room;
    }

    StorageEngine inForce() {
        return inForce;
    }

    /** Whether no entries were left, by a move, in the engines that they were in. */
    boolean isWhole() {
        return whole && move == null;
    }

    /** Puts an engine in force; the entries of others follow on the node's worker. */
    void use(StorageEngine next) {
        if (inForce != next) {
            inForce = next;
            moveSoon();
        }
    }

    /** Moves what is in an engine that is leaving, before this returns; not called by a thread that serves. */
    void evacuate(StorageEngine leaving) {
        Move evacuation = new Move(index.walk(entry -> entry.engine == leaving));
        while (!evacuation.walk.isOver()) {
            evacuation.step();
        }
        evacuation.report();
    }

    /** Called when an entry was put in: it may have been stored while the engine changed. */
    void check(IndexEntry fresh) {
        if (fresh.engine != inForce) {
            moveSoon();
        }
    }

    private Index.Walk elsewhere() {
        return index.walk(entry -> entry.engine != inForce);
    }

    private void moveSoon() {
        Move begun;
        synchronized (this) {
            if (move != null && move.target == inForce) {
                move.again = true;
                return;
            }
            begun = new Move(elsewhere());
            move = begun;
        }
        time.schedule(Duration.ZERO, begun::next);
    }

    /** One walk over entries that are not where they should be, or several when more such came in meanwhile. */
    private final class Move {
        private final StorageEngine target = inForce;
        private final long begunNanos = time.nanos();
        private Index.Walk walk;
        private int moved;
        private int left;
        private @Nullable Throwable reason;

        /** Whether to walk again; guarded by the storage's lock. */
        private boolean again;

        Move(Index.Walk walk) {
            this.walk = walk;
        }

        /** Moves some, so that the worker is never long in coming to what else is due; ends when another one began. */
        void next() {
            if (move != this) {
                return;
            }
            step();
            if (!walk.isOver() || goesOn()) {
                time.schedule(Duration.ZERO, this::next);
                return;
            }
            report();
            shelf.shrink(); // the same items may weigh more than they did
        }

        private boolean goesOn() {
            synchronized (Storage.this) {
                if (move == this && !again) {
                    move = null;
                    whole = left == 0;
                }
                if (move == this) {
                    again = false;
                    walk = elsewhere();
                }
                return move == this;
            }
        }

        /** Moves the next entries; when none of some can be moved, the rest is not tried. */
        void step() {
            int before = moved;
            List<IndexEntry> retained = walk.next();
            for (IndexEntry entry : retained) {
                try {
                    if (!entry.gone) {
                        reason = move(entry);
                        moved += reason == null ? 1 : 0;
                        left += reason == null ? 0 : 1;
                    }
                } finally {
                    entry.release();
                }
            }
            if (reason != null && moved == before) {
                walk.end();
            }
        }

        void report() {
            if (moved > 0) {
                long millis = Duration.ofNanos(time.nanos() - begunNanos).toMillis();
                LOG.info("{} items were moved to the storage in force, in {} ms.", moved, millis);
            }
            if (left > 0) {
                LOG.warn("Items stay in the storage they are in; that in force did not take {}: {}", left, reason);
            }
        }
    }

    /** Why an entry can't be moved; null when it was, or is not there any more. */
    private @Nullable Throwable move(IndexEntry entry) {
        StorageEngine target = inForce;
        IndexEntry moved;
        try {
            byte[] key = entry.stored.key();
            Data data = entry.data();
            long weight = IndexEntry.weigh(target, key.length, data.length());
            StoredItem stored = target.store(key, data);
            room.take(weight);
            moved = new IndexEntry(new Bytes(target, stored, weight), room, entry.head());
        } catch (StorageFullException | RuntimeException | LinkageError | OutOfMemoryError e) {
            LOG.debug("An item could not be moved.", e);
            return e;
        }
        if (index.replace(entry, moved)) {
            shelf.put(moved, entry);
        } else {
            moved.release();
        }
        return null;
    }
}
