/** Recorded requests, made again against a node as plugins make them. */
@NullMarked
package org.cachemanager.cli.replay;

import org.jspecify.annotations.NullMarked;
