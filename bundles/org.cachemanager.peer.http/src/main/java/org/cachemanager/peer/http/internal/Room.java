package org.cachemanager.peer.http.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import org.cachemanager.api.Reservation;
import org.jspecify.annotations.Nullable;

/**
 * The room that an answer has: {@value #FREE_BYTES} bytes, more as it is set aside for the call. Once closed it gives
 * nothing any more.
 */
final class Room implements AutoCloseable {

    /** What an answer may have without room set aside. */
    static final int FREE_BYTES = 32 * 1024;

    /** What is set aside at a time for an answer that does not say how long it is. */
    private static final int STEP_BYTES = 64 * 1024;

    private final @Nullable LongFunction<@Nullable Reservation> source;
    private final List<Reservation> held = new ArrayList<>(1);
    private long bytes = FREE_BYTES;
    private boolean closed;

    /** @param source sets room aside; null: there is no more than what is free */
    Room(@Nullable LongFunction<@Nullable Reservation> source) {
        this.source = source;
    }

    boolean canGrow() {
        return source != null;
    }

    /** Makes room for an answer of so many bytes in all; false when there is none. One thread at a time. */
    boolean fits(long all, boolean exact) {
        if (all <= bytes) {
            return true;
        }
        if (source == null) {
            return false;
        }
        // the first time for those that were free, too
        long had = bytes == FREE_BYTES ? 0 : bytes;
        long more = exact ? all - had : Math.max(STEP_BYTES, all - had);
        Reservation reserved = source.apply(more);
        if (reserved == null) {
            return false;
        }
        synchronized (this) {
            if (!closed) {
                held.add(reserved);
                bytes = had + more;
                return true;
            }
        }
        reserved.close();
        return false;
    }

    /** Gives all back. Any thread, also more than once. */
    @Override
    public void close() {
        List<Reservation> all;
        synchronized (this) {
            closed = true;
            all = List.copyOf(held);
            held.clear();
        }
        all.forEach(Reservation::close);
    }
}
