/** The policy S3-FIFO. */
@NullMarked
package org.cachemanager.eviction.s3fifo.internal;

import org.jspecify.annotations.NullMarked;
