package org.cachemanager.eviction.s3fifo.internal;

/**
 * Remembers what was evicted of late: fingerprints of hashes, each with the time of its eviction.
 *
 * <p>Time is counted in bytes evicted, so that the ghost is as long as the main queue is heavy. A table of buckets of
 * four; in a full bucket the oldest goes. A slot takes eight bytes: a fingerprint of 32 bits, which holds the place in
 * the table too, and the time in units of 256 bytes.
 */
final class Ghost {

    private static final int BUCKET = 4;
    private static final int UNIT_BITS = 8;
    private static final long START_BYTES = 1L << UNIT_BITS;
    private static final int FIRST_SLOTS = 64;
    private static final int MAX_SLOTS = 1 << 26;

    private long[] slots = new long[FIRST_SLOTS];

    /** Bytes evicted so far; slots hold it in units, from 1 on, since 0 is an empty slot. */
    private long evictedBytes = START_BYTES;

    /** Notes an eviction. */
    void add(long hash, long weight) {
        evictedBytes += weight;
        int first = bucket(hash);
        int target = first;
        for (int i = first; i < first + BUCKET; i++) {
            if (fingerprint(slots[i]) == (int) hash || age(slots[i]) > age(slots[target])) {
                target = i;
            }
        }
        slots[target] = ((hash & 0xffffffffL) << 32) | now();
    }

    /** Whether this hash was evicted within so many bytes of evictions; forgets it. */
    boolean take(long hash, long withinBytes) {
        int first = bucket(hash);
        for (int i = first; i < first + BUCKET; i++) {
            if (slots[i] != 0 && fingerprint(slots[i]) == (int) hash) {
                boolean recent = age(slots[i]) <= withinBytes >> UNIT_BITS;
                slots[i] = 0;
                return recent;
            }
        }
        return false;
    }

    /** Makes room for so many evictions; keeps what it remembers. */
    void fit(int evictions) {
        if (evictions <= slots.length || slots.length == MAX_SLOTS) {
            return;
        }
        long[] old = slots;
        slots = new long[old.length * 2];
        for (long slot : old) {
            if (slot != 0) {
                reinsert(slot);
            }
        }
    }

    private void reinsert(long slot) {
        int first = bucket(slot >>> 32);
        for (int i = first; i < first + BUCKET; i++) {
            if (slots[i] == 0) {
                slots[i] = slot;
                return;
            }
        }
    }

    /** Forgets everything and gives the memory back. */
    void clear() {
        slots = new long[FIRST_SLOTS];
        evictedBytes = START_BYTES;
    }

    private long now() {
        return (evictedBytes >>> UNIT_BITS) & 0xffffffffL;
    }

    private long age(long slot) {
        return slot == 0 ? Long.MAX_VALUE : (now() - (slot & 0xffffffffL)) & 0xffffffffL;
    }

    private static int fingerprint(long slot) {
        return (int) (slot >>> 32);
    }

    private int bucket(long hash) {
        return (int) hash & (slots.length - 1) & -BUCKET;
    }
}
