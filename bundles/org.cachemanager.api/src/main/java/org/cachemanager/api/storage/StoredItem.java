package org.cachemanager.api.storage;

import org.cachemanager.api.Data;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * An item in an engine: the handle by which it is read and freed.
 *
 * <p>Any thread calls any method, several at once. The caller guarantees that {@link #free()} is called once, after
 * every use of the handle and of the data that it gave has ended, and nothing after it; an engine need not count its
 * readers.
 */
@ConsumerType
public interface StoredItem {

    /** Whether the item's key has exactly these bytes. */
    boolean hasKey(byte[] key);

    /** The key, in a new array. */
    byte[] key();

    /** The value, without a copy; valid until {@link #free()}. Allocates as little as it can: this is the hot path. */
    Data data();

    /** Gives the memory back. */
    void free();
}
