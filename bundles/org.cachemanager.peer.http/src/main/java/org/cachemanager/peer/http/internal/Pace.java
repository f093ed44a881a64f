package org.cachemanager.peer.http.internal;

import java.time.Duration;

/**
 * How fast an answer arrives once it has begun: {@value #LEAST_BYTES} bytes within {@link #TIME}, those of a large one
 * {@value #LEAST_OF_LARGE_BYTES}, as peers ask of what is sent to them. Silence is told by the connection's idle time.
 */
final class Pace {

    static final Duration TIME = Duration.ofSeconds(30);
    private static final int LEAST_BYTES = 16 * 1024;
    private static final int LEAST_OF_LARGE_BYTES = 1 << 20;

    private final Outside outside;
    private long bytes;
    private long countedBytes;
    private long sinceNanos;

    Pace(Outside outside) {
        this.outside = outside;
    }

    /** Bytes have arrived. */
    void received(int more) {
        if (bytes == 0) {
            sinceNanos = outside.nanos().getAsLong();
        }
        bytes += more;
    }

    /** Whether too few have. To be asked when some have. */
    boolean isTooSlow() {
        long now = outside.nanos().getAsLong();
        if (now - sinceNanos < TIME.toNanos()) {
            return false;
        }
        boolean slow = bytes - countedBytes < (bytes > Room.FREE_BYTES ? LEAST_OF_LARGE_BYTES : LEAST_BYTES);
        countedBytes = bytes;
        sinceNanos = now;
        return slow;
    }
}
