/** The cache itself: index, locks, limits, and the implementations in force. */
@NullMarked
package org.cachemanager.core.internal;

import org.jspecify.annotations.NullMarked;
