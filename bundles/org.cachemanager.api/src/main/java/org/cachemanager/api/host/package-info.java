/**
 * What the core is handed by the machine it runs on: time, timers and who this node is. The bundle
 * {@code org.cachemanager.host} implements it; core and endpoints call it.
 */
@NullMarked
@Version("1.0.0")
package org.cachemanager.api.host;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.versioning.Version;
