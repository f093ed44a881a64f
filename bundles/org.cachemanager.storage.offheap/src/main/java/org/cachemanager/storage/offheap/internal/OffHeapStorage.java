package org.cachemanager.storage.offheap.internal;

import org.cachemanager.api.Data;
import org.cachemanager.api.storage.StorageEngine;
import org.cachemanager.api.storage.StorageFullException;
import org.cachemanager.api.storage.StoredItem;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * Keeps the bytes of items outside the Java heap, in slots of some sizes that are always close together: what is taken
 * from the operating system is never more than what the items are said to take and a constant of 3.5 MB, whatever came
 * and went before.
 *
 * <p>That needs slots to move while they are in use, which no allocator does that hands out addresses. So none is
 * handed out: reading copies, and for the moment of the copy the slot stays where it is ({@link Slot}). A slot that is
 * freed is filled with the last one of its size ({@link Slab}), and so are the pages that slots are in
 * ({@link Chunks}), so that whole chunks of 1 MB become free at the end and are given back.
 */
@Component(
        configurationPid = "org.cachemanager.storage.offheap",
        service = StorageEngine.class,
        property = {StorageEngine.NAME + "=offheap", "service.ranking:Integer=50"})
@Designate(ocd = OffHeapStorage.Configuration.class)
public final class OffHeapStorage implements StorageEngine {

    private static final long MB = 1 << 20;

    /** The parameters of the engine. */
    @ObjectClassDefinition(name = "Cache Manager: off-heap storage", description = "Memory outside the Java heap.")
    public @interface Configuration {

        @AttributeDefinition(
                name = "spare_mb",
                description = "Megabytes that are kept when no item needs them, from 0 to 1024: for what comes next",
                min = "0",
                max = "1024")
        int spare_mb() default 1;

        @AttributeDefinition(
                name = "reserve_mb",
                description = "Megabytes of the JVM's limit of direct memory that are left to others, as for sockets",
                min = "0")
        int reserve_mb() default 32;
    }

    /** The configuration, checked. */
    private record Parameters(int spareChunks, long reserveBytes) {

        Parameters {
            if (spareChunks < 0 || spareChunks > 1024) {
                throw new IllegalArgumentException("spare_mb is " + spareChunks + "; it must lie between 0 and 1024.");
            }
            if (reserveBytes < 0) {
                throw new IllegalArgumentException("reserve_mb is negative; it must be 0 or more.");
            }
        }

        static Parameters of(Configuration configuration) {
            return new Parameters(configuration.spare_mb(), configuration.reserve_mb() * MB);
        }
    }

    private final HeapCosts heap = HeapCosts.ofThisJvm();
    private final DirectMemory memory;
    private final Chunks chunks;
    private final Slab[] slabs;

    /** What a slot of each class counts, with its share of the page. */
    private final long[] costs;

    @Activate
    public OffHeapStorage(Configuration configuration) {
        this(Parameters.of(configuration));
    }

    private OffHeapStorage(Parameters parameters) {
        this(DirectMemory.ofThisJvm(parameters.reserveBytes), parameters.spareChunks);
    }

    OffHeapStorage(DirectMemory memory, int spareChunks) {
        this.memory = memory;
        chunks = new Chunks(memory, spareChunks);
        int[] counts = SizeClasses.all();
        slabs = new Slab[counts.length];
        costs = new long[counts.length];
        for (int i = 0; i < counts.length; i++) {
            slabs[i] = new Slab(counts[i], chunks);
            costs[i] = (long) heap.reference() + (Page.BYTES + heap.page() + counts[i] - 1) / counts[i];
        }
    }

    @Modified
    void modified(Configuration configuration) {
        Parameters parameters = Parameters.of(configuration);
        memory.reserve(parameters.reserveBytes);
        chunks.spare(parameters.spareChunks);
    }

    /** What is still read goes when its reader has ended. */
    @Deactivate
    void deactivate() {
        chunks.spare(0);
    }

    /** The bytes that are taken from outside the heap. */
    long committed() {
        return chunks.committed();
    }

    @Override
    public long footprint(int keyBytes, int dataBytes) {
        long bytes = (long) keyBytes + dataBytes;
        if (bytes <= SizeClasses.MOST_BYTES) {
            return heap.smallItem() + costs[SizeClasses.of((int) bytes)];
        }
        int count = LargeItem.slots(bytes);
        int last = (int) (bytes - (count - 1L) * SizeClasses.MOST_BYTES);
        long array = (heap.arrayHeader() + (long) count * heap.reference() + 7) & ~7L;
        return heap.largeItem()
                + array
                + (long) count * heap.slot()
                + (count - 1L) * costs[costs.length - 1]
                + costs[SizeClasses.of(last)];
    }

    @Override
    public StoredItem store(byte[] key, Data data) throws StorageFullException {
        try {
            int length = data.length();
            long bytes = (long) key.length + length;
            return bytes <= SizeClasses.MOST_BYTES ? small(key, data, length) : large(key, data, length);
        } catch (OutOfMemoryError e) {
            throw new StorageFullException(
                    "The Java heap has no room for an item of " + data.length() + " bytes; raise -Xmx.");
        }
    }

    private StoredItem small(byte[] key, Data data, int length) throws StorageFullException {
        SmallItem item = new SmallItem(key.length, length);
        slabs[SizeClasses.of(key.length + length)].add(item);
        item.fill(key, data);
        return item;
    }

    private StoredItem large(byte[] key, Data data, int length) throws StorageFullException {
        long bytes = (long) key.length + length;
        Slot[] slots = new Slot[LargeItem.slots(bytes)];
        LargeItem item = new LargeItem(slots, key.length, length);
        int added = 0;
        try {
            for (; added < slots.length; added++) {
                long left = bytes - (long) added * SizeClasses.MOST_BYTES;
                slots[added] = new Slot();
                slabs[SizeClasses.of((int) Math.min(left, SizeClasses.MOST_BYTES))].add(slots[added]);
            }
        } finally {
            if (added < slots.length) {
                giveBack(slots, added);
            }
        }
        item.fill(key, data);
        return item;
    }

    private static void giveBack(Slot[] slots, int count) {
        for (int i = count - 1; i >= 0; i--) {
            slots[i].giveBack();
            slots[i].end();
        }
    }
}
