package org.cachemanager.api.encryption;

import java.util.Arrays;
import java.util.Base64;

/**
 * The outer form of a namespace token, whatever the cipher: its sealed bytes in standard Base64, without line breaks.
 */
public final class SealedToken {

    /** The most characters of a token that are looked at; longer ones are refused unread. */
    private static final int MAX_CHARACTERS = 64 * 1024;

    private SealedToken() {}

    /**
     * The sealed bytes of a token. Strict: whole groups with their padding, no other characters, no stray bits, so that
     * no two tokens hold the same bytes. Any thread, does not block.
     *
     * @param token ASCII; not kept
     * @throws RefusedTokenException if it is anything else, or longer than 64 KiB
     */
    public static byte[] decode(byte[] token) throws RefusedTokenException {
        if (token.length == 0 || token.length % 4 != 0 || token.length > MAX_CHARACTERS) {
            throw RefusedTokenException.unopened();
        }
        byte[] sealed;
        try {
            sealed = Base64.getDecoder().decode(token);
        } catch (IllegalArgumentException e) {
            throw RefusedTokenException.unopened();
        }
        if (!Arrays.equals(encode(sealed), token)) {
            throw RefusedTokenException.unopened();
        }
        return sealed;
    }

    /** The token of sealed bytes, ASCII. Any thread, does not block. */
    public static byte[] encode(byte[] sealed) {
        return Base64.getEncoder().encode(sealed);
    }
}
