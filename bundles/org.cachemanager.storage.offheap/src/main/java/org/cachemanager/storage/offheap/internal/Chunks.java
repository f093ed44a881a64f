package org.cachemanager.storage.offheap.internal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.cachemanager.api.storage.StorageFullException;
import org.jspecify.annotations.Nullable;

/**
 * The memory that was taken from outside the heap, in chunks that are cut into pages. Pages are always close together
 * too: when one is let go of, the last one moves to where it was, and a chunk that nobody uses is given back at once,
 * but for a few spare ones.
 *
 * <p>The lock guards the places of all pages.
 */
final class Chunks {

    static final int BYTES = 1024 * 1024;
    private static final int PAGES = BYTES / Page.BYTES;

    private final DirectMemory memory;
    private final List<DirectMemory.Block> chunks = new ArrayList<>();
    private final List<@Nullable Page> pages = new ArrayList<>();
    private final Holes holes = new Holes();
    private int spare;

    /** Whether there may be holes; written under the lock. */
    private volatile boolean holed;

    Chunks(DirectMemory memory, int spare) {
        this.memory = memory;
        this.spare = spare;
    }

    /** How many chunks are kept that nobody uses. */
    synchronized void spare(int count) {
        spare = count;
        trim();
    }

    /** The bytes that are taken from outside the heap. */
    synchronized long committed() {
        return (long) chunks.size() * BYTES;
    }

    /** Gives a page its place. */
    synchronized void add(Page page) throws StorageFullException {
        int place = hole();
        if (place < 0) {
            place = pages.size();
            if (place == chunks.size() * PAGES) {
                chunks.add(memory.take(BYTES));
            }
            pages.add(page);
        } else {
            pages.set(place, page);
        }
        page.put(place, chunk(place), offset(place));
    }

    /** Lets go of a page that has no slots; {@link #close} has to follow. */
    synchronized void remove(Page page) {
        pages.set(page.place(), null);
        holes.push(page.place());
        page.leave();
        trim();
    }

    /** Moves a page, whose slab keeps readers off, to a hole below it if there is one. */
    synchronized void move(Page page) {
        int hole = hole();
        if (hole >= 0 && hole < page.place()) {
            int before = page.place();
            page.move(hole, chunk(hole), offset(hole));
            pages.set(hole, page);
            pages.set(before, null);
            trim();
        } else if (hole >= 0) {
            holes.push(hole);
        }
    }

    /** Closes the holes between pages; called under no lock. What is being read is left to its reader. */
    void close() {
        while (holed) {
            Page last = last();
            if (last == null || !last.slab.move(last)) {
                return;
            }
        }
    }

    /** The last page, if there are holes before it. */
    private synchronized @Nullable Page last() {
        trim();
        int hole = hole();
        if (hole < 0) {
            return null;
        }
        holes.push(hole);
        holed = true;
        return pages.get(pages.size() - 1);
    }

    /** Takes a hole out; negative when there is none. */
    private int hole() {
        while (!holes.isEmpty()) {
            int hole = holes.pop();
            if (hole < pages.size() && pages.get(hole) == null) {
                return hole;
            }
        }
        holed = false;
        return -1;
    }

    private void trim() {
        while (!pages.isEmpty() && pages.get(pages.size() - 1) == null) {
            pages.remove(pages.size() - 1);
        }
        int most = (pages.size() + PAGES - 1) / PAGES + spare;
        while (chunks.size() > most) {
            memory.giveBack(chunks.remove(chunks.size() - 1));
        }
        holed = !holes.isEmpty();
    }

    private ByteBuffer chunk(int place) {
        return chunks.get(place / PAGES).bytes();
    }

    private static int offset(int place) {
        return place % PAGES * Page.BYTES;
    }
}
