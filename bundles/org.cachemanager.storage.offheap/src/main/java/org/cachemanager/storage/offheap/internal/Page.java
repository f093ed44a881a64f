package org.cachemanager.storage.offheap.internal;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A part of a chunk that a slab has cut into slots of one size; may move to another part while nobody reads in it. */
final class Page {

    static final int BYTES = 32 * 1024;

    private static final ByteBuffer NOWHERE = ByteBuffer.allocate(0);

    final Slab slab;

    /** Its place among the pages of its slab, which are appended and removed at the end only. */
    final int number;

    /** Who is in each slot; guarded by the slab's lock. */
    final @Nullable Slot[] slots;

    /** The chunk that it lies in; written, as the two below, while no reader can be in it. */
    ByteBuffer bytes = NOWHERE;

    private int base;

    /** Its place among the pages of all chunks; negative when it has none. */
    private int place = -1;

    Page(Slab slab, int number, int slots) {
        this.slab = slab;
        this.number = number;
        this.slots = new Slot[slots];
    }

    int place() {
        return place;
    }

    /** Where a slot begins in {@link #bytes}. */
    int at(int index) {
        return base + index * slab.slotBytes;
    }

    /** Lies there from now on. */
    void put(int nextPlace, ByteBuffer chunk, int offset) {
        place = nextPlace;
        bytes = chunk;
        base = offset;
    }

    /** Copies what is in it to another place, and lies there from now on. */
    void move(int nextPlace, ByteBuffer chunk, int offset) {
        chunk.put(offset, bytes, base, BYTES);
        put(nextPlace, chunk, offset);
    }

    void leave() {
        put(-1, NOWHERE, 0);
    }

    /** Keeps readers off all slots; false, and nothing changed, when that can't be now. Under the slab's lock. */
    boolean beginMove() {
        for (int i = 0; i < slots.length; i++) {
            Slot slot = slots[i];
            if (slot != null && !slot.beginMove()) {
                endMove(i);
                return false;
            }
        }
        return true;
    }

    void endMove() {
        endMove(slots.length);
    }

    private void endMove(int count) {
        for (int i = 0; i < count; i++) {
            Slot slot = slots[i];
            if (slot != null) {
                slot.endMove();
            }
        }
    }
}
