package org.cachemanager.api;

import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Bytes that do not change, in one or more pieces.
 *
 * <p>The value of an item: the bytes of its JSON string as they arrived, between the quotes. Safe for use by any
 * thread.
 */
@ConsumerType
public interface Data {

    /** The number of bytes in all pieces together, 0 or more. */
    int length();

    /** The number of pieces, 1 or more, even when there is no byte. */
    int pieces();

    /**
     * A buffer over one piece, without a copy: a new one at each call, position at the first byte and limit behind the
     * last. Nobody writes to it.
     *
     * @param index from 0 to {@link #pieces()} - 1
     */
    ByteBuffer piece(int index);

    /** All bytes in a new array. */
    default byte[] toByteArray() {
        byte[] bytes = new byte[length()];
        copyTo(bytes, 0);
        return bytes;
    }

    /**
     * Copies all bytes.
     *
     * @param target has room for {@link #length()} bytes from {@code offset} on
     * @param offset where in {@code target} the first byte goes
     */
    default void copyTo(byte[] target, int offset) {
        int at = offset;
        for (int i = 0; i < pieces(); i++) {
            ByteBuffer piece = piece(i);
            int length = piece.remaining();
            piece.get(target, at, length);
            at += length;
        }
    }

    /** A value over an array that the caller never changes again; the array is kept, not copied. */
    static Data of(byte[] bytes) {
        return new ArrayData(bytes, 0, bytes.length);
    }

    /**
     * A value over a part of an array that the caller does not change while the value is in use; kept, not copied.
     *
     * @throws IndexOutOfBoundsException if the part is not inside the array
     */
    static Data of(byte[] bytes, int offset, int length) {
        return new ArrayData(bytes, offset, length);
    }
}
