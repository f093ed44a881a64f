package org.cachemanager.encryption.aesgcm.internal;

import org.cachemanager.api.encryption.NamespaceCipher;
import org.cachemanager.testkit.NamespaceCipherContract;

public class AesGcmEncryptionTest extends NamespaceCipherContract {

    @Override
    protected NamespaceCipher newCipher() {
        return new AesGcmEncryption();
    }
}
