/** Log lines as operators' tools read them, made by logback. */
@NullMarked
package org.cachemanager.log.internal;

import org.jspecify.annotations.NullMarked;
