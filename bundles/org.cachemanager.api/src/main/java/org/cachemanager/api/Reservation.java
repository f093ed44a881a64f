package org.cachemanager.api;

import org.osgi.annotation.versioning.ProviderType;

/** Room that is set aside for bytes in transit, such as an upload that has not been stored yet. */
@ProviderType
public interface Reservation extends AutoCloseable {

    /** Gives the room back; once is enough, further calls do nothing. Any thread, does not block. */
    @Override
    void close();
}
