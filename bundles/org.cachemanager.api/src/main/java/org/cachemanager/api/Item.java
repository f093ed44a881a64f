package org.cachemanager.api;

import org.osgi.annotation.versioning.ProviderType;

/**
 * An item that was found, held for its reader.
 *
 * <p>The data stays valid, whatever happens to the item in the cache, until {@link #release()}; until then its bytes
 * count against the limit.
 */
@ProviderType
public interface Item {

    /** The value. Not used after {@link #release()}. */
    Data data();

    /** The instant from which on the item is not served, in milliseconds since the epoch. */
    long expiryMillis();

    /** Ends the use of the data; called exactly once, by any thread, does not block. */
    void release();
}
