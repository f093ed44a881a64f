/** The engine that keeps bytes outside the Java heap. */
@NullMarked
package org.cachemanager.storage.offheap.internal;

import org.jspecify.annotations.NullMarked;
