package org.cachemanager.core.internal;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.cachemanager.api.Data;
import org.cachemanager.api.Item;
import org.jspecify.annotations.Nullable;

/**
 * The large items that are being read. A reader may be slow, and room that an item takes comes back only when the last
 * reader is done: so all of them together get half of the limit, however many read each.
 */
final class LargeReads {

    /** Smaller items are not counted. */
    static final int LARGE_BYTES = 64 * 1024;

    private final Room room;
    private final ConcurrentHashMap<IndexEntry, Integer> readers = new ConcurrentHashMap<>();
    private final AtomicLong bytes = new AtomicLong();

    LargeReads(Room room) {
        this.room = room;
    }

    /** What is being read of an item, by one reader. */
    private final class Read implements Item {
        private final IndexEntry entry;
        private final AtomicBoolean released = new AtomicBoolean();

        Read(IndexEntry entry) {
            this.entry = entry;
        }

        @Override
        public Data data() {
            return entry.data();
        }

        @Override
        public long expiryMillis() {
            return entry.expiryMillis();
        }

        @Override
        public void release() {
            if (released.compareAndSet(false, true)) {
                end(entry);
                entry.release();
            }
        }
    }

    /**
     * Begins to read an entry, which the caller has retained and the item releases.
     *
     * @return null when it is large and there is no room for it among those that are being read
     */
    @Nullable
    Item begin(IndexEntry entry) {
        if (entry.weight() <= LARGE_BYTES) {
            return entry;
        }
        Integer now =
                readers.compute(entry, (same, before) -> before == null ? first(same) : Integer.valueOf(before + 1));
        return now == null ? null : new Read(entry);
    }

    private @Nullable Integer first(IndexEntry entry) {
        long all = bytes.addAndGet(entry.weight());
        if (all > room.limit() / 2 && all > entry.weight()) {
            bytes.addAndGet(-entry.weight());
            return null;
        }
        return 1;
    }

    private void end(IndexEntry entry) {
        readers.compute(entry, (same, before) -> {
            if (before != null && before > 1) {
                return before - 1;
            }
            bytes.addAndGet(-same.weight());
            return null;
        });
    }

    /** Whether an entry is large and being read: its room would not come back if it went. */
    boolean has(IndexEntry entry) {
        return entry.weight() > LARGE_BYTES && readers.containsKey(entry);
    }

    /** The weight of all that are being read. */
    long bytes() {
        return bytes.get();
    }

    /** The weight of those of them that are still in the index: what it can't give room back for. */
    long bytesInIndex() {
        long sum = 0;
        for (IndexEntry entry : readers.keySet()) {
            sum += entry.gone ? 0 : entry.weight();
        }
        return sum;
    }
}
