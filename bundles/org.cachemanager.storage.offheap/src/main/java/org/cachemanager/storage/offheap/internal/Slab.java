package org.cachemanager.storage.offheap.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.cachemanager.api.storage.StorageFullException;
import org.jspecify.annotations.Nullable;

/**
 * The slots of one size, always close together: when one is freed, the last one moves to where it was. So at most one
 * page of a slab is not full, whatever came and went before.
 *
 * <p>The exception: a slot that is being read can't move; the hole stays until the reader ends, who closes it.
 *
 * <p>The lock guards the places of all slots of this size. {@link Chunks}' lock is asked for under it, and never the
 * other way round; no foreign code runs under either.
 */
final class Slab {

    final int slotBytes;
    private final int slotsInPage;
    private final Chunks chunks;

    private final ReentrantLock guard = new ReentrantLock();
    private final List<Page> pages = new ArrayList<>();
    private final Holes holes = new Holes();

    /** Places from here on are empty. */
    private int end;

    Slab(int slotsInPage, Chunks chunks) {
        this.slotsInPage = slotsInPage;
        this.slotBytes = SizeClasses.slotBytes(slotsInPage);
        this.chunks = chunks;
    }

    /** Gives a slot its place. */
    void add(Slot slot) throws StorageFullException {
        guard.lock();
        try {
            put(slot, freePlace());
        } finally {
            guard.unlock();
        }
    }

    private int freePlace() throws StorageFullException {
        while (!holes.isEmpty()) {
            int hole = holes.pop();
            if (isHole(hole)) {
                return hole;
            }
        }
        if (end == pages.size() * slotsInPage) {
            Page page = new Page(this, pages.size(), slotsInPage);
            chunks.add(page);
            pages.add(page);
        }
        return end++;
    }

    private void put(Slot slot, int place) {
        Page page = pages.get(place / slotsInPage);
        page.slots[place % slotsInPage] = slot;
        slot.put(page, place % slotsInPage);
    }

    private @Nullable Slot slot(int place) {
        return pages.get(place / slotsInPage).slots[place % slotsInPage];
    }

    private boolean isHole(int place) {
        return place < end && slot(place) == null;
    }

    /** Takes a slot out that nobody reads any more. */
    void release(Slot slot) {
        guard.lock();
        try {
            Page page = slot.page();
            page.slots[slot.index()] = null;
            holes.push(page.number * slotsInPage + slot.index());
            closeHoles();
        } finally {
            guard.unlock();
        }
        chunks.close();
    }

    /** Closes the holes that were kept open by a reader who has ended. */
    void close() {
        guard.lock();
        try {
            closeHoles();
        } finally {
            guard.unlock();
        }
        chunks.close();
    }

    /** Begins to read a slot that is moving, when it has moved. */
    Page read(Slot slot) {
        guard.lock();
        try {
            return slot.begin();
        } finally {
            guard.unlock();
        }
    }

    private void closeHoles() {
        trim();
        while (!holes.isEmpty()) {
            if (isHole(holes.peek()) && !moveLast(holes.peek())) {
                return;
            }
            holes.pop();
            trim();
        }
    }

    /** Lets go of what is empty at the end. */
    private void trim() {
        while (end > 0 && slot(end - 1) == null) {
            end--;
        }
        while (!pages.isEmpty() && (pages.size() - 1) * slotsInPage >= end) {
            chunks.remove(pages.remove(pages.size() - 1));
        }
    }

    private boolean moveLast(int hole) {
        Slot last = slot(end - 1);
        if (last == null || !last.beginMove()) {
            return false;
        }
        Page from = last.page();
        int at = from.at(last.index());
        from.slots[last.index()] = null;
        put(last, hole);
        Page to = last.page();
        to.bytes.put(to.at(last.index()), from.bytes, at, slotBytes);
        last.endMove();
        return true;
    }

    /** Moves a page to a hole between the pages of all slabs; false when it can't be moved now. */
    boolean move(Page page) {
        guard.lock();
        try {
            if (page.place() < 0) {
                return true; // it was let go of meanwhile
            }
            if (!page.beginMove()) {
                return false;
            }
            try {
                chunks.move(page);
            } finally {
                page.endMove();
            }
            return true;
        } finally {
            guard.unlock();
        }
    }
}
