/** The registry client {@code etcd}. */
@NullMarked
package org.cachemanager.registry.etcd.internal;

import org.jspecify.annotations.NullMarked;
