package org.cachemanager.storage.heap.internal;

import org.cachemanager.api.Data;
import org.cachemanager.api.storage.StorageEngine;
import org.cachemanager.api.storage.StorageFullException;
import org.cachemanager.api.storage.StoredItem;
import org.osgi.service.component.annotations.Component;

/**
 * Keeps each item in the Java heap: a small one in one array, a large one in pieces.
 *
 * <p>Pieces, because G1 gives an object of half a region or more whole regions of its own, next to one another: a heap
 * full of such arrays has no place for the next one long before it is full.
 */
@Component(
        service = StorageEngine.class,
        property = {StorageEngine.NAME + "=heap", "service.ranking:Integer=100"})
public final class HeapStorage implements StorageEngine {

    /** The most bytes of key and data that are kept in one array: half of what is humongous in the smallest region. */
    static final int ONE_ARRAY_BYTES = 256 * 1024;

    @Override
    public long footprint(int keyBytes, int dataBytes) {
        return inOneArray(keyBytes, dataBytes)
                ? ArrayItem.footprint(keyBytes, dataBytes)
                : PieceItem.footprint(keyBytes, dataBytes);
    }

    private static boolean inOneArray(int keyBytes, int dataBytes) {
        return (long) keyBytes + dataBytes <= ONE_ARRAY_BYTES;
    }

    @Override
    public StoredItem store(byte[] key, Data data) throws StorageFullException {
        try {
            return inOneArray(key.length, data.length()) ? new ArrayItem(key, data) : new PieceItem(key, data);
        } catch (OutOfMemoryError e) {
            throw new StorageFullException(
                    "The Java heap has no room for an item of " + data.length() + " bytes; lower max_cache_size.");
        }
    }
}
