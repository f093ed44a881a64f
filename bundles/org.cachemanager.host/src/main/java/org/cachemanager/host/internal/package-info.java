/** The clock, the timers and the identity of this node. */
@NullMarked
package org.cachemanager.host.internal;

import org.jspecify.annotations.NullMarked;
