/**
 * How nodes find each other. A registry bundle implements it; the core, which finds out who is at the addresses and
 * whether they are up, calls it.
 */
@NullMarked
@Version("1.0.0")
package org.cachemanager.api.registry;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.versioning.Version;
