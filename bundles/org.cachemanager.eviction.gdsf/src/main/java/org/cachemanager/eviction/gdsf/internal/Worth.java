package org.cachemanager.eviction.gdsf.internal;

/**
 * What it is worth to keep an item of a size that was read so often, in classes: eight of them double it, so that an
 * item's worth is off by 4.5 % at most.
 *
 * <p>Worth is {@code reads * (4 KiB / size) ^ power}. The 4 KiB change nothing while the power stays as it is; they
 * keep what was judged by another power comparable.
 */
final class Worth {

    static final int MOST_READS = 63;

    private static final int CLASSES_PER_DOUBLING = 8;
    private static final int USUAL_SIZE_LOG = 12;

    /** The worth of an item of the usual size that was read once. */
    private static final int UNIT_LOG = 24;

    private static final double LOG_2 = Math.log(2);
    private static final double[] LOG_READS = new double[MOST_READS + 1];

    /** One byte that was read most often is worth no more than 2 to the power of 42. */
    private static final long[] WORTHS = new long[CLASSES_PER_DOUBLING * 42 + 1];

    static {
        for (int reads = 1; reads <= MOST_READS; reads++) {
            LOG_READS[reads] = log(reads);
        }
        for (int i = 0; i < WORTHS.length; i++) {
            WORTHS[i] = Math.round(Math.pow(2, (double) i / CLASSES_PER_DOUBLING));
        }
    }

    private Worth() {}

    static int classes() {
        return WORTHS.length;
    }

    /** The worth of a class, 1 or more. */
    static long of(int worthClass) {
        return WORTHS[worthClass];
    }

    /** The class of an item that was read 1 to 63 times. */
    static int classOf(int reads, long size, double power) {
        double log = UNIT_LOG + LOG_READS[reads] + power * (USUAL_SIZE_LOG - log(size));
        return (int) Math.max(0, Math.min(WORTHS.length - 1, Math.round(CLASSES_PER_DOUBLING * log)));
    }

    private static double log(long number) {
        return Math.log((double) number) / LOG_2;
    }
}
