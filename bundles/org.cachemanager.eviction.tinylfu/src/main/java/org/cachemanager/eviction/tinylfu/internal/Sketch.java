package org.cachemanager.eviction.tinylfu.internal;

import java.util.Arrays;

/**
 * Estimates how often each key was asked for of late, up to 15 times: a count-min sketch of four counters of four bits
 * a key, the lowest of which counts. All four lie in one line of the processor's cache.
 *
 * <p>It ages: after ten requests for each entry of the cache all counters are halved. A segment is halved when it is
 * used next, so that no call walks through all of them. There is a long for each entry, and it grows and shrinks with
 * the number of entries by one segment at a time (linear hashing): one that is split gives its counters to both halves,
 * two that are joined give their mean.
 */
final class Sketch {

    static final int SEGMENT_LONGS = 2048;
    static final int MOST_COUNT = 15;

    /** 64 MiB, enough for 8 million entries; with more of them it becomes less exact. */
    private static final int MOST_SEGMENTS = 4096;

    private static final int BLOCK = 8;
    private static final int DEPTH = 4;
    private static final int REQUESTS_PER_ENTRY = 10;
    private static final int FEWEST_ENTRIES = 16;
    private static final int MOST_HALVINGS = 4;

    /** The upper three bits of each counter, one to the right. */
    private static final long HALF_MASK = 0x7777777777777777L;

    private long[][] segments = {new long[SEGMENT_LONGS]};

    /** For each segment, how often the whole was halved when it was last used. */
    private int[] halvedAt = new int[1];

    private int count = 1;

    /** The greatest power of two that is not above {@link #count}. */
    private int round = 1;

    private int most = MOST_SEGMENTS;
    private int halvings;
    private long requests;
    private long entries;

    /** Says how many entries the cache has; takes one step at most towards what they need. */
    void fit(long number) {
        entries = Math.max(FEWEST_ENTRIES, number);
        long needed = Math.min(most, (number + SEGMENT_LONGS - 1) / SEGMENT_LONGS);
        if (needed > count) {
            split();
        } else if (count > 1 && count > 2 * needed) {
            join();
        }
    }

    /** Counts a request. */
    void count(long hash) {
        if (++requests >= REQUESTS_PER_ENTRY * entries) {
            requests = 0;
            halvings++;
        }
        long[] segment = segment(hash);
        int lowest = lowest(segment, hash);
        if (lowest < MOST_COUNT) {
            for (int i = 0; i < DEPTH; i++) {
                int at = index(hash, i);
                int shift = shift(hash, i);
                if ((segment[at] >>> shift & MOST_COUNT) == lowest) {
                    segment[at] += 1L << shift;
                }
            }
        }
    }

    /** How often a key was asked for, 0 to 15; too high now and then, never too low. */
    int frequency(long hash) {
        return lowest(segment(hash), hash);
    }

    /** Forgets everything and gives the memory back. */
    void forget() {
        segments = new long[][] {new long[SEGMENT_LONGS]};
        halvedAt = new int[1];
        count = 1;
        round = 1;
        most = MOST_SEGMENTS;
        halvings = 0;
        requests = 0;
        entries = 0;
    }

    /** The bytes of memory that the counters take. */
    long memoryBytes() {
        return (long) count * SEGMENT_LONGS * Long.BYTES;
    }

    private static int lowest(long[] segment, long hash) {
        int lowest = MOST_COUNT;
        for (int i = 0; i < DEPTH; i++) {
            lowest = Math.min(lowest, (int) (segment[index(hash, i)] >>> shift(hash, i)) & MOST_COUNT);
        }
        return lowest;
    }

    /** Bits 0 to 7 choose the block, five more for each counter one of two longs, and one of its 16 counters. */
    private static int index(long hash, int i) {
        int block = (int) hash & (SEGMENT_LONGS / BLOCK - 1);
        return block * BLOCK + 2 * i + ((int) (hash >>> (8 + 5 * i)) & 1);
    }

    private static int shift(long hash, int i) {
        return ((int) (hash >>> (9 + 5 * i)) & 15) << 2;
    }

    private long[] segment(long hash) {
        int at = (int) (hash >>> 32) & (2 * round - 1);
        return halved(at < count ? at : at - round);
    }

    /** A segment, halved as often as the whole was since it was last used. */
    private long[] halved(int at) {
        long[] segment = segments[at];
        int behind = Math.min(MOST_HALVINGS, halvings - halvedAt[at]);
        for (int i = 0; i < behind; i++) {
            for (int j = 0; j < SEGMENT_LONGS; j++) {
                segment[j] = segment[j] >>> 1 & HALF_MASK;
            }
        }
        halvedAt[at] = halvings;
        return segment;
    }

    private void split() {
        int from = count - round;
        try {
            if (count == segments.length) {
                long[][] more = Arrays.copyOf(segments, 2 * count);
                halvedAt = Arrays.copyOf(halvedAt, 2 * count);
                segments = more;
            }
            segments[count] = halved(from).clone();
        } catch (OutOfMemoryError e) {
            // It goes on with the memory it has.
            most = count;
            return;
        }
        halvedAt[count++] = halvings;
        round = count == 2 * round ? count : round;
    }

    private void join() {
        round = count == round ? round / 2 : round;
        int last = --count;
        long[] from = halved(last);
        long[] to = halved(last - round);
        for (int i = 0; i < SEGMENT_LONGS; i++) {
            to[i] = (to[i] >>> 1 & HALF_MASK) + (from[i] >>> 1 & HALF_MASK);
        }
        segments[last] = new long[0];
    }
}
