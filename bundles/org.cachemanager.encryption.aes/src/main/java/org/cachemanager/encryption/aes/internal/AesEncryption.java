package org.cachemanager.encryption.aes.internal;

import java.security.SecureRandom;
import java.util.List;
import org.cachemanager.api.encryption.Keyring;
import org.cachemanager.api.encryption.NamespaceCipher;
import org.osgi.service.component.annotations.Component;

/**
 * The namespace tokens of the existing clients: AES-CBC with PKCS#7 padding and a random IV, then HMAC-SHA-256 under
 * the same key over IV and ciphertext, all in Base64.
 */
@Component(
        service = NamespaceCipher.class,
        property = {NamespaceCipher.NAME + "=aes", "service.ranking:Integer=100"})
public final class AesEncryption implements NamespaceCipher {

    private static final int NEW_KEY_BYTES = 32;

    private final SecureRandom random = new SecureRandom();

    @Override
    public Keyring keyring(List<byte[]> keys) {
        return new AesKeyring(keys, random);
    }

    @Override
    public byte[] newKey() {
        byte[] key = new byte[NEW_KEY_BYTES];
        random.nextBytes(key);
        return key;
    }
}
