/** Namespace tokens sealed by AES-GCM. */
@NullMarked
package org.cachemanager.encryption.aesgcm.internal;

import org.jspecify.annotations.NullMarked;
