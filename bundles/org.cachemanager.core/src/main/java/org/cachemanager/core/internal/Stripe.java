package org.cachemanager.core.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.StampedLock;
import java.util.function.Consumer;
import org.cachemanager.api.Key;
import org.jspecify.annotations.Nullable;

/**
 * A part of the index: a table of the entries whose hash begins alike, and the locks of the missing keys beside them.
 *
 * <p>Reading takes no lock: chains are read through volatile links, and a search that finds nothing while a writer was
 * at work, which may have moved what it looked for, is made again under the lock. Everything else is done between
 * {@link #lock} and {@link #unlock}; nobody else is called meanwhile, but the engine that frees what is not taken in.
 */
final class Stripe {

    private static final VarHandle SLOTS = MethodHandles.arrayElementVarHandle(IndexEntry[].class);
    private static final int FIRST_CAPACITY = 16;
    private static final int MAX_CAPACITY = 1 << 28;

    private static final int REMOVED = 64;

    /** A table with so many slots for each entry is halved. */
    private static final int SPARSE = 8;

    private final StampedLock guard = new StampedLock();
    private volatile @Nullable IndexEntry[] table = new IndexEntry[FIRST_CAPACITY];
    private int size;

    /** The newest stamp of what was taken out, by the low bits of its hash; guarded by the lock. */
    private final long[] removed = new long[REMOVED];

    /** The locks of keys of this stripe; guarded by its lock. */
    final Map<LockName, KeyLock> locks = new HashMap<>();

    /** A key as the lock table knows it: by the hash under the secret, so that nobody can make keys collide. */
    record LockName(long hash, Key key) {

        @Override
        public int hashCode() {
            return Long.hashCode(hash);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof LockName that && hash == that.hash && key.equals(that.key);
        }
    }

    long lock() {
        return guard.writeLock();
    }

    void unlock(long stamp) {
        guard.unlockWrite(stamp);
    }

    /** The entry of a key, retained for the caller, or null. Takes no lock unless a writer interferes. */
    @Nullable
    IndexEntry find(long hash, byte[] key) {
        long stamp = guard.tryOptimisticRead();
        IndexEntry found = search(hash, key);
        if (found != null || (stamp != 0 && guard.validate(stamp))) {
            return found;
        }
        stamp = guard.readLock();
        try {
            return search(hash, key);
        } finally {
            guard.unlockRead(stamp);
        }
    }

    private @Nullable IndexEntry search(long hash, byte[] key) {
        @Nullable IndexEntry[] slots = table;
        IndexEntry entry = (IndexEntry) SLOTS.getAcquire(slots, slot(hash, slots.length));
        while (entry != null) {
            if (entry.hash() == hash && entry.retain()) {
                if (entry.isOf(key)) {
                    return entry;
                }
                entry.release();
            }
            entry = entry.next;
        }
        return null;
    }

    /** Finds under the lock; not retained. */
    @Nullable
    IndexEntry get(long hash, byte[] key) {
        IndexEntry entry = search(hash, key);
        if (entry != null) {
            entry.release();
        }
        return entry;
    }

    /** Puts an entry in, under the lock. The caller has taken out the one that had its key. */
    void insert(IndexEntry entry) {
        if (size >= table.length && table.length < MAX_CAPACITY) {
            resize(2 * table.length);
        }
        link(table, entry);
        size++;
    }

    /** Under the lock: no copy older than this of a key with that hash is to come in. */
    void removed(long hash, long stamp) {
        int slot = (int) hash & (REMOVED - 1);
        removed[slot] = Math.max(removed[slot], stamp);
    }

    /** Under the lock: whether a copy with this stamp may be older than one that was taken out. */
    boolean isOutdated(long hash, long stamp) {
        return stamp < removed[(int) hash & (REMOVED - 1)];
    }

    /** Takes an entry out, under the lock, and marks it gone; false when it had gone before. */
    boolean remove(IndexEntry entry) {
        if (entry.gone) {
            return false;
        }
        entry.gone = true;
        removed(entry.hash(), entry.stamp());
        size--;
        @Nullable IndexEntry[] slots = table;
        int slot = slot(entry.hash(), slots.length);
        IndexEntry before = null;
        IndexEntry at = slots[slot];
        while (at != entry && at != null) {
            before = at;
            at = at.next;
        }
        if (before == null) {
            SLOTS.setRelease(slots, slot, entry.next);
        } else {
            before.next = entry.next;
        }
        if (size < slots.length / SPARSE && slots.length > FIRST_CAPACITY) {
            resize(slots.length / 2);
        }
        return true;
    }

    /** How many slots there are; under the lock. */
    int capacity() {
        return table.length;
    }

    /** Shows every entry, under the lock. */
    void forEach(Consumer<IndexEntry> action) {
        for (IndexEntry head : table) {
            for (IndexEntry entry = head; entry != null; entry = entry.next) {
                action.accept(entry);
            }
        }
    }

    /** Where in a table {@link #show} goes on. */
    static final class Cursor {
        private int capacity;
        private int slot;
    }

    /**
     * Shows about so many entries, or looks at as many slots, under the lock; begins anew when the table has another
     * size.
     *
     * @return whether there are more; if not, the cursor is ready for another stripe
     */
    boolean show(Cursor cursor, int most, Consumer<IndexEntry> action) {
        @Nullable IndexEntry[] slots = table;
        if (cursor.capacity != slots.length) {
            cursor.capacity = slots.length;
            cursor.slot = 0;
        }
        int shown = 0;
        int end = Math.min(slots.length, cursor.slot + most);
        while (cursor.slot < end && shown < most) {
            for (IndexEntry entry = slots[cursor.slot]; entry != null; entry = entry.next) {
                action.accept(entry);
                shown++;
            }
            cursor.slot++;
        }
        if (cursor.slot < slots.length) {
            return true;
        }
        cursor.capacity = 0;
        return false;
    }

    private void resize(int capacity) {
        @Nullable IndexEntry[] old = table;
        @Nullable IndexEntry[] fresh = new IndexEntry[capacity];
        for (IndexEntry head : old) {
            IndexEntry entry = head;
            while (entry != null) {
                IndexEntry following = entry.next;
                link(fresh, entry);
                entry = following;
            }
        }
        table = fresh;
    }

    private static void link(@Nullable IndexEntry[] slots, IndexEntry entry) {
        int slot = slot(entry.hash(), slots.length);
        entry.next = slots[slot];
        SLOTS.setRelease(slots, slot, entry);
    }

    private static int slot(long hash, int capacity) {
        return (int) hash & (capacity - 1);
    }
}
