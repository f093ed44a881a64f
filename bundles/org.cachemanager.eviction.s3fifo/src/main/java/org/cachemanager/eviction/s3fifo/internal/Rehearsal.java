package org.cachemanager.eviction.s3fifo.internal;

import org.cachemanager.api.eviction.Entry;

/**
 * Finds the better of two shares of the small queue, by having both serve a sample of the keys in small caches without
 * data.
 *
 * <p>The sample is what has certain bits of its hash 0, so that a key is always in it or never; it is thinned until a
 * trial holds about a thousand entries, and its caches get the same share of the limit. Of an entry that was read often
 * of late no more reads are told, so that a very popular key costs no lock; both trials miss the same.
 */
final class Rehearsal {

    /** What comes near to first in, first out. */
    private static final double WIDE_SHARE = 0.9;

    private static final int MOST_ENTRIES = 1024;
    private static final int FEW_ENTRIES = 128;
    private static final int MOST_SHIFT = 32;

    /** How many reads of the sample make a period, after which the choice is looked at again. */
    private static final int PERIOD = 4000;

    /** What the hits and reads of earlier periods count for, each period again. */
    private static final double MEMORY = 0.7;

    /** How much more of the reads the other share must have served, to be worth a change. */
    private static final double MARGIN = 0.002;

    private final Trial narrow;
    private final Trial wide = new Trial(WIDE_SHARE);
    private volatile double usualShare;
    private volatile long mask;
    private Trial inForce;
    private int shift;
    private int reads;
    private double allReads;
    private long limit = Long.MAX_VALUE;

    /** @param usualShare the share that is in force unless the wide one proves better */
    Rehearsal(double usualShare) {
        this.usualShare = usualShare;
        narrow = new Trial(usualShare);
        inForce = narrow;
    }

    /** Changes the usual share; any thread. */
    void usual(double share) {
        usualShare = share;
    }

    void limit(long bytes) {
        limit = bytes;
    }

    /** Whether an entry is of the sample; any thread. */
    boolean isSampled(Entry entry) {
        return (entry.hash() & mask) == 0;
    }

    /**
     * Takes note of a read of a sampled entry, or of its making.
     *
     * @param weight what the entries weigh that are there
     * @return the share for the small queue
     */
    double read(Entry entry, long weight) {
        long capacity = (limit == Long.MAX_VALUE ? weight : limit) >> shift;
        narrow.share(usualShare);
        narrow.read(entry, capacity);
        wide.read(entry, capacity);
        allReads++;
        if (++reads >= PERIOD) {
            reads = 0;
            choose();
        }
        if (narrow.size() > MOST_ENTRIES && shift < MOST_SHIFT) {
            sample(shift + 1);
        }
        return inForce == wide ? WIDE_SHARE : usualShare;
    }

    /** Forgets an entry that was deleted or has expired. */
    void remove(Entry entry) {
        if (isSampled(entry)) {
            narrow.remove(entry);
            wide.remove(entry);
        }
    }

    /** Forgets everything. */
    void forget() {
        narrow.forget();
        wide.forget();
        inForce = narrow;
        reads = 0;
        allReads = 0;
        shift = 0;
        mask = 0;
    }

    private void choose() {
        Trial other = inForce == narrow ? wide : narrow;
        if (other.hits() > inForce.hits() + MARGIN * allReads) {
            inForce = other;
        }
        allReads *= MEMORY;
        narrow.fade(MEMORY);
        wide.fade(MEMORY);
        if (narrow.size() < FEW_ENTRIES && shift > 0) {
            sample(shift - 1);
        }
    }

    /** Makes the sample one in {@code 2^bits}. */
    private void sample(int bits) {
        shift = bits;
        mask = (1L << bits) - 1;
        narrow.keepSampled(mask);
        wide.keepSampled(mask);
    }
}
