/**
 * The cache as a caller sees it. Core implements {@link org.cachemanager.api.Cache}, or a bundle that hands the whole
 * cache to a distributed engine does; endpoints, the shell and clients in the same framework call it.
 */
@NullMarked
@Version("1.0.0")
package org.cachemanager.api;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.versioning.Version;
