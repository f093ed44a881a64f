/**
 * Installs, updates and removes features. The launcher uses {@link org.cachemanager.feature.runtime.Boot} as a plain
 * library before the framework starts; in the framework the same code stands behind the service {@code FeatureRuntime}.
 */
@NullMarked
package org.cachemanager.feature.runtime;

import org.jspecify.annotations.NullMarked;
