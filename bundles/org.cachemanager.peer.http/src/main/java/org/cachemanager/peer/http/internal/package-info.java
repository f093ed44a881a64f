/** Carries calls to peers over HTTP. */
@NullMarked
package org.cachemanager.peer.http.internal;

import org.jspecify.annotations.NullMarked;
