package org.cachemanager.cli.replay;

import java.util.concurrent.atomic.AtomicLongArray;

/** How long calls took: counts in buckets that are at most a 32nd apart, from a microsecond to an hour. Thread-safe. */
final class Latencies {

    private static final int STEPS = 32;
    private static final int STEP_BITS = 5;
    private static final int POWERS = 33;

    private final AtomicLongArray counts = new AtomicLongArray(STEPS * POWERS);

    void record(long nanos) {
        counts.incrementAndGet(bucket(Math.max(0, nanos / 1000)));
    }

    private static int bucket(long micros) {
        if (micros < STEPS) {
            return (int) micros;
        }
        int power = 63 - Long.numberOfLeadingZeros(micros);
        int step = (int) (micros >>> (power - STEP_BITS)) - STEPS;
        return Math.min(STEPS * POWERS - 1, STEPS * (power - STEP_BITS + 1) + step);
    }

    private static long upperMicros(int bucket) {
        if (bucket < STEPS) {
            return bucket + 1L;
        }
        int power = bucket / STEPS - 1;
        return (long) (STEPS + bucket % STEPS + 1) << power;
    }

    /**
     * The time within which a share of the calls were done, in milliseconds.
     *
     * @param share above 0, at most 1
     * @return 0 when there was no call
     */
    double millis(double share) {
        long total = 0;
        for (int i = 0; i < counts.length(); i++) {
            total += counts.get(i);
        }
        long wanted = Math.max(1, (long) Math.ceil(total * share));
        long seen = 0;
        for (int i = 0; i < counts.length(); i++) {
            seen += counts.get(i);
            if (seen >= wanted) {
                return upperMicros(i) / 1000.0;
            }
        }
        return 0;
    }
}
