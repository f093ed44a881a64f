package org.cachemanager.api.encryption;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A way to seal a text so that only who has the key can read or make it: the format of namespace tokens.
 *
 * <p>A service with the property {@value #NAME}. It holds no key and no state: any thread may call it, several at once.
 * What the text says, and whether it is timely, is not its concern: see {@link NamespaceText}.
 */
@ConsumerType
public interface NamespaceCipher {

    /** The service property that names a cipher, such as {@code aes}. */
    String NAME = "cachemanager.encryption.name";

    /**
     * Makes ready to seal and open under some keys.
     *
     * @param keys the raw keys, one or more: the first seals, any of them opens; copied
     * @throws IllegalArgumentException if one can't be a key of this cipher; the message says which, by its place from
     *     1, and why, and does not hold it
     */
    Keyring keyring(List<byte[]> keys);

    /** A new random raw key, of the strongest size this cipher has. */
    byte[] newKey();
}
