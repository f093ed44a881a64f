/** The registry client {@code fixed}. */
@NullMarked
package org.cachemanager.registry.fixed.internal;

import org.jspecify.annotations.NullMarked;
