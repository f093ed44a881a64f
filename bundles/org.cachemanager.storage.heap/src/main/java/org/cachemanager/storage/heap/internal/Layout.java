package org.cachemanager.storage.heap.internal;

/** What objects take in this JVM's heap: HotSpot's layout, with compressed references below 32 GB. */
final class Layout {

    private static final long COMPRESSED_BELOW_BYTES = 32L << 30;
    private static final boolean COMPRESSED = Runtime.getRuntime().maxMemory() < COMPRESSED_BELOW_BYTES;

    static final int REFERENCE_BYTES = COMPRESSED ? 4 : 8;
    static final int OBJECT_HEADER_BYTES = COMPRESSED ? 12 : 16;
    static final int ARRAY_HEADER_BYTES = COMPRESSED ? 16 : 24;

    private Layout() {}

    static long object(int references, int ints) {
        return align(OBJECT_HEADER_BYTES + (long) references * REFERENCE_BYTES + ints * (long) Integer.BYTES);
    }

    static long byteArray(long length) {
        return align(ARRAY_HEADER_BYTES + length);
    }

    static long referenceArray(long length) {
        return align(ARRAY_HEADER_BYTES + length * REFERENCE_BYTES);
    }

    private static long align(long bytes) {
        return (bytes + 7) & ~7L;
    }
}
