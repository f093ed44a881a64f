package org.cachemanager.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Strict validation of UTF-8, in pieces: overlong forms, encoded surrogates, what lies above U+10FFFF, and sequences
 * that are cut short are faults.
 *
 * <p>The state between two pieces is an int: how many continuation bytes are missing, and the bounds of the next one
 * (Unicode 15, table 3-7).
 */
final class Utf8 {

    /** The state between two characters: how every text begins and must end. */
    static final int WHOLE = 0;

    /** The state behind a fault, for good. */
    static final int BROKEN = -1;

    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

    private Utf8() {}

    /** The state after some more bytes. */
    static int check(int before, byte[] bytes, int offset, int length) {
        int state = before;
        int at = offset;
        int end = offset + length;
        while (at < end && state != BROKEN) {
            if (state == WHOLE) {
                at = skipAscii(bytes, at, end);
                if (at < end) {
                    state = lead(bytes[at++] & 0xFF);
                }
            } else {
                state = follow(state, bytes[at++] & 0xFF);
            }
        }
        return state;
    }

    private static int skipAscii(byte[] bytes, int offset, int end) {
        int at = offset;
        while (at <= end - Long.BYTES && ((long) EIGHT.get(bytes, at) & HIGH_BITS) == 0) {
            at += Long.BYTES;
        }
        while (at < end && bytes[at] >= 0) {
            at++;
        }
        return at;
    }

    private static int lead(int b) {
        if (b < 0xC2 || b > 0xF4) {
            return BROKEN;
        }
        if (b < 0xE0) {
            return state(1, 0x80, 0xBF);
        }
        if (b < 0xF0) {
            return state(2, b == 0xE0 ? 0xA0 : 0x80, b == 0xED ? 0x9F : 0xBF);
        }
        return state(3, b == 0xF0 ? 0x90 : 0x80, b == 0xF4 ? 0x8F : 0xBF);
    }

    private static int follow(int state, int b) {
        int missing = state >>> 16;
        if (b < (state >>> 8 & 0xFF) || b > (state & 0xFF)) {
            return BROKEN;
        }
        return missing == 1 ? WHOLE : state(missing - 1, 0x80, 0xBF);
    }

    private static int state(int missing, int least, int most) {
        return missing << 16 | least << 8 | most;
    }
}
