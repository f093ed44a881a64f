package org.cachemanager.benchmarks.hits;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;

/** Made traces, each of one thing that caches meet; the same ones for the same seed. */
final class Synthetic {

    private static final int REQUESTS = 200_000;
    private static final long FRESH = 1L << 40;

    private final SplittableRandom random;
    private long fresh = FRESH;

    private Synthetic(long seed) {
        random = new SplittableRandom(seed);
    }

    /** One of each kind. */
    static List<Trace> all(long seed) {
        return List.of(
                make("zipf-0.8", new Synthetic(seed).zipf(0.8, 40_000)),
                make("zipf-1.0", new Synthetic(seed).zipf(1.0, 40_000)),
                make("zipf-scans", new Synthetic(seed).zipfAndScans()),
                make("once", new Synthetic(seed).zipfAndOnce()),
                make("loop", new Synthetic(seed).loop()),
                make("shift", new Synthetic(seed).shift()),
                make("bursts", new Synthetic(seed).bursts()),
                make("soon", new Synthetic(seed).soonAgain()),
                make("phases", new Synthetic(seed).phases()));
    }

    private static Trace make(String name, LongSupplier keys) {
        return Trace.of(name, LongStream.generate(keys).limit(REQUESTS));
    }

    /** Key k is asked for in proportion to k to the power of -skew. */
    private LongSupplier zipf(double skew, int keys) {
        double[] cumulative = new double[keys];
        double sum = 0;
        for (int k = 0; k < keys; k++) {
            sum += Math.pow(k + 1, -skew);
            cumulative[k] = sum;
        }
        double all = sum;
        return () -> {
            int at = Arrays.binarySearch(cumulative, random.nextDouble() * all);
            return at < 0 ? -at - 1 : at;
        };
    }

    /** Popular keys; now and then 3,000 neighbours are read once, one after the other. */
    private LongSupplier zipfAndScans() {
        LongSupplier popular = zipf(0.9, 30_000);
        long[] scan = {0, 0};
        return () -> {
            if (scan[1] > 0) {
                scan[1]--;
                return FRESH + scan[0]++;
            }
            if (random.nextInt(10_000) == 0) {
                scan[0] = random.nextInt(60_000);
                scan[1] = 3_000;
            }
            return popular.getAsLong();
        };
    }

    /** Popular keys, among which every third request is for a key that never comes again. */
    private LongSupplier zipfAndOnce() {
        LongSupplier popular = zipf(0.9, 30_000);
        return () -> random.nextInt(3) == 0 ? fresh++ : popular.getAsLong();
    }

    /** 20,000 keys in a circle. */
    private LongSupplier loop() {
        long[] at = {0};
        return () -> at[0]++ % 20_000;
    }

    /** Which keys are popular moves on, by one rank every four requests. */
    private LongSupplier shift() {
        LongSupplier rank = zipf(1.0, 20_000);
        long[] at = {0};
        return () -> at[0]++ / 4 + rank.getAsLong();
    }

    /** Each key is asked for a few times within some hundred requests, and hardly ever later. */
    private LongSupplier bursts() {
        ArrayDeque<Long> recent = new ArrayDeque<>();
        long[] window = new long[400];
        return () -> {
            int at = random.nextInt(window.length);
            if (random.nextInt(3) == 0) {
                recent.add(fresh);
                window[at] = fresh++;
            }
            return random.nextInt(50) == 0 && !recent.isEmpty() ? recent.removeFirst() : window[at];
        };
    }

    /** Half of the keys come once, half once more within a hundred requests. */
    private LongSupplier soonAgain() {
        ArrayDeque<Long> again = new ArrayDeque<>();
        return () -> {
            if (!again.isEmpty() && random.nextInt(60) < again.size()) {
                return again.removeFirst();
            }
            if (random.nextBoolean()) {
                again.add(fresh);
            }
            return fresh++;
        };
    }

    /** By turns popular keys, a circle that does not fit, and keys that come again soon. */
    private LongSupplier phases() {
        List<LongSupplier> kinds = List.of(zipf(1.0, 20_000), loop(), bursts(), zipf(0.8, 20_000), soonAgain());
        long[] at = {0};
        return () -> kinds.get((int) (at[0]++ / 20_000 % kinds.size())).getAsLong();
    }
}
