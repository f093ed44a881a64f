package org.cachemanager.encryption.aes.internal;

import org.cachemanager.api.encryption.NamespaceCipher;
import org.cachemanager.testkit.NamespaceCipherContract;

public class AesEncryptionTest extends NamespaceCipherContract {

    @Override
    protected NamespaceCipher newCipher() {
        return new AesEncryption();
    }
}
