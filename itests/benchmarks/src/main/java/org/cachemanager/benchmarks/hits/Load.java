package org.cachemanager.benchmarks.hits;

import java.util.Arrays;

/** A trace and what each of its items weighs. */
final class Load {

    private final Trace trace;
    private final long[] hashes;
    private final long[] weights;
    private final boolean isOfItems;

    private Load(Trace trace, boolean isOfItems) {
        this.trace = trace;
        this.isOfItems = isOfItems;
        hashes = trace.hashes();
        weights = isOfItems ? new long[hashes.length] : trace.sizes();
        if (isOfItems) {
            Arrays.fill(weights, 1);
        }
    }

    /** Items that count one each. */
    static Load ofItems(Trace trace) {
        return new Load(trace, true);
    }

    /** Items of different sizes in bytes. */
    static Load ofBytes(Trace trace) {
        return new Load(trace, false);
    }

    Trace trace() {
        return trace;
    }

    boolean isOfItems() {
        return isOfItems;
    }

    int[] requests() {
        return trace.requests();
    }

    long[] keys() {
        return trace.keys();
    }

    long hash(int key) {
        return hashes[key];
    }

    long weight(int key) {
        return weights[key];
    }

    /** The room that is a share of the weight of all items. */
    long capacity(double share) {
        return Math.max(1, Math.round(share * Arrays.stream(weights).sum()));
    }
}
