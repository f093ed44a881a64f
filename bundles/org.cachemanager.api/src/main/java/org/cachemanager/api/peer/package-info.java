/**
 * How a call is carried to another node of the cluster. A transport bundle implements it; the core, which knows who
 * owns a key and who is up, calls it.
 */
@NullMarked
@Version("1.0.0")
package org.cachemanager.api.peer;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.versioning.Version;
