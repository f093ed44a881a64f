/** The component that hands the settings to Configuration Admin. */
@NullMarked
package org.cachemanager.config.yaml.internal;

import org.jspecify.annotations.NullMarked;
