package org.cachemanager.api.host;

import java.util.UUID;
import org.osgi.annotation.versioning.ProviderType;

/** Who this node is. */
@ProviderType
public interface Identity {

    /** The id of this node, kept in its base directory: the same after a restart. */
    UUID ref();
}
