package org.cachemanager.eviction.s3fifo.internal;

import java.util.Arrays;

/**
 * Remembers what was evicted of late: fingerprints of hashes, each with the time of its eviction.
 *
 * <p>Time is counted in bytes evicted. What is older than the window counts as forgotten, and its slot is taken when
 * one is needed; a slot has eight bytes: 32 bits of the hash, and the time in units of 64 bytes.
 *
 * <p>A table of buckets of eight that grows by one segment at a time (linear hashing): no step takes long, and no array
 * is large enough to be hard to place in a full heap. It grows while it has to forget what is inside the window, to as
 * many bytes as it is allowed, and begins anew when a whole window fills but a fraction of it: items became larger.
 */
final class Ghost {

    static final int SEGMENT_SLOTS = 2048;

    private static final int BUCKET = 8;
    private static final int UNIT_BITS = 6;
    private static final int STAMP_BITS = 32;
    private static final long STAMP_MASK = (1L << STAMP_BITS) - 1;

    /** Of the evictions, the share that may push out what is inside the window: one in so many. */
    private static final int BEARABLE_LOSS = 8;

    /** Slots that are too many for the evictions of a window, in multiples of them. */
    private static final int SPARSE = 8;

    private long[][] segments = {new long[SEGMENT_SLOTS]};
    private int count = 1;

    /** The greatest power of two that is not above {@link #count}: the segments that are split in this round. */
    private int round = 1;

    private long evictedBytes;
    private long windowUnits;
    private int most = 1;
    private int added;
    private int lost;
    private long windowFrom;
    private long windowAdded;

    /** Says how many bytes of evictions are remembered, and how many bytes of memory that may take. */
    void bound(long windowBytes, long memoryBytes) {
        windowUnits = Math.min(windowBytes >>> UNIT_BITS, STAMP_MASK - 1);
        most = (int) Math.max(1, Math.min(1 << 20, memoryBytes / (SEGMENT_SLOTS * (long) Long.BYTES)));
    }

    /** Notes an eviction. */
    void add(long hash, long weight) {
        evictedBytes += weight;
        long[] segment = segments[segment(fingerprint(hash))];
        int first = bucket(hash);
        int target = first;
        for (int i = first; i < first + BUCKET; i++) {
            if (segment[i] >>> STAMP_BITS == fingerprint(hash)) {
                target = i;
                break;
            }
            if (age(segment[i]) > age(segment[target])) {
                target = i;
            }
        }
        lost += age(segment[target]) <= windowUnits ? 1 : 0;
        segment[target] = fingerprint(hash) << STAMP_BITS | now();
        if (++added == SEGMENT_SLOTS) {
            review();
        }
        windowAdded++;
        if (evictedBytes - windowFrom > windowUnits << UNIT_BITS) {
            if (count > 1 && (long) count * SEGMENT_SLOTS > SPARSE * windowAdded) {
                clear();
            }
            windowFrom = evictedBytes;
            windowAdded = 0;
        }
    }

    /** Whether this hash was evicted within the window; forgets it. */
    boolean take(long hash) {
        long[] segment = segments[segment(fingerprint(hash))];
        int first = bucket(hash);
        for (int i = first; i < first + BUCKET; i++) {
            if (segment[i] != 0 && segment[i] >>> STAMP_BITS == fingerprint(hash)) {
                boolean recent = age(segment[i]) <= windowUnits;
                segment[i] = 0;
                return recent;
            }
        }
        return false;
    }

    /** Forgets everything and gives the memory back. */
    void clear() {
        segments = new long[][] {new long[SEGMENT_SLOTS]};
        count = 1;
        round = 1;
        evictedBytes = 0;
        windowFrom = 0;
        windowAdded = 0;
        added = 0;
        lost = 0;
    }

    /** The bytes of memory that the slots take. */
    long memoryBytes() {
        return (long) count * SEGMENT_SLOTS * Long.BYTES;
    }

    private void review() {
        if (count > 2 * most) {
            clear();
        } else if (lost > added / BEARABLE_LOSS && count < most) {
            grow();
        }
        added = 0;
        lost = 0;
    }

    /** Splits the next segment in two. */
    private void grow() {
        long[] fresh;
        try {
            if (count == segments.length) {
                segments = Arrays.copyOf(segments, 2 * count);
            }
            fresh = new long[SEGMENT_SLOTS];
        } catch (OutOfMemoryError e) {
            // It goes on with the memory it has.
            most = count;
            return;
        }
        long[] split = segments[count - round];
        for (int i = 0; i < SEGMENT_SLOTS; i++) {
            if ((split[i] >>> STAMP_BITS & (2L * round - 1)) == count) {
                fresh[i] = split[i];
                split[i] = 0;
            }
        }
        segments[count++] = fresh;
        if (count == 2 * round) {
            round = count;
        }
    }

    private int segment(long fingerprint) {
        int segment = (int) (fingerprint & (2L * round - 1));
        return segment < count ? segment : segment - round;
    }

    private long now() {
        return evictedBytes >>> UNIT_BITS & STAMP_MASK;
    }

    /** In units; an empty slot is older than any. */
    private long age(long slot) {
        return slot == 0 ? Long.MAX_VALUE : now() - slot & STAMP_MASK;
    }

    /** The upper half of the hash, never 0. */
    private static long fingerprint(long hash) {
        return hash >>> STAMP_BITS == 0 ? 1 : hash >>> STAMP_BITS;
    }

    private static int bucket(long hash) {
        return (int) hash & (SEGMENT_SLOTS - 1) & -BUCKET;
    }
}
