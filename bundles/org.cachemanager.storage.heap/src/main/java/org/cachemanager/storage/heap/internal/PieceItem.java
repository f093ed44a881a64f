package org.cachemanager.storage.heap.internal;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.cachemanager.api.Data;
import org.cachemanager.api.storage.StoredItem;

/** A large item: its key in an array, its data in arrays of equal length, the last one shorter. */
final class PieceItem implements StoredItem, Data {

    private static final byte[] NONE = {};
    private static final byte[][] NO_PIECES = {};

    private final byte[] key;
    private final byte[][] pieces;
    private final int length;

    /** @param pieceBytes the length of each array of data but the last */
    PieceItem(byte[] key, Data data, int pieceBytes) {
        this.key = key.clone();
        length = data.length();
        pieces = new byte[Math.max(0, length - 1) / pieceBytes + 1][];
        for (int i = 0; i < pieces.length; i++) {
            pieces[i] = new byte[Math.min(pieceBytes, length - i * pieceBytes)];
        }
        fill(data, pieceBytes);
    }

    /** An item of nothing, to be measured. */
    PieceItem() {
        key = NONE;
        pieces = NO_PIECES;
        length = 0;
    }

    private void fill(Data data, int pieceBytes) {
        int at = 0;
        for (int i = 0; i < data.pieces(); i++) {
            ByteBuffer source = data.piece(i);
            while (source.hasRemaining()) {
                int offset = at % pieceBytes;
                int count = Math.min(source.remaining(), pieceBytes - offset);
                source.get(pieces[at / pieceBytes], offset, count);
                at += count;
            }
        }
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
