package org.cachemanager.storage.offheap.internal;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the objects of an item take in the heap, besides its bytes outside.
 *
 * @param smallItem the bytes of a {@link SmallItem}
 * @param largeItem the bytes of a {@link LargeItem} without its slots
 * @param slot the bytes of a {@link Slot}
 * @param page the bytes of a {@link Page} without the references to its slots
 * @param arrayHeader the bytes of an array without elements
 * @param reference the bytes of a reference
 */
record HeapCosts(int smallItem, int largeItem, int slot, int page, int arrayHeader, int reference) {

    /** HotSpot's with compressed references, as it is without any option in heaps below 32 GB. */
    static final HeapCosts USUAL = new HeapCosts(32, 24, 24, 64, 16, 4);

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.storage.offheap");

    /** Enough that what the question itself may allocate vanishes in the mean. */
    private static final int SAMPLES = 256;

    /**
     * Those of this JVM: measured, since version, collector, heap and options decide; where it does not tell, the
     * usual.
     */
    static HeapCosts ofThisJvm() {
        try {
            if (ManagementFactory.getThreadMXBean() instanceof ThreadMXBean threads
                    && threads.isThreadAllocatedMemoryEnabled()) {
                Slab slab = new Slab(8, new Chunks(new DirectMemory(() -> 0, 0, 0), 0));
                Slot[] none = {};
                int array = size(threads, () -> new Object[0]);
                int references = size(threads, () -> new Object[SAMPLES]);
                return new HeapCosts(
                        size(threads, () -> new SmallItem(0, 0)),
                        size(threads, () -> new LargeItem(none, 0, 0)),
                        size(threads, Slot::new),
                        size(threads, () -> new Page(slab, 0, 0)),
                        array,
                        Math.round((float) (references - array) / SAMPLES));
            }
        } catch (LinkageError | UnsupportedOperationException e) {
            LOG.debug("This JVM does not tell what is allocated.", e);
        }
        return USUAL;
    }

    private static int size(ThreadMXBean threads, Supplier<Object> maker) {
        @Nullable Object[] kept = new Object[SAMPLES]; // reachable, so that no compiler can leave them out
        fill(kept, maker);
        long before = threads.getCurrentThreadAllocatedBytes();
        fill(kept, maker);
        return (int) ((threads.getCurrentThreadAllocatedBytes() - before) / SAMPLES);
    }

    private static void fill(@Nullable Object[] kept, Supplier<Object> maker) {
        for (int i = 0; i < kept.length; i++) {
            kept[i] = maker.get();
        }
    }
}
