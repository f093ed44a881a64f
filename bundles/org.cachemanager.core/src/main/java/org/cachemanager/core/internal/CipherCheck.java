package org.cachemanager.core.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.cachemanager.core.internal.Quarantine.require;

import java.util.Arrays;
import java.util.List;
import org.cachemanager.api.encryption.Keyring;
import org.cachemanager.api.encryption.NamespaceCipher;
import org.cachemanager.api.encryption.RefusedTokenException;

/** Whether a cipher opens what it sealed and nothing else, under its own key and no other, and hides the text. */
final class CipherCheck implements Quarantine.Check<NamespaceCipher> {

    private static final byte[] TEXT = "namespace=quarantine|timestamp=1795392000".getBytes(US_ASCII);

    @Override
    public void pass(NamespaceCipher cipher) throws RefusedTokenException {
        byte[] key = cipher.newKey();
        byte[] other = cipher.newKey();
        require(!Arrays.equals(key, other), "it made the same key twice");
        Keyring keyring = cipher.keyring(List.of(key));
        byte[] token = keyring.seal(TEXT.clone());
        require(Arrays.equals(keyring.open(token.clone()), TEXT), "it did not open what it had sealed");
        Keyring rotated = cipher.keyring(List.of(other, key));
        require(Arrays.equals(rotated.open(token.clone()), TEXT), "it did not open under the second of two keys");
        require(!new String(token, US_ASCII).contains("quarantine"), "its token shows the text");
        for (byte b : token) {
            require(b > ' ' && b < 0x7F && b != '"' && b != '\\', "its token is not plain ASCII");
        }
        mustRefuse(cipher.keyring(List.of(other)), token, "a token of another key");
        mustRefuse(keyring, new byte[0], "an empty token");
        mustRefuse(keyring, TEXT, "a plain text");
        mustRefuse(keyring, Arrays.copyOf(token, token.length / 2), "half a token");
        for (int i = 0; i < token.length; i += Math.max(1, token.length / 16)) {
            byte[] changed = token.clone();
            changed[i] = changed[i] == 'A' ? (byte) 'B' : (byte) 'A';
            mustRefuse(keyring, changed, "a changed token");
        }
    }

    private static void mustRefuse(Keyring keyring, byte[] token, String which) {
        try {
            byte[] text = keyring.open(token);
            require(text == null, "it opened " + which);
            require(false, "it gave null for " + which);
        } catch (RefusedTokenException e) {
            require(e.getMessage() != null, "it refused " + which + " without a message");
        }
    }
}
