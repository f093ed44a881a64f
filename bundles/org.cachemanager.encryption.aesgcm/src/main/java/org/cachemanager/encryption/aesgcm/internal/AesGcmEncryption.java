package org.cachemanager.encryption.aesgcm.internal;

import java.security.SecureRandom;
import java.util.List;
import org.cachemanager.api.encryption.Keyring;
import org.cachemanager.api.encryption.NamespaceCipher;
import org.osgi.service.component.annotations.Component;

/** Namespace tokens by AES-GCM: shorter than those of {@code aes}, and sealed by one standard primitive. */
@Component(
        service = NamespaceCipher.class,
        property = {NamespaceCipher.NAME + "=aesgcm", "service.ranking:Integer=50"})
public final class AesGcmEncryption implements NamespaceCipher {

    private static final int NEW_KEY_BYTES = 32;

    private final SecureRandom random = new SecureRandom();

    @Override
    public Keyring keyring(List<byte[]> keys) {
        return new AesGcmKeyring(keys, random);
    }

    @Override
    public byte[] newKey() {
        byte[] key = new byte[NEW_KEY_BYTES];
        random.nextBytes(key);
        return key;
    }
}
