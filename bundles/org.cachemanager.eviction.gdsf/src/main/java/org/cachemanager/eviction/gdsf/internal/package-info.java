/** The policy that keeps what is read often and takes little room. */
@NullMarked
package org.cachemanager.eviction.gdsf.internal;

import org.jspecify.annotations.NullMarked;
