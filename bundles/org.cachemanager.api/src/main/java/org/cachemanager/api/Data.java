package org.cachemanager.api;

import java.nio.ByteBuffer;
import java.util.Objects;
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
     * A buffer over one piece: a new one at each call, position at the first byte and limit behind the last. Nobody
     * writes to it. Without a copy if the value {@linkplain #lendsPieces lends its pieces}.
     *
     * @param index from 0 to {@link #pieces()} - 1
     */
    ByteBuffer piece(int index);

    /**
     * Whether {@link #piece} shows the bytes where they lie. If not, each call makes a copy: who reads a large value
     * had better have {@link #copyTo(int, ByteBuffer)} copy as much as is needed at a time.
     */
    default boolean lendsPieces() {
        return true;
    }

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

    /**
     * Copies bytes to where the target stands, as many as there are from an offset on or as it has room for, and moves
     * its position behind them.
     *
     * @param from from 0 to {@link #length()}
     * @throws IndexOutOfBoundsException if {@code from} is not
     */
    default void copyTo(int from, ByteBuffer target) {
        Objects.checkFromToIndex(from, length(), length());
        int skipped = from;
        for (int i = 0; i < pieces() && target.hasRemaining(); i++) {
            ByteBuffer piece = piece(i);
            int skip = Math.min(skipped, piece.remaining());
            skipped -= skip;
            int length = Math.min(piece.remaining() - skip, target.remaining());
            target.put(piece.slice(piece.position() + skip, length));
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
