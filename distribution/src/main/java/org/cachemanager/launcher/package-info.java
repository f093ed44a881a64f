/** Starts a node: its directory, its framework, its features. */
@NullMarked
package org.cachemanager.launcher;

import org.jspecify.annotations.NullMarked;
