package org.cachemanager.protocol;

import java.util.Arrays;
import java.util.Objects;

/**
 * A text in canonical form, as a part of an array: UTF-8, lone surrogates as three bytes each, so that two texts are
 * equal exactly when their UTF-16 code units are. Valid as long as nobody writes to the array.
 */
public final class Text {

    private final byte[] buffer;
    private final int offset;
    private final int length;

    /** A text that is a part of an array, which is not copied. */
    Text(byte[] buffer, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, buffer.length);
        this.buffer = buffer;
        this.offset = offset;
        this.length = length;
    }

    /** A text from its code units, lone surrogates included. */
    public static Text of(CharSequence units) {
        byte[] bytes = JsonText.canonical(units);
        return new Text(bytes, 0, bytes.length);
    }

    /** A text from its canonical bytes; kept, not copied. */
    public static Text ofCanonical(byte[] bytes) {
        return new Text(bytes, 0, bytes.length);
    }

    /** The array that holds the text; not to be written to. */
    public byte[] buffer() {
        return buffer;
    }

    /** Where the text begins in {@link #buffer()}. */
    public int offset() {
        return offset;
    }

    /** How many bytes it has. */
    public int length() {
        return length;
    }

    /** The canonical bytes in a new array. */
    public byte[] toByteArray() {
        return Arrays.copyOfRange(buffer, offset, offset + length);
    }

    boolean has(byte b) {
        for (int i = offset; i < offset + length; i++) {
            if (buffer[i] == b) {
                return true;
            }
        }
        return false;
    }

    /** Tells the length alone: a text may be a secret. */
    @Override
    public String toString() {
        return "Text[" + length + " bytes]";
    }
}
