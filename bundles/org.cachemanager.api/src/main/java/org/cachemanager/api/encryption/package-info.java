/**
 * How a namespace travels sealed. Encryption bundles implement {@link org.cachemanager.api.encryption.NamespaceCipher};
 * core calls them and offers {@link org.cachemanager.api.encryption.Namespaces} to the endpoints.
 */
@NullMarked
@Version("1.0.0")
package org.cachemanager.api.encryption;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.versioning.Version;
