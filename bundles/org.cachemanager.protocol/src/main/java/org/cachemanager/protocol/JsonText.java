package org.cachemanager.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.cachemanager.api.Data;

/** Texts in and out of JSON strings, lone surrogates included. */
public final class JsonText {

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private JsonText() {}

    /** The canonical bytes of a text: UTF-8, lone surrogates as three bytes each. */
    public static byte[] canonical(CharSequence units) {
        Bytes bytes = new Bytes(units.length() + 16);
        int at = 0;
        while (at < units.length()) {
            int point = Character.codePointAt(units, at);
            bytes.utf8(point);
            at += Character.charCount(point);
        }
        return bytes.toByteArray();
    }

    /** A text as {@code data}: the inside of a JSON string, escaped no more than it must be. */
    public static Data toData(CharSequence units) {
        Bytes bytes = new Bytes(units.length() + 16);
        int at = 0;
        while (at < units.length()) {
            int point = Character.codePointAt(units, at);
            escape(bytes, point);
            at += Character.charCount(point);
        }
        return Data.of(bytes.toByteArray());
    }

    /**
     * The text of {@code data}, unescaped.
     *
     * @throws ProtocolException if it is not the inside of a JSON string
     */
    public static String toString(Data data) throws ProtocolException {
        byte[] quoted = new byte[data.length() + 2];
        quoted[0] = '"';
        data.copyTo(quoted, 1);
        quoted[quoted.length - 1] = '"';
        return Json.string(quoted);
    }

    /** A text as a JSON string, with its quotes. */
    static void quote(Bytes bytes, CharSequence units) {
        bytes.add('"');
        int at = 0;
        while (at < units.length()) {
            int point = Character.codePointAt(units, at);
            escape(bytes, point);
            at += Character.charCount(point);
        }
        bytes.add('"');
    }

    /** A canonical text as a JSON string, with its quotes: its three-byte surrogates are escaped. */
    static void quote(Bytes bytes, Text text) {
        byte[] from = text.buffer();
        int end = text.offset() + text.length();
        bytes.add('"');
        if (isPlain(text)) {
            bytes.add(from, text.offset(), text.length());
            bytes.add('"');
            return;
        }
        for (int at = text.offset(); at < end; at++) {
            int b = from[at] & 0xFF;
            if (b == 0xED && at + 2 < end && (from[at + 1] & 0xFF) >= 0xA0) {
                escapeUnit(bytes, 0xD000 | (from[at + 1] & 0x3F) << 6 | (from[at + 2] & 0x3F));
                at += 2;
            } else if (b < 0x80) {
                escape(bytes, b);
            } else {
                bytes.add(b);
            }
        }
        bytes.add('"');
    }

    /** Whether a text is all ASCII that stands in a string as it is. */
    private static boolean isPlain(Text text) {
        byte[] from = text.buffer();
        int end = text.offset() + text.length();
        for (int at = text.offset(); at < end; at++) {
            byte b = from[at];
            if (b < ' ' || b == '"' || b == '\\') {
                return false;
            }
        }
        return true;
    }

    private static void escape(Bytes bytes, int point) {
        if (point == '"' || point == '\\') {
            bytes.add('\\');
            bytes.add(point);
        } else if (point < ' ' || (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE)) {
            escapeUnit(bytes, point);
        } else {
            bytes.utf8(point);
        }
    }

    private static void escapeUnit(Bytes bytes, int unit) {
        bytes.add('\\');
        bytes.add('u');
        for (int shift = 12; shift >= 0; shift -= 4) {
            bytes.add(HEX[unit >>> shift & 0xF]);
        }
    }

    /** Bytes that are being put together. */
    static final class Bytes {

        private byte[] bytes;
        private int length;

        Bytes(int expected) {
            bytes = new byte[expected];
        }

        void add(int b) {
            if (length == bytes.length) {
                bytes = Arrays.copyOf(bytes, 2 * length + 16);
            }
            bytes[length++] = (byte) b;
        }

        void add(byte[] more, int offset, int count) {
            if (bytes.length - length < count) {
                bytes = Arrays.copyOf(bytes, 2 * length + count);
            }
            System.arraycopy(more, offset, bytes, length, count);
            length += count;
        }

        /** Adds what is all ASCII. */
        Bytes ascii(String text) {
            for (int i = 0; i < text.length(); i++) {
                add(text.charAt(i));
            }
            return this;
        }

        private void utf8(int point) {
            if (point < 0x80) {
                add(point);
            } else if (point < 0x800) {
                add(0xC0 | point >>> 6);
                add(0x80 | (point & 0x3F));
            } else if (point < 0x10000) {
                add(0xE0 | point >>> 12);
                add(0x80 | (point >>> 6 & 0x3F));
                add(0x80 | (point & 0x3F));
            } else {
                add(0xF0 | point >>> 18);
                add(0x80 | (point >>> 12 & 0x3F));
                add(0x80 | (point >>> 6 & 0x3F));
                add(0x80 | (point & 0x3F));
            }
        }

        byte[] toByteArray() {
            return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
        }
    }
}
