package org.cachemanager.eviction.s3fifo.internal;

import org.cachemanager.api.eviction.Entry;
import org.cachemanager.api.eviction.EntryQueue;
import org.jspecify.annotations.Nullable;

/** The queues of S3-FIFO, in a mode that can change at any time; used under one lock. */
final class Queues {

    /** Reads are counted up to here; who counts no higher writes no more. */
    static final int MAX_MARK = 3;

    private static final int READ_TWICE = 2;
    private static final long SMALL = 1;
    private static final long MAIN = 2;

    /** After so many entries that were spared the next one goes as it is, so that no call takes long. */
    private static final int MOST_STEPS = 1024;

    /** The ghost's slots may take one byte for so many bytes that the entries count... */
    private static final int GHOST_SHARE = 32;

    /** ...or as many bytes as these, if that is more. */
    private static final long GHOST_BYTES = 256 << 10;

    private final EntryQueue small = new EntryQueue();
    private final EntryQueue main = new EntryQueue();
    private final Ghost ghost = new Ghost();
    private long limit = Long.MAX_VALUE;
    private Mode mode;

    /** Whether the main queue, which was empty, still takes in what was not read. */
    private boolean filling;

    Queues(Mode mode) {
        this.mode = mode;
    }

    void limit(long bytes) {
        limit = bytes;
        boundGhost();
    }

    void mode(Mode next) {
        mode = next;
    }

    /** The bytes that the entries weigh together. */
    long weight() {
        return small.weight() + main.weight();
    }

    void add(Entry entry) {
        entry.mark(0);
        if (mode.smallShare() == 0 || (mode.smallShare() < 1 && ghost.take(entry.hash()))) {
            place(entry, main, MAIN);
        } else {
            place(entry, small, SMALL);
        }
    }

    private static void place(Entry entry, EntryQueue queue, long word) {
        queue.addWarmest(entry);
        entry.word(word);
    }

    void replace(Entry old, Entry fresh) {
        fresh.mark(old.mark());
        fresh.word(old.word());
        queue(old).replace(old, fresh);
        old.word(0);
    }

    void remove(Entry entry) {
        queue(entry).remove(entry);
        entry.word(0);
    }

    private EntryQueue queue(Entry entry) {
        return entry.word() == MAIN ? main : small;
    }

    /** The next to go, which leaves; null when there is none. */
    @Nullable
    Entry victim() {
        boundGhost();
        for (int i = 0; i < MOST_STEPS; i++) {
            Entry coldest = candidates().coldest();
            if (coldest == null) {
                return null;
            }
            if (!isFilling(coldest) && !isSpared(coldest)) {
                return evict(coldest);
            }
        }
        Entry coldest = candidates().coldest();
        return coldest == null ? null : evict(coldest);
    }

    /** The queue from which the next one goes. */
    private EntryQueue candidates() {
        boolean smallIsOver = small.weight() >= mode.smallShare() * bytes();
        return main.isEmpty() || (smallIsOver && !small.isEmpty()) ? small : main;
    }

    /** The bytes that the two queues share. */
    private long bytes() {
        return Math.min(limit, weight());
    }

    private void boundGhost() {
        long bytes = bytes();
        ghost.bound(bytes - (long) (mode.smallShare() * bytes), Math.max(GHOST_BYTES, bytes / GHOST_SHARE));
    }

    /**
     * Moves the coldest of the small queue to the main queue, read or not, if that was empty and has not had its share
     * since: what is there stays then until something better comes, so that of a loop too long for the cache some is
     * kept, where first in, first out keeps nothing for long enough.
     */
    private boolean isFilling(Entry coldest) {
        filling |= main.isEmpty();
        if (!filling || coldest.word() == MAIN) {
            return false;
        }
        filling = main.weight() + coldest.weight() <= (1 - mode.smallShare()) * bytes();
        if (filling) {
            small.remove(coldest);
            coldest.mark(0);
            place(coldest, main, MAIN);
        }
        return filling;
    }

    /** Moves the coldest of a queue to the warm end of the main queue if it was read enough. */
    private boolean isSpared(Entry coldest) {
        int mark = Math.min(coldest.mark(), mode.mostRounds());
        boolean inSmall = coldest.word() == SMALL;
        if (mark < 1 || (inSmall && mark < Math.min(READ_TWICE, mode.mostRounds()))) {
            return false;
        }
        queue(coldest).remove(coldest);
        coldest.mark(inSmall ? 0 : mark - 1);
        place(coldest, main, MAIN);
        return true;
    }

    private Entry evict(Entry entry) {
        if (entry.word() == SMALL) {
            ghost.add(entry.hash(), entry.weight());
        }
        remove(entry);
        return entry;
    }

    /** Forgets what was evicted. */
    void forget() {
        ghost.clear();
    }

    /** The bytes of memory that the ghost takes. */
    long ghostBytes() {
        return ghost.memoryBytes();
    }
}
