package org.cachemanager.api.encryption;

import org.osgi.annotation.versioning.ConsumerType;

/** Keys of one cipher, ready for use. Any thread may call it, several at once; no method blocks. */
@ConsumerType
public interface Keyring {

    /**
     * Seals a text under the first key; the same text gives another token at each call.
     *
     * @param text the bytes to seal
     * @return the token, printable ASCII without blanks, quotes or backslashes
     */
    byte[] seal(byte[] text);

    /**
     * Opens a token. Its authenticity is checked, in constant time, before anything is decrypted.
     *
     * @param token whatever a client sent
     * @return the text that was sealed, in a new array
     * @throws RefusedTokenException if no key opens it, or it is not a token of this cipher
     */
    byte[] open(byte[] token) throws RefusedTokenException;
}
