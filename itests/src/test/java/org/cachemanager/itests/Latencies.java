package org.cachemanager.itests;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLongArray;

/** How long calls took, to within 2 %. Any thread. */
final class Latencies {

    private static final double STEPS = 50;

    private final AtomicLongArray counts = new AtomicLongArray(1200);

    void add(long nanos) {
        counts.incrementAndGet((int) (STEPS * Math.log(1 + nanos / 1000.0)));
    }

    long count() {
        long all = 0;
        for (int i = 0; i < counts.length(); i++) {
            all += counts.get(i);
        }
        return all;
    }

    /** The time within which this share of the calls was done. */
    Duration within(double share) {
        long left = (long) Math.ceil(count() * share);
        int step = 0;
        for (left -= counts.get(0); left > 0; left -= counts.get(step)) {
            step++;
        }
        return Duration.ofNanos((long) (1000 * (Math.exp((step + 1) / STEPS) - 1)));
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%d calls, median %.1f ms, p99 %.1f ms, p99.9 %.1f ms, longest %.0f ms",
                count(),
                millis(0.5),
                millis(0.99),
                millis(0.999),
                millis(1));
    }

    private double millis(double share) {
        return within(share).toNanos() / 1e6;
    }
}
