/**
 * How connections between nodes are set up, the same on either side. This bundle implements it; endpoints and peer
 * transports call it.
 */
@NullMarked
@Version("1.0.0")
package org.cachemanager.protocol.net;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.versioning.Version;
