package org.cachemanager.eviction.tinylfu.internal;

import org.cachemanager.api.eviction.Entry;
import org.cachemanager.api.eviction.EntryQueue;
import org.jspecify.annotations.Nullable;

/**
 * The queues of W-TinyLFU, with a share of the window that can change at any time; used under one lock.
 *
 * <p>New entries come into the window, each the least recently used of which leaves it for the main region. Who came
 * while room was short must prove there that it is asked for more often than who would have to go for it; who came
 * while there was room need not. The main region is a segmented queue: who is read on probation becomes protected.
 */
final class Regions {

    /** Of the main region, the share for what was read there. */
    private static final double PROTECTED_SHARE = 0.8;

    /**
     * An entry that was asked for more often than this is let in now and then though it was not asked for more often.
     */
    private static final int WARM = 5;

    /** After so many entries that moved the next one goes as it is, so that no call takes long. */
    private static final int MOST_STEPS = 1024;

    private static final long WINDOW = 1;
    private static final long PROBATION = 2;
    private static final long PROTECTED = 3;
    private static final long REGION_MASK = 3;

    /** In the word of an entry of the window: it came while room was short. */
    private static final long CONTESTED = 4;

    private static final long SEED = 0x9E3779B97F4A7C15L;

    private final EntryQueue window = new EntryQueue();
    private final EntryQueue probation = new EntryQueue();
    private final EntryQueue safe = new EntryQueue();
    private final Sketch sketch;
    private double windowShare;
    private long limit = Long.MAX_VALUE;

    /** What went since the last entry came: the next one weighs about as much, and comes into the window. */
    private long freed;

    private long dice = SEED;

    Regions(Sketch sketch) {
        this.sketch = sketch;
    }

    void limit(long bytes) {
        limit = bytes;
    }

    void windowShare(double share) {
        windowShare = share;
    }

    /** The bytes that the entries weigh together. */
    long weight() {
        return window.weight() + probation.weight() + safe.weight();
    }

    long size() {
        return (long) window.size() + probation.size() + safe.size();
    }

    void add(Entry entry) {
        place(entry, window, freed > 0 ? WINDOW | CONTESTED : WINDOW);
        for (int i = 0; i < MOST_STEPS && freed == 0 && isWindowOver(); i++) {
            leaveWindow();
        }
        freed = 0;
    }

    void hit(Entry entry) {
        if (region(entry) == PROBATION) {
            probation.remove(entry);
            place(entry, safe, PROTECTED);
        } else {
            queue(entry).moveToWarmest(entry);
        }
        double most = PROTECTED_SHARE * (1 - windowShare) * bytes();
        for (int i = 0; i < MOST_STEPS && safe.weight() > most; i++) {
            move(safe, probation, PROBATION);
        }
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

    /** The next to go, which leaves; null when there is none. */
    @Nullable
    Entry victim() {
        Entry victim = contest();
        if (victim == null) {
            victim = resident() == null ? window.coldest() : resident();
        }
        if (victim != null) {
            freed += victim.weight();
            remove(victim);
        }
        return victim;
    }

    /**
     * Has the window's surplus, and who would be surplus with the next one, stand for the main region; gives the first
     * to go for it, on either side, or null when nobody is surplus.
     */
    private @Nullable Entry contest() {
        for (int i = 0; i < MOST_STEPS; i++) {
            Entry candidate = window.coldest();
            Entry resident = resident();
            if (candidate == null || window.weight() + freed + candidate.weight() <= windowShare * bytes()) {
                return null;
            }
            if (resident == null) {
                return candidate;
            }
            boolean isContested = (candidate.word() & CONTESTED) != 0;
            if (isContested && !isAdmitted(candidate, resident)) {
                return candidate;
            }
            boolean isInPlace = isContested && !hasRoomFor(candidate);
            leaveWindow();
            if (isInPlace) {
                return resident;
            }
        }
        return null;
    }

    /** Whether the main region is smaller than it may be: the window was larger before, or a large item left. */
    private boolean hasRoomFor(Entry candidate) {
        double most = (1 - windowShare) * bytes();
        return probation.weight() + safe.weight() + candidate.weight() <= most;
    }

    private boolean isAdmitted(Entry candidate, Entry resident) {
        int asked = sketch.frequency(candidate.hash());
        return asked > sketch.frequency(resident.hash()) || (asked > WARM && oneInMany());
    }

    /** True once in 128 times: who knows the hash function can't have entries kept for ever. */
    private boolean oneInMany() {
        dice ^= dice << 13;
        dice ^= dice >>> 7;
        dice ^= dice << 17;
        return dice >>> 57 == 0;
    }

    private @Nullable Entry resident() {
        return probation.isEmpty() ? safe.coldest() : probation.coldest();
    }

    private boolean isWindowOver() {
        return window.weight() > windowShare * bytes() && window.size() > 1;
    }

    /** The bytes that the regions share. */
    private long bytes() {
        return Math.min(limit, weight());
    }

    private void leaveWindow() {
        move(window, probation, PROBATION);
    }

    private static void move(EntryQueue from, EntryQueue to, long word) {
        Entry entry = from.pollColdest();
        if (entry != null) {
            place(entry, to, word);
        }
    }

    private static void place(Entry entry, EntryQueue queue, long word) {
        queue.addWarmest(entry);
        entry.word(word);
    }

    private static long region(Entry entry) {
        return entry.word() & REGION_MASK;
    }

    private EntryQueue queue(Entry entry) {
        long region = region(entry);
        return region == WINDOW ? window : region == PROBATION ? probation : safe;
    }

    /** Begins anew; there must be no entry. */
    void forget() {
        freed = 0;
        dice = SEED;
    }
}
