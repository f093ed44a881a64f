/** The engine that keeps bytes in the Java heap. */
@NullMarked
package org.cachemanager.storage.heap.internal;

import org.jspecify.annotations.NullMarked;
