package org.cachemanager.core.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32;
import org.cachemanager.api.encryption.Keyring;
import org.cachemanager.api.encryption.NamespaceCipher;
import org.cachemanager.api.encryption.RefusedTokenException;

/** A cipher that keeps to its contract and keeps no secret: the text is turned by the key, a check sum follows. */
class TestCipher implements NamespaceCipher {

    private static final int SUM_BYTES = 8;

    /** Throws at every token. */
    boolean broken;

    /** Takes for good what it can't open. */
    boolean credulous;

    private int keys;

    /** Called with each token to open. */
    void opening(byte[] token) {
        if (broken) {
            throw new IllegalStateException("broken at " + token.length);
        }
    }

    @Override
    public byte[] newKey() {
        return new byte[] {1, 2, (byte) ++keys};
    }

    @Override
    public Keyring keyring(List<byte[]> raw) {
        return new Keyring() {
            @Override
            public byte[] seal(byte[] text) {
                String sealed = HexFormat.of().formatHex(turned(text, raw.get(0))) + sum(text, raw.get(0));
                return sealed.getBytes(US_ASCII);
            }

            @Override
            public byte[] open(byte[] token) throws RefusedTokenException {
                opening(token);
                for (byte[] key : raw) {
                    byte[] text = turned(unhexed(token), key);
                    if (new String(token, US_ASCII).endsWith(sum(text, key))) {
                        return text;
                    }
                }
                if (credulous) {
                    return token;
                }
                throw RefusedTokenException.unopened();
            }
        };
    }

    private static byte[] unhexed(byte[] token) throws RefusedTokenException {
        try {
            byte[] body = Arrays.copyOf(token, Math.max(0, token.length - SUM_BYTES));
            return HexFormat.of().parseHex(new String(body, US_ASCII));
        } catch (IllegalArgumentException e) {
            throw RefusedTokenException.unopened();
        }
    }

    private static byte[] turned(byte[] text, byte[] key) {
        byte[] turned = text.clone();
        for (int i = 0; i < turned.length; i++) {
            turned[i] ^= (byte) (key[i % key.length] + 85);
        }
        return turned;
    }

    private static String sum(byte[] text, byte[] key) {
        CRC32 crc = new CRC32();
        crc.update(key);
        crc.update(text);
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }
}
