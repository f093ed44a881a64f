/**
 * The settings of a node: what cachemanager.yaml and the environment say, checked. The launcher and the configuration
 * component call it; nobody implements it. A plain library: it works without OSGi, with SnakeYAML beside it.
 */
@NullMarked
@Version("1.0.0")
package org.cachemanager.config.yaml;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.versioning.Version;
