package org.cachemanager.storage.offheap.internal;

import java.util.Arrays;

/**
 * Places that have become free below others in use: a stack of numbers. May hold one that is in use again, or twice:
 * who takes one out checks it.
 */
final class Holes {

    private static final int[] NONE = {};
    private static final int FIRST = 16;
    private static final int MOST_KEPT = 1024;

    private int[] places = NONE;
    private int count;

    void push(int place) {
        if (count == places.length) {
            places = Arrays.copyOf(places, Math.max(FIRST, 2 * count));
        }
        places[count++] = place;
    }

    boolean isEmpty() {
        return count == 0;
    }

    int peek() {
        return places[count - 1];
    }

    int pop() {
        int place = places[--count];
        if (count == 0 && places.length > MOST_KEPT) {
            places = NONE;
        }
        return place;
    }
}
