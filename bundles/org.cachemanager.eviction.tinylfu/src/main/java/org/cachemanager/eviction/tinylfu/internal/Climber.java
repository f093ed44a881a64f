package org.cachemanager.eviction.tinylfu.internal;

import java.util.Arrays;
import org.cachemanager.api.eviction.Entry;

/**
 * Finds the share of the window that has the most hits: each share of a ladder is tried in a {@link Rehearsal}, all at
 * the same time, and the best one is in force, if it is better by some margin.
 *
 * <p>The sample is what has certain bits of its hash 0, so that a key is always in it or never; it is thinned until a
 * rehearsal holds about a thousand entries, and its caches get the same share of the limit.
 */
final class Climber {

    private static final int RUNGS = 5;
    private static final int MOST_ENTRIES = 1024;
    private static final int FEW_ENTRIES = 128;
    private static final int MOST_SHIFT = 32;
    /** How many requests of the sample make a period, after which the choice is looked at again. */
    private static final int PERIOD = 1000;

    /** What the hits and requests of earlier periods count for, each period again. */
    private static final double MEMORY = 0.8;

    /** How much more of the requests another share must have served, to be worth a change. */
    private static final double MARGIN = 0.004;

    private final double[] shares = new double[RUNGS];
    private final Rehearsal[] rehearsals = new Rehearsal[RUNGS];
    private int rung;
    private int shift;
    private int requests;
    private double allRequests;
    private long limit = Long.MAX_VALUE;

    Climber(Sketch sketch) {
        Arrays.setAll(rehearsals, i -> new Rehearsal(sketch));
    }

    /** Sets the lowest and the highest share; the others lie between them, each by the same factor above the last. */
    void ladder(double least, double most) {
        for (int i = 0; i < RUNGS; i++) {
            shares[i] = least * Math.pow(most / least, (double) i / (RUNGS - 1));
            rehearsals[i].windowShare(shares[i]);
        }
    }

    void limit(long bytes) {
        limit = bytes;
    }

    /** The share that serves best, as far as is known. */
    double share() {
        return shares[rung];
    }

    private boolean isSampled(Entry entry) {
        return (entry.hash() & ((1L << shift) - 1)) == 0;
    }

    /** Takes note of a hit, or of the making of an entry. */
    void request(Entry entry, long weight) {
        if (!isSampled(entry)) {
            return;
        }
        long capacity = (limit == Long.MAX_VALUE ? weight : limit) >> shift;
        for (Rehearsal rehearsal : rehearsals) {
            rehearsal.request(entry, capacity);
        }
        allRequests++;
        if (++requests >= PERIOD) {
            requests = 0;
            climb();
        }
        if (rehearsals[0].size() > MOST_ENTRIES && shift < MOST_SHIFT) {
            sample(shift + 1);
        }
    }

    private void climb() {
        int best = rung;
        for (int i = 0; i < RUNGS; i++) {
            best = rehearsals[i].hits() > rehearsals[best].hits() ? i : best;
        }
        if (rehearsals[best].hits() > rehearsals[rung].hits() + MARGIN * allRequests) {
            rung = best;
        }
        allRequests *= MEMORY;
        for (Rehearsal rehearsal : rehearsals) {
            rehearsal.fade(MEMORY);
        }
        if (rehearsals[0].size() < FEW_ENTRIES && shift > 0) {
            sample(shift - 1);
        }
    }

    /** Makes the sample one in {@code 2^bits}. */
    private void sample(int bits) {
        shift = bits;
        for (Rehearsal rehearsal : rehearsals) {
            rehearsal.keepSampled((1L << bits) - 1);
        }
    }

    /** Forgets an entry that was deleted or has expired. */
    void remove(Entry entry) {
        if (isSampled(entry)) {
            for (Rehearsal rehearsal : rehearsals) {
                rehearsal.remove(entry);
            }
        }
    }

    /** Forgets everything and begins with the lowest share. */
    void forget() {
        for (Rehearsal rehearsal : rehearsals) {
            rehearsal.forgetAll();
        }
        rung = 0;
        shift = 0;
        requests = 0;
        allRequests = 0;
    }
}
