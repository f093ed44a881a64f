package org.cachemanager.core.internal;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.cachemanager.api.Data;
import org.cachemanager.api.host.Time;
import org.cachemanager.api.storage.StorageEngine;
import org.cachemanager.api.storage.StorageFullException;
import org.cachemanager.api.storage.StoredItem;
import org.cachemanager.core.internal.IndexEntry.Bytes;
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
    private final AtomicInteger moves = new AtomicInteger();
    private volatile StorageEngine inForce = new ByteArrays();

    Storage(Time time, Index index, Shelf shelf, Room room) {
        this.time = time;
        this.index = index;
        this.shelf = shelf;
        this.room = room;
    }

    StorageEngine inForce() {
        return inForce;
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
        Index.Walk walk = index.walk(entry -> entry.engine == leaving);
        while (!walk.isOver()) {
            move(walk.next());
        }
    }

    /** Called when an entry was put in: it may have been stored while the engine changed. */
    void check(IndexEntry fresh) {
        if (fresh.engine != inForce) {
            moveSoon();
        }
    }

    private void moveSoon() {
        int number = moves.incrementAndGet();
        Index.Walk walk = index.walk(entry -> entry.engine != inForce);
        time.schedule(Duration.ZERO, () -> moveNext(number, walk));
    }

    /** Moves some, so that the worker is never long in coming to what else is due; ends when another move began. */
    private void moveNext(int number, Index.Walk walk) {
        if (number != moves.get()) {
            return;
        }
        move(walk.next());
        if (!walk.isOver()) {
            time.schedule(Duration.ZERO, () -> moveNext(number, walk));
        } else {
            shelf.shrink(); // the same items may weigh more than they did
        }
    }

    private void move(List<IndexEntry> retained) {
        int failed = 0;
        for (IndexEntry entry : retained) {
            try {
                failed += entry.gone || move(entry) ? 0 : 1;
            } finally {
                entry.release();
            }
        }
        if (failed > 0) {
            LOG.warn("{} items stay in the engine they are in: the one in force could not take them.", failed);
        }
    }

    private boolean move(IndexEntry entry) {
        StorageEngine target = inForce;
        IndexEntry moved;
        try {
            byte[] key = entry.stored.key();
            Data data = entry.data();
            long weight = IndexEntry.weigh(target, key.length, data.length());
            StoredItem stored = target.store(key, data);
            room.take(weight);
            moved = new IndexEntry(new Bytes(target, stored, weight), room, entry.hash(), entry.expiryMillis());
        } catch (StorageFullException | RuntimeException | LinkageError | OutOfMemoryError e) {
            LOG.debug("An item could not be moved.", e);
            return false;
        }
        if (index.replace(entry, moved)) {
            shelf.put(moved, entry);
        } else {
            moved.release();
        }
        return true;
    }
}
