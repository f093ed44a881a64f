package org.cachemanager.endpoint.http.internal;

import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.util.Callback;

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

    /** A callback that gives a copy's room back first. */
    static Callback givingBack(int bytes, Callback callback) {
        return new Copied(bytes, callback);
    }

    /** Gives a copy's room back when it is written, or can't be. */
    private static final class Copied extends Callback.Nested {
        private final int length;

        Copied(int length, Callback callback) {
            super(callback);
            this.length = length;
        }

        @Override
        public void succeeded() {
            giveBack(length);
            super.succeeded();
        }

        @Override
        public void failed(Throwable cause) {
            giveBack(length);
            super.failed(cause);
        }
    }
}
