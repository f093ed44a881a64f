/**
 * Certificates and keys as operators have them, in PEM files, made ready for TLS. This bundle implements it; endpoints,
 * peer transports and command lines call it.
 */
@NullMarked
@Version("1.0.0")
package org.cachemanager.protocol.tls;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.versioning.Version;
