package org.cachemanager.encryption.aes.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.cachemanager.api.encryption.Keyring;
import org.cachemanager.api.encryption.NamespaceCipher;
import org.cachemanager.api.encryption.RefusedTokenException;
import org.cachemanager.testkit.NamespaceCipherContract;
import org.junit.Test;

public class AesEncryptionTest extends NamespaceCipherContract {

    @Override
    protected NamespaceCipher newCipher() {
        return new AesEncryption();
    }

    @Test
    public void newKey_always_hasTheStrongestSize() {
        assertThat(new AesEncryption().newKey()).hasSize(32);
    }

    @Test
    public void keyring_anyLength_takesThoseOfAes() {
        List<Integer> taken = new ArrayList<>();
        for (int length = 0; length <= 64; length++) {
            if (takes(new byte[length])) {
                taken.add(length);
            }
        }
        assertThat(taken).containsExactly(16, 24, 32);
    }

    private static boolean takes(byte[] key) {
        try {
            return new AesEncryption().keyring(List.of(key)).seal(new byte[1]).length > 0;
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessage("Key 1 has " + key.length + " bytes; an AES key has 16, 24 or 32.");
            return false;
        }
    }

    @Test
    public void open_base64ThatIsNotCanonical_isRefused() {
        Keyring keyring = new AesEncryption().keyring(List.of(new byte[16]));
        String token = tokenWithPadding(keyring);
        String bare = token.replace("=", "");
        char last = bare.charAt(bare.length() - 1);
        List<String> others = List.of(
                bare,
                bare.substring(0, bare.length() - 1) + (char) (last + 1) + token.substring(bare.length()),
                token.replace('+', '-').replace('/', '_') + "-_-_",
                token.substring(0, 76) + "\r\n" + token.substring(76),
                token + "\n",
                " " + token);
        for (String other : others) {
            assertThatThrownBy(() -> keyring.open(other.getBytes(StandardCharsets.US_ASCII)))
                    .as(other)
                    .isInstanceOf(RefusedTokenException.class);
        }
    }

    /** A token that ends in two padding characters, after one whose last bits mean nothing. */
    private static String tokenWithPadding(Keyring keyring) {
        for (int length = 20; ; length += 16) {
            String token = new String(keyring.seal(new byte[length]), StandardCharsets.US_ASCII);
            if (token.endsWith("==")) {
                assertThat(Base64.getDecoder().decode(token)).isNotEmpty();
                return token;
            }
        }
    }
}
