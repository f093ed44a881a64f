/**
 * Features of the running node: sets of bundles and configurations that are installed, updated and removed together.
 * The bundle {@code org.cachemanager.feature.runtime} implements it; the shell calls it.
 */
@NullMarked
@Version("1.0.0")
package org.cachemanager.api.feature;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.versioning.Version;
