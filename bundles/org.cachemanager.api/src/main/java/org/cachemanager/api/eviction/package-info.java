/** Which entry goes when room is needed. Eviction bundles implement it; core calls it. */
@NullMarked
@Version("1.0.0")
package org.cachemanager.api.eviction;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.versioning.Version;
