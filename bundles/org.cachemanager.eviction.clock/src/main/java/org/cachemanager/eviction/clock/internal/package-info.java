/** The policy that gives what was read another chance. */
@NullMarked
package org.cachemanager.eviction.clock.internal;

import org.jspecify.annotations.NullMarked;
