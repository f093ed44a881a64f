package org.cachemanager.core.internal;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.cachemanager.api.Reservation;
import org.jspecify.annotations.Nullable;

/** Room that is held for as long as its holders like, as for connections: three quarters of the limit at the most. */
final class Holds {

    final Shelf shelf;
    private final Room room;
    private final AtomicLong bytes = new AtomicLong();

    Holds(Room room, Shelf shelf) {
        this.room = room;
        this.shelf = shelf;
    }

    /** Room that is held; given back once. */
    private final class Held implements Reservation {
        private final long size;
        private final AtomicBoolean closed = new AtomicBoolean();

        Held(long size) {
            this.size = size;
        }

        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                bytes.addAndGet(-size);
                room.release(size);
            }
        }
    }

    /** Makes room, which may evict, and holds it; null when there is not enough. */
    @Nullable
    Reservation hold(long size) {
        long all = bytes.addAndGet(size);
        if (all <= room.heapLimit() / 4 * 3 && shelf.take(size)) {
            return new Held(size);
        }
        bytes.addAndGet(-size);
        return null;
    }

    /** How much is held. */
    long bytes() {
        return bytes.get();
    }
}
