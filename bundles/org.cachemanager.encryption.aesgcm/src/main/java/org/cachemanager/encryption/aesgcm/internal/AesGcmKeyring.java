package org.cachemanager.encryption.aesgcm.internal;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.cachemanager.api.encryption.Keyring;
import org.cachemanager.api.encryption.RefusedTokenException;
import org.cachemanager.api.encryption.SealedToken;
import org.jspecify.annotations.Nullable;

/**
 * AES-GCM keys ready for use. Each is derived from a configured key, so that one key can serve this cipher and
 * {@code aes} while a cluster moves from one to the other, and no key is ever used by two primitives.
 */
final class AesGcmKeyring implements Keyring {

    private static final String TRANSFORMATION = "AES/GCM/NoPadding";
    private static final byte[] PURPOSE = "cachemanager aesgcm namespace token 1".getBytes(StandardCharsets.US_ASCII);
    private static final byte VERSION = 1;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BYTES = 16;
    private static final int PREFIX_BYTES = 1 + NONCE_BYTES;

    private final List<SecretKeySpec> keys = new ArrayList<>();
    private final SecureRandom random;

    AesGcmKeyring(List<byte[]> rawKeys, SecureRandom random) {
        if (rawKeys.isEmpty()) {
            throw new IllegalArgumentException("There is no key.");
        }
        this.random = random;
        for (byte[] raw : rawKeys) {
            if (raw.length != 16 && raw.length != 24 && raw.length != 32) {
                throw new IllegalArgumentException(
                        "Key " + (keys.size() + 1) + " has " + raw.length + " bytes; an AES key has 16, 24 or 32.");
            }
            keys.add(derive(raw));
        }
    }

    private static SecretKeySpec derive(byte[] raw) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(raw, "HmacSHA256"));
            return new SecretKeySpec(Arrays.copyOf(mac.doFinal(PURPOSE), raw.length), "AES");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JVM lacks HMAC-SHA-256.", e);
        }
    }

    @Override
    public byte[] seal(byte[] text) {
        byte[] token = new byte[PREFIX_BYTES + text.length + TAG_BYTES];
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        token[0] = VERSION;
        System.arraycopy(nonce, 0, token, 1, NONCE_BYTES);
        try {
            cipher(Cipher.ENCRYPT_MODE, keys.get(0), token).doFinal(text, 0, text.length, token, PREFIX_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JVM lacks AES-GCM.", e);
        }
        return SealedToken.encode(token);
    }

    @Override
    public byte[] open(byte[] token) throws RefusedTokenException {
        byte[] sealed = SealedToken.decode(token);
        if (sealed.length < PREFIX_BYTES + TAG_BYTES || sealed[0] != VERSION) {
            throw RefusedTokenException.unopened();
        }
        for (SecretKeySpec key : keys) {
            byte[] text = open(key, sealed);
            if (text != null) {
                return text;
            }
        }
        throw RefusedTokenException.unopened();
    }

    /** The text, or null when the key is another one or the token was changed. */
    private static byte @Nullable [] open(SecretKeySpec key, byte[] sealed) throws RefusedTokenException {
        try {
            return cipher(Cipher.DECRYPT_MODE, key, sealed).doFinal(sealed, PREFIX_BYTES, sealed.length - PREFIX_BYTES);
        } catch (AEADBadTagException e) {
            return null;
        } catch (GeneralSecurityException e) {
            throw RefusedTokenException.unopened();
        }
    }

    /** A cipher with the nonce of a token; the version is authenticated with the text. */
    private static Cipher cipher(int mode, SecretKeySpec key, byte[] token) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(TRANSFORMATION);
        cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * Byte.SIZE, token, 1, NONCE_BYTES));
        cipher.updateAAD(token, 0, 1);
        return cipher;
    }
}
