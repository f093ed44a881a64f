package org.cachemanager.encryption.aes.internal;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.cachemanager.api.encryption.Keyring;
import org.cachemanager.api.encryption.RefusedTokenException;
import org.cachemanager.api.encryption.SealedToken;

/**
 * AES keys ready for use. Each call makes its own {@link Cipher} and {@link Mac}: what is opened often is remembered by
 * the caller, and nothing of this bundle is left behind in any thread.
 */
final class AesKeyring implements Keyring {

    private static final String TRANSFORMATION = "AES/CBC/PKCS5Padding";
    private static final String HMAC = "HmacSHA256";
    private static final int IV_BYTES = 16;
    private static final int HMAC_BYTES = 32;

    private final List<SealingKey> keys = new ArrayList<>();
    private final SecureRandom random;

    /** One raw key in its two uses. */
    private record SealingKey(SecretKeySpec cipher, SecretKeySpec mac) {

        byte[] authenticate(byte[] message, int length) throws GeneralSecurityException {
            Mac authenticator = Mac.getInstance(HMAC);
            authenticator.init(mac);
            authenticator.update(message, 0, length);
            return authenticator.doFinal();
        }
    }

    AesKeyring(List<byte[]> rawKeys, SecureRandom random) {
        if (rawKeys.isEmpty()) {
            throw new IllegalArgumentException("There is no key.");
        }
        this.random = random;
        for (byte[] raw : rawKeys) {
            if (raw.length != 16 && raw.length != 24 && raw.length != 32) {
                throw new IllegalArgumentException(
                        "Key " + (keys.size() + 1) + " has " + raw.length + " bytes; an AES key has 16, 24 or 32.");
            }
            keys.add(new SealingKey(new SecretKeySpec(raw, "AES"), new SecretKeySpec(raw, HMAC)));
        }
    }

    @Override
    public byte[] seal(byte[] text) {
        byte[] iv = new byte[IV_BYTES];
        random.nextBytes(iv);
        SealingKey key = keys.get(0);
        try {
            Cipher cipher = Cipher.getInstance(TRANSFORMATION);
            cipher.init(Cipher.ENCRYPT_MODE, key.cipher, new IvParameterSpec(iv));
            int sealedBytes = IV_BYTES + cipher.getOutputSize(text.length);
            byte[] token = Arrays.copyOf(iv, sealedBytes + HMAC_BYTES);
            cipher.doFinal(text, 0, text.length, token, IV_BYTES);
            System.arraycopy(key.authenticate(token, sealedBytes), 0, token, sealedBytes, HMAC_BYTES);
            return SealedToken.encode(token);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JVM lacks AES-CBC or HMAC-SHA-256.", e);
        }
    }

    @Override
    public byte[] open(byte[] token) throws RefusedTokenException {
        byte[] sealed = SealedToken.decode(token);
        int signedBytes = sealed.length - HMAC_BYTES;
        if (signedBytes < 0) {
            throw RefusedTokenException.unopened();
        }
        byte[] claimed = Arrays.copyOfRange(sealed, signedBytes, sealed.length);
        try {
            for (SealingKey key : keys) {
                if (MessageDigest.isEqual(key.authenticate(sealed, signedBytes), claimed)) {
                    return decrypt(key, sealed, signedBytes);
                }
            }
        } catch (GeneralSecurityException e) {
            throw RefusedTokenException.unopened();
        }
        throw RefusedTokenException.unopened();
    }

    private static byte[] decrypt(SealingKey key, byte[] sealed, int signedBytes)
            throws GeneralSecurityException, RefusedTokenException {
        if (signedBytes <= IV_BYTES) {
            throw RefusedTokenException.unopened();
        }
        Cipher cipher = Cipher.getInstance(TRANSFORMATION);
        cipher.init(Cipher.DECRYPT_MODE, key.cipher, new IvParameterSpec(sealed, 0, IV_BYTES));
        return cipher.doFinal(sealed, IV_BYTES, signedBytes - IV_BYTES);
    }
}
