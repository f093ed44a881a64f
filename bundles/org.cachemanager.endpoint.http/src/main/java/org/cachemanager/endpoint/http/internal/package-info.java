/** The endpoint's inside; nothing here is for other bundles. */
@NullMarked
package org.cachemanager.endpoint.http.internal;

import org.jspecify.annotations.NullMarked;
