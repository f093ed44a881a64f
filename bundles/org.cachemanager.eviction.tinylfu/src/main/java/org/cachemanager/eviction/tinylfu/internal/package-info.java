/** The policy that lets a new entry in only if it is asked for more often than who would have to go. */
@NullMarked
package org.cachemanager.eviction.tinylfu.internal;

import org.jspecify.annotations.NullMarked;
