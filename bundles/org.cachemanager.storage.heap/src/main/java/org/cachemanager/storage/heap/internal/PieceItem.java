package org.cachemanager.storage.heap.internal;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.cachemanager.api.Data;
import org.cachemanager.api.storage.StoredItem;

/** A large item: its key in an array, its data in arrays of equal length, the last one shorter. */
final class PieceItem implements StoredItem, Data {

    /** The bytes of data in a piece; with the array's header it fills 128 KiB. */
    static final int PIECE_BYTES = 128 * 1024 - Layout.ARRAY_HEADER_BYTES;

    private final byte[] key;
    private final byte[][] pieces;
    private final int length;

    PieceItem(byte[] key, Data data) {
        this.key = key.clone();
        length = data.length();
        pieces = new byte[pieces(length)][];
        for (int i = 0; i < pieces.length; i++) {
            pieces[i] = new byte[pieceLength(i, length)];
        }
        fill(data);
    }

    private static int pieces(int dataBytes) {
        return Math.max(1, (int) (((long) dataBytes + PIECE_BYTES - 1) / PIECE_BYTES));
    }

    private static int pieceLength(int index, int dataBytes) {
        return Math.min(PIECE_BYTES, dataBytes - index * PIECE_BYTES);
    }

    private void fill(Data data) {
        int at = 0;
        for (int i = 0; i < data.pieces(); i++) {
            ByteBuffer source = data.piece(i);
            while (source.hasRemaining()) {
                int offset = at % PIECE_BYTES;
                int count = Math.min(source.remaining(), PIECE_BYTES - offset);
                source.get(pieces[at / PIECE_BYTES], offset, count);
                at += count;
            }
        }
    }

    static long footprint(int keyBytes, int dataBytes) {
        int pieces = pieces(dataBytes);
        return Layout.object(2, 1)
                + Layout.byteArray(keyBytes)
                + Layout.referenceArray(pieces)
                + (pieces - 1) * Layout.byteArray(PIECE_BYTES)
                + Layout.byteArray(pieceLength(pieces - 1, dataBytes));
    }

    @Override
    public boolean hasKey(byte[] other) {
        return Arrays.equals(key, other);
    }

    @Override
    public byte[] key() {
        return key.clone();
    }

    @Override
    public Data data() {
        return this;
    }

    @Override
    public void free() {
        // The collector frees it.
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public int pieces() {
        return pieces.length;
    }

    @Override
    public ByteBuffer piece(int index) {
        return ByteBuffer.wrap(pieces[index]);
    }
}
