/** Tests of nodes: processes started from the distribution, and frameworks assembled from its parts. */
@NullMarked
package org.cachemanager.itests;

import org.jspecify.annotations.NullMarked;
