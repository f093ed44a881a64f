package org.cachemanager.endpoint.http.internal;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much of what is being written are copies of items, of all endpoints: slow readers might keep many, so they get
 * some bytes together.
 */
final class Copies {

    private static final long MOST_BYTES = 4L << 20;
    private static final AtomicLong BYTES = new AtomicLong();

    private Copies() {}

    /** Takes room for a copy; false when there is none now. */
    static boolean take(int bytes) {
        if (BYTES.addAndGet(bytes) <= MOST_BYTES) {
            return true;
        }
        BYTES.addAndGet(-bytes);
        return false;
    }

    static void giveBack(int bytes) {
        BYTES.addAndGet(-bytes);
    }
}
