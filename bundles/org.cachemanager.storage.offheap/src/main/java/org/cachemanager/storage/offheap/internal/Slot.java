package org.cachemanager.storage.offheap.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Some bytes outside the heap, which may move between two readings.
 *
 * <p>Nobody gets to see where they lie: reading is copying, and who copies counts as a reader meanwhile. Bytes that are
 * being read don't move, and are given back only after the last reader, so nothing is read from memory that is not
 * there any more, whatever the users of an item do wrong. {@link Slab} moves and gives back, under its lock.
 */
class Slot {

    private static final VarHandle STATE;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** The readers are counted in the bits below these. */
    private static final int FREED = 1 << 30;

    private static final int MOVING = 1 << 29;

    /** It should have moved while it was read: the last reader sees to that. */
    private static final int WANTED = 1 << 28;

    private static final int READERS = WANTED - 1;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(Slot.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Where it is; written under the slab's lock while nobody reads. */
    private @Nullable Page page;

    private int index;

    /** A new one has a reader: who fills it, and then calls {@link #end}. */
    @SuppressWarnings("unused") // through STATE
    private volatile int state = 1;

    /** Puts it somewhere; by the slab, under its lock, while nobody reads. */
    final void put(Page next, int at) {
        page = next;
        index = at;
    }

    final Page page() {
        Page now = page;
        if (now == null) {
            throw new IllegalStateException("The item was never stored.");
        }
        return now;
    }

    final int index() {
        return index;
    }

    /** Begins to read; under the slab's lock, or not. */
    final Page begin() {
        while (true) {
            int seen = state;
            if ((seen & FREED) != 0) {
                throw new IllegalStateException("The item has been freed.");
            }
            if ((seen & MOVING) != 0) {
                return page().slab.read(this);
            }
            if (STATE.compareAndSet(this, seen, seen + 1)) {
                return page();
            }
        }
    }

    /** Ends reading, or filling. */
    final void end() {
        Slab slab = page().slab;
        int left = (int) STATE.getAndAdd(this, -1) - 1;
        if ((left & READERS) == 0 && (left & (FREED | WANTED)) != 0) {
            if ((left & FREED) != 0) {
                slab.release(this);
            } else {
                STATE.getAndBitwiseAnd(this, ~WANTED);
                slab.close();
            }
        }
    }

    /** Gives the bytes back, now or when the last reader ends; a second time is refused. */
    final void giveBack() {
        int before = (int) STATE.getAndBitwiseOr(this, FREED);
        if ((before & FREED) != 0) {
            throw new IllegalStateException("The item has been freed before.");
        }
        if ((before & READERS) == 0) {
            page().slab.release(this);
        }
    }

    final void checkNotFreed() {
        if ((state & FREED) != 0) {
            throw new IllegalStateException("The item has been freed.");
        }
    }

    /**
     * Keeps readers off, until {@link #endMove}; under the slab's lock.
     *
     * @return false when it is being read or has been freed; who ends that comes to the slab then
     */
    final boolean beginMove() {
        while (true) {
            int seen = state;
            if ((seen & FREED) != 0) {
                return false;
            }
            if ((seen & READERS) != 0) {
                if (STATE.compareAndSet(this, seen, seen | WANTED)) {
                    return false;
                }
            } else if (STATE.compareAndSet(this, seen, MOVING)) {
                return true;
            }
        }
    }

    final void endMove() {
        STATE.getAndBitwiseAnd(this, ~MOVING);
    }

    /** Whether the bytes from an offset on are these. */
    final boolean matches(int from, byte[] other, int offset, int length) {
        Page now = begin();
        try {
            ByteBuffer bytes = now.bytes;
            int at = now.at(index) + from;
            int i = 0;
            for (; i <= length - Long.BYTES; i += Long.BYTES) {
                if (bytes.getLong(at + i) != (long) LONGS.get(other, offset + i)) {
                    return false;
                }
            }
            while (i < length && bytes.get(at + i) == other[offset + i]) {
                i++;
            }
            return i >= length;
        } finally {
            end();
        }
    }

    /** Copies bytes from an offset on. */
    final void read(int from, byte[] target, int offset, int length) {
        Page now = begin();
        try {
            now.bytes.get(now.at(index) + from, target, offset, length);
        } finally {
            end();
        }
    }

    /** Copies bytes from an offset on to where the target stands, and moves that. */
    final void read(int from, ByteBuffer target, int length) {
        Page now = begin();
        try {
            target.put(target.position(), now.bytes, now.at(index) + from, length);
        } finally {
            end();
        }
        target.position(target.position() + length);
    }

    /** Takes bytes in at an offset, up to what the source has; by who fills it, which begins and ends no reading. */
    final void fill(int to, ByteBuffer source, int length) {
        Page now = page();
        checkFits(now, to, length);
        now.bytes.put(now.at(index) + to, source, source.position(), length);
        source.position(source.position() + length);
    }

    final void fill(int to, byte[] source, int offset, int length) {
        Page now = page();
        checkFits(now, to, length);
        now.bytes.put(now.at(index) + to, source, offset, length);
    }

    private static void checkFits(Page page, int to, int length) {
        if (to + length > page.slab.slotBytes) {
            throw new IllegalArgumentException("There are more bytes of an item than it said.");
        }
    }
}
