/**
 * The wire format of the HTTP API without HTTP: bodies in and out, for servers and for clients. This bundle implements
 * it; endpoints, peer transports and command lines call it.
 */
@NullMarked
@Version("1.0.0")
package org.cachemanager.protocol;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.versioning.Version;
