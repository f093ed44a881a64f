/** The cipher of the existing clients' namespace tokens. */
@NullMarked
package org.cachemanager.encryption.aes.internal;

import org.jspecify.annotations.NullMarked;
