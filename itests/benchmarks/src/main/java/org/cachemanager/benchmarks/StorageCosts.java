package org.cachemanager.benchmarks;

import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.Locale;
import java.util.Random;
import org.cachemanager.api.Data;
import org.cachemanager.api.storage.StorageEngine;
import org.cachemanager.api.storage.StorageFullException;
import org.cachemanager.api.storage.StoredItem;
import org.cachemanager.storage.heap.internal.HeapStorage;
import org.cachemanager.storage.offheap.internal.OffHeapStorage;

/** What storing, reading and freeing an item costs in each storage engine, one thread, each engine in turn. */
public final class StorageCosts {

    private static final long ENOUGH_BYTES = 100L << 20;
    private static final int MOST_ITEMS = 200_000;
    private static final int KEY_BYTES = 40;
    private static final int[] SIZES = {100, 2_000, 50_000, 1_000_000};

    /** Nanoseconds of each operation on one item. */
    private record Cost(double store, double read, double free) {}

    private final Random random = new Random(3);
    private final int rounds;

    private StorageCosts(int rounds) {
        this.rounds = rounds;
    }

    /** Arguments: rounds. */
    public static void main(String[] arguments) throws StorageFullException {
        new StorageCosts(Integer.parseInt(arguments[0])).run();
    }

    private static StorageEngine offHeap() {
        Class<?> annotation = OffHeapStorage.Configuration.class;
        return new OffHeapStorage((OffHeapStorage.Configuration) Proxy.newProxyInstance(
                annotation.getClassLoader(),
                new Class<?>[] {annotation},
                (proxy, method, arguments) -> method.getDefaultValue()));
    }

    private void run() throws StorageFullException {
        StorageEngine heap = new HeapStorage();
        StorageEngine offHeap = offHeap();
        Output.line("bytes | heap: store, read, free in ns, counted bytes | offheap");
        for (int size : SIZES) {
            Cost[] inHeap = new Cost[rounds];
            Cost[] outside = new Cost[rounds];
            for (int round = -rounds; round < rounds; round++) {
                inHeap[Math.max(0, round)] = measure(heap, size);
                outside[Math.max(0, round)] = measure(offHeap, size);
            }
            Output.line(size + " | " + text(heap, size, inHeap) + " | " + text(offHeap, size, outside));
        }
    }

    private static String text(StorageEngine engine, int size, Cost[] costs) {
        return String.format(
                Locale.ROOT,
                "%,.0f, %,.0f, %,.0f, %,d",
                median(Arrays.stream(costs).mapToDouble(Cost::store).toArray()),
                median(Arrays.stream(costs).mapToDouble(Cost::read).toArray()),
                median(Arrays.stream(costs).mapToDouble(Cost::free).toArray()),
                engine.footprint(KEY_BYTES, size));
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }

    private Cost measure(StorageEngine engine, int size) throws StorageFullException {
        byte[][] keys = new byte[(int) Math.min(MOST_ITEMS, ENOUGH_BYTES / size)][KEY_BYTES];
        for (byte[] key : keys) {
            random.nextBytes(key);
        }
        Data data = Data.of(new byte[size]);
        StoredItem[] items = new StoredItem[keys.length];
        long begun = System.nanoTime();
        for (int i = 0; i < items.length; i++) {
            items[i] = engine.store(keys[i], data);
        }
        long stored = System.nanoTime();
        read(items, keys, ByteBuffer.allocate(size));
        long read = System.nanoTime();
        Collections.shuffle(Arrays.asList(items), random);
        long shuffled = System.nanoTime();
        for (StoredItem item : items) {
            item.free();
        }
        double count = items.length;
        return new Cost((stored - begun) / count, (read - stored) / count, (System.nanoTime() - shuffled) / count);
    }

    private void read(StoredItem[] items, byte[][] keys, ByteBuffer answer) {
        for (int i = 0; i < items.length; i++) {
            int at = random.nextInt(items.length);
            if (!items[at].hasKey(keys[at])) {
                throw new IllegalStateException("An item does not know its key.");
            }
            items[at].data().copyTo(0, answer.clear());
        }
    }
}
