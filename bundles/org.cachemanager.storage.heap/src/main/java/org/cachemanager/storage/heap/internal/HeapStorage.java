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
 * full of such arrays has no place for the next one long before it is full. With its header a piece has
 * {@value #ARRAY_BYTES} bytes, so that eight fill the smallest region to the byte.
 */
@Component(
        service = StorageEngine.class,
        property = {StorageEngine.NAME + "=heap", "service.ranking:Integer=100"})
public final class HeapStorage implements StorageEngine {

    /** The most bytes that an array takes, its header included. */
    static final int ARRAY_BYTES = 128 * 1024;

    private final Layout layout;

    /** The most bytes that are kept in one array. */
    private final int pieceBytes;

    public HeapStorage() {
        this(Measured.layout());
    }

    HeapStorage(Layout layout) {
        this.layout = layout;
        pieceBytes = ARRAY_BYTES - layout.arrayHeader();
    }

    @Override
    public long footprint(int keyBytes, int dataBytes) {
        if (inOneArray(keyBytes, dataBytes)) {
            return layout.arrayItem() + layout.bytes((long) keyBytes + dataBytes);
        }
        long full = Math.max(0, dataBytes - 1) / pieceBytes;
        return layout.pieceItem()
                + layout.bytes(keyBytes)
                + layout.references(full + 1)
                + full * layout.bytes(pieceBytes)
                + layout.bytes(dataBytes - full * pieceBytes);
    }

    private boolean inOneArray(int keyBytes, int dataBytes) {
        return (long) keyBytes + dataBytes <= pieceBytes;
    }

    @Override
    public StoredItem store(byte[] key, Data data) throws StorageFullException {
        int length = data.length();
        try {
            return inOneArray(key.length, length) ? new ArrayItem(key, data) : new PieceItem(key, data, pieceBytes);
        } catch (OutOfMemoryError e) {
            throw new StorageFullException(
                    "The Java heap has no room for an item of " + length + " bytes; lower max_cache_size.");
        }
    }
}
