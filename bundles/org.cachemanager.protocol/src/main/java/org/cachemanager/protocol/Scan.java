package org.cachemanager.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Reads JSON that is written exactly as this product writes it, which the answers of peers nearly always are; anything
 * else is left to a parser. The text has been found to be UTF-8.
 */
final class Scan {

    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;
    private static final long QUOTES = '"' * ONES;
    private static final long BACKSLASHES = '\\' * ONES;
    private static final long BLANKS = ' ' * ONES;
    private static final int MAX_DIGITS = 18;
    private static final int HEX_DIGITS = 4;
    private static final int NONE = -1;

    private final byte[] bytes;
    private final int end;
    private int at;

    Scan(byte[] bytes, int offset, int length) {
        this.bytes = bytes;
        this.at = offset;
        this.end = offset + length;
    }

    int at() {
        return at;
    }

    boolean isAtEnd() {
        return at == end;
    }

    /** Passes over a text if it comes next. */
    boolean pass(byte[] text) {
        if (end - at < text.length) {
            return false;
        }
        for (int i = 0; i < text.length; i++) {
            if (bytes[at + i] != text[i]) {
                return false;
            }
        }
        at += text.length;
        return true;
    }

    /** Passes over the rest of a string and its closing quote; false if it is none. */
    boolean passString() {
        while (true) {
            skipOrdinary();
            if (at == end) {
                return false;
            }
            int b = bytes[at++];
            if (b == '"') {
                return true;
            }
            if ((b >= 0 && b < ' ') || (b == '\\' && !passEscaped())) {
                return false;
            }
        }
    }

    /** Passes over eight bytes at a time that neither end the string nor need a look. */
    private void skipOrdinary() {
        while (end - at >= Long.BYTES) {
            long eight = (long) EIGHT.get(bytes, at);
            long quotes = eight ^ QUOTES;
            long backslashes = eight ^ BACKSLASHES;
            long found =
                    ((quotes - ONES) & ~quotes) | ((backslashes - ONES) & ~backslashes) | ((eight - BLANKS) & ~eight);
            if ((found & HIGH_BITS) != 0) {
                return;
            }
            at += Long.BYTES;
        }
    }

    private boolean passEscaped() {
        if (at == end) {
            return false;
        }
        return switch (bytes[at++]) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> true;
            case 'u' -> passHex();
            default -> false;
        };
    }

    private boolean passHex() {
        for (int i = 0; i < HEX_DIGITS; i++) {
            if (at == end || Character.digit(bytes[at++], 16) < 0) {
                return false;
            }
        }
        return true;
    }

    /** Passes over a number of digits alone; {@value #NONE} if there is none, or it is too long. */
    long number() {
        int from = at;
        long number = 0;
        while (at < end && bytes[at] >= '0' && bytes[at] <= '9' && at - from <= MAX_DIGITS) {
            number = 10 * number + bytes[at++] - '0';
        }
        int digits = at - from;
        boolean leadingZero = digits > 1 && bytes[from] == '0';
        return digits == 0 || digits > MAX_DIGITS || leadingZero ? NONE : number;
    }
}
