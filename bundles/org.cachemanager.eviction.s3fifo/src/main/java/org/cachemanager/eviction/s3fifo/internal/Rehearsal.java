package org.cachemanager.eviction.s3fifo.internal;

import java.util.List;
import org.cachemanager.api.eviction.Entry;

/**
 * Finds the best of three modes, by having each serve a sample of the keys in a small cache without data.
 *
 * <p>The sample is what has certain bits of its hash 0, so that a key is always in it or never; it is thinned until a
 * trial holds some hundred entries, and its caches get the same share of the limit. Of an entry that was read often of
 * late several reads are told at once, so that a very popular key seldom costs the lock.
 */
final class Rehearsal {

    /** How many reads of a popular entry are told at once. */
    static final int READS_AT_ONCE = 16;

    private static final int MOST_ENTRIES = 512;
    private static final int FEW_ENTRIES = 64;
    private static final int MOST_SHIFT = 32;

    /** How many reads of the sample make a period, after which the choice is looked at again. */
    private static final int PERIOD = 1000;

    /** What the hits and reads of earlier periods count for, each period again. */
    private static final double MEMORY = 0.9;

    /** How much more of the reads another mode must have served, to be worth a change. */
    private static final double MARGIN = 0.005;

    private final Trial usual;
    private final List<Trial> trials;
    private volatile double usualShare;
    private volatile long mask;
    private Trial inForce;
    private int shift;
    private int fresh;
    private double reads;
    private long limit = Long.MAX_VALUE;

    /** @param usualShare the share of the small queue in S3-FIFO */
    Rehearsal(double usualShare) {
        this.usualShare = usualShare;
        usual = new Trial(Mode.s3Fifo(usualShare));
        trials = List.of(new Trial(Mode.CLOCK), usual, new Trial(Mode.FIFO));
        inForce = trials.get(0);
    }

    /** Changes the share of the small queue in S3-FIFO; any thread. */
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

    /** The mode to be in. */
    Mode mode() {
        return inForce.mode();
    }

    /**
     * Takes note of some reads of a sampled entry, or of its making.
     *
     * @param weight what the entries weigh that are there
     */
    void read(Entry entry, int count, long weight) {
        if (usual.mode().smallShare() != usualShare) {
            usual.mode(Mode.s3Fifo(usualShare));
        }
        long capacity = (limit == Long.MAX_VALUE ? weight : limit) >> shift;
        for (Trial trial : trials) {
            trial.read(entry, count, capacity);
        }
        reads += count;
        fresh += count;
        if (fresh >= PERIOD) {
            fresh = 0;
            choose();
        }
        if (usual.size() > MOST_ENTRIES && shift < MOST_SHIFT) {
            sample(shift + 1);
        }
    }

    /** Forgets an entry that was deleted or has expired. */
    void remove(Entry entry) {
        if (isSampled(entry)) {
            trials.forEach(trial -> trial.remove(entry));
        }
    }

    /** Forgets everything. */
    void forget() {
        trials.forEach(Trial::forget);
        inForce = trials.get(0);
        fresh = 0;
        reads = 0;
        shift = 0;
        mask = 0;
    }

    private void choose() {
        double least = inForce.hits() + MARGIN * reads;
        for (Trial trial : trials) {
            if (trial.hits() > least) {
                inForce = trial;
                least = trial.hits();
            }
        }
        reads *= MEMORY;
        trials.forEach(trial -> trial.fade(MEMORY));
        if (usual.size() < FEW_ENTRIES && shift > 0) {
            sample(shift - 1);
        }
    }

    /** Makes the sample one in {@code 2^bits}. */
    private void sample(int bits) {
        shift = bits;
        mask = (1L << bits) - 1;
        trials.forEach(trial -> trial.keepSampled(mask));
    }
}
