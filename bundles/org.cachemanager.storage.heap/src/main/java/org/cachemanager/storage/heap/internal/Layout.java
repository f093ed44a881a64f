package org.cachemanager.storage.heap.internal;

/**
 * What objects take in a JVM's heap.
 *
 * @param arrayHeader the bytes before the first element of an array of bytes
 * @param reference the bytes of a reference
 * @param alignment what the size of each object is a multiple of
 * @param arrayItem the bytes of an {@link ArrayItem} without its array
 * @param pieceItem the bytes of a {@link PieceItem} without its arrays
 */
record Layout(int arrayHeader, int reference, int alignment, int arrayItem, int pieceItem) {

    /** HotSpot's on 64 bits with compressed references, as it is without any option in heaps below 32 GB. */
    static final Layout USUAL = new Layout(16, 4, 8, 24, 24);

    long bytes(long length) {
        return align(arrayHeader + length);
    }

    long references(long length) {
        return align(align(arrayHeader, reference) + length * reference);
    }

    private long align(long bytes) {
        return align(bytes, alignment);
    }

    private static long align(long bytes, int to) {
        return (bytes + to - 1) / to * to;
    }
}
