package org.cachemanager.api.storage;

import org.cachemanager.api.Data;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Keeps the bytes of keys and values, and knows nothing of expiry or eviction.
 *
 * <p>A service with the property {@value #NAME}. Any thread calls any method, several at once, for different items; no
 * lock of the caller's that others wait for is held. No method blocks on I/O.
 *
 * <p>An engine never refuses an item because of a limit of its own while the caller stays within the memory that the
 * engine was given: the caller keeps the account, by {@link #footprint}.
 */
@ConsumerType
public interface StorageEngine {

    /** The service property that names an engine, such as {@code heap}. */
    String NAME = "cachemanager.storage.name";

    /**
     * The bytes of memory that an item takes in this engine: key, data and all that the engine adds (objects, headers,
     * padding). True to 2 % in the mean over many items. The same answer for the same lengths, always.
     */
    long footprint(int keyBytes, int dataBytes);

    /**
     * Takes an item in: copies the key and the data.
     *
     * @return the item's handle, which the caller gives back with {@link StoredItem#free()}
     * @throws StorageFullException when there is no memory for it; nothing was kept
     */
    StoredItem store(byte[] key, Data data) throws StorageFullException;
}
