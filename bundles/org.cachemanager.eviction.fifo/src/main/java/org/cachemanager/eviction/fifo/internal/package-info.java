/** The policy that evicts what was set first. */
@NullMarked
package org.cachemanager.eviction.fifo.internal;

import org.jspecify.annotations.NullMarked;
