package org.cachemanager.config.yaml;

/**
 * How much cache a heap holds: all of it but an eighth, and but 24 MB, which the node needs for itself and for the
 * requests it serves. So a heap a fifth above {@code max_cache_size} is enough from 120 MB of cache on, also where the
 * JVM counts out a survivor space.
 */
final class HeapRoom {

    private static final long LEAST = 24L << 20;
    private static final int SHIFT = 20;

    private HeapRoom() {}

    static long holds(long heapBytes) {
        return Math.max(0, heapBytes - Math.max(heapBytes / 8, LEAST));
    }

    /** The least heap that holds so much, rounded up to whole megabytes. */
    static long heapFor(long cacheBytes) {
        long eighth = cacheBytes / 7 > Long.MAX_VALUE - cacheBytes - LEAST ? 0 : cacheBytes / 7 + 1;
        long heap = cacheBytes + Math.max(eighth, LEAST);
        return (heap + (1L << SHIFT) - 1) >> SHIFT << SHIFT;
    }

    static String megabytes(long bytes) {
        return (bytes >> SHIFT) + "MB";
    }
}
