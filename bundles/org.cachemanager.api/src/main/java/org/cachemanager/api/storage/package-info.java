/** Where the bytes of keys and values live. Storage bundles implement it; core calls it. */
@NullMarked
@Version("1.0.0")
package org.cachemanager.api.storage;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.versioning.Version;
