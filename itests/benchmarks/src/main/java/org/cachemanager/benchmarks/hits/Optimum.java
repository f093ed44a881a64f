package org.cachemanager.benchmarks.hits;

import java.util.Arrays;
import java.util.PriorityQueue;
import java.util.function.LongBinaryOperator;

/**
 * The most hits that any cache could have, which knows what is asked for next and need not keep what it has made.
 *
 * <p>Where all items weigh the same, Belady's rule is exact: what is asked for again last goes. Where they differ, the
 * problem is NP-hard, and this is an upper bound that no cache reaches: an item is kept from one request to the next or
 * not at all, this costs room for so long, and the cheapest of those stays are granted until the room of the whole time
 * is used up, however they overlap. For hits in bytes the bytes that a stay serves are set against its cost.
 *
 * <p>Belady: "A Study of Replacement Algorithms for a Virtual-Storage Computer", IBM Systems Journal 5, 1966. Berger,
 * Beckmann, Harchol-Balter: "Practical Bounds on Optimal Caching with Variable Object Sizes", SIGMETRICS 2018 (PFOO-L).
 */
final class Optimum implements Contender {

    private static final int NEVER = Integer.MAX_VALUE;

    @Override
    public String name() {
        return "optimum";
    }

    @Override
    public Hits serve(Load load, long capacity) {
        int[] next = nextUses(load);
        if (load.isOfItems()) {
            return belady(load, next, capacity);
        }
        double requests =
                bound(load, next, capacity, (length, weight) -> length * weight).requests();
        return new Hits(
                requests,
                bound(load, next, capacity, (length, weight) -> length).bytes());
    }

    /** For each request, the position of the next one for the same key. */
    private static int[] nextUses(Load load) {
        int[] requests = load.requests();
        int[] next = new int[requests.length];
        int[] later = new int[load.keys().length];
        Arrays.fill(later, NEVER);
        for (int i = requests.length - 1; i >= 0; i--) {
            next[i] = later[requests[i]];
            later[requests[i]] = i;
        }
        return next;
    }

    private static Hits belady(Load load, int[] next, long items) {
        int[] requests = load.requests();
        Hits.Counter counter = new Hits.Counter();
        boolean[] present = new boolean[load.keys().length];
        // The farthest first; what was asked for meanwhile stays behind, where the nearest are, and is never reached.
        PriorityQueue<Long> farthest = new PriorityQueue<>();
        long used = 0;
        for (int i = 0; i < requests.length; i++) {
            int key = requests[i];
            counter.count(present[key], load.weight(key));
            used -= present[key] ? 1 : 0;
            present[key] = next[i] != NEVER;
            if (next[i] != NEVER) {
                used++;
                farthest.add(-next[i] * (1L << 32) + key);
                if (used > items) {
                    long gone = farthest.remove();
                    present[(int) gone] = false;
                    used--;
                }
            }
        }
        return counter.hits();
    }

    private static Hits bound(Load load, int[] next, long capacity, LongBinaryOperator rank) {
        int[] requests = load.requests();
        long askedBytes = 0;
        long[] stays = new long[requests.length];
        int count = 0;
        for (int i = 0; i < requests.length; i++) {
            long weight = load.weight(requests[i]);
            askedBytes += weight;
            if (next[i] != NEVER && weight <= capacity) {
                // The bits of positive floats sort as the floats do.
                int bits = Float.floatToIntBits((float) rank.applyAsLong(next[i] - i, weight));
                stays[count++] = ((long) bits << 32) + i;
            }
        }
        Arrays.sort(stays, 0, count);
        double room = (double) capacity * requests.length;
        int hits = 0;
        long hitBytes = 0;
        while (hits < count && room > 0) {
            int from = (int) stays[hits++];
            long weight = load.weight(requests[from]);
            room -= (double) weight * (next[from] - from);
            hitBytes += weight;
        }
        return new Hits(100.0 * hits / requests.length, 100.0 * hitBytes / askedBytes);
    }
}
