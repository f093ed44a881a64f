/** The policy that evicts the least recently used. */
@NullMarked
package org.cachemanager.eviction.lru.internal;

import org.jspecify.annotations.NullMarked;
