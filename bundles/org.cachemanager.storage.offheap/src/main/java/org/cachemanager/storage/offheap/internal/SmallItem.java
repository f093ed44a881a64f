package org.cachemanager.storage.offheap.internal;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.cachemanager.api.Data;
import org.cachemanager.api.storage.StoredItem;

/** An item in one slot, the key first; it is its own handle and its own data, so that reading it allocates nothing. */
final class SmallItem extends Slot implements StoredItem, Data {

    private final int keyLength;
    private final int dataLength;

    SmallItem(int keyLength, int dataLength) {
        this.keyLength = keyLength;
        this.dataLength = dataLength;
    }

    /** Takes key and data in, then ends the filling; an item that can't be filled is given back. */
    void fill(byte[] key, Data data) {
        boolean filled = false;
        try {
            fill(0, key, 0, keyLength);
            int at = keyLength;
            for (int i = 0; i < data.pieces(); i++) {
                ByteBuffer piece = data.piece(i);
                int length = piece.remaining();
                fill(at, piece, length);
                at += length;
            }
            if (at != keyLength + dataLength) {
                throw new IllegalArgumentException("There are not as many bytes of an item as it said.");
            }
            filled = true;
        } finally {
            if (!filled) {
                giveBack();
            }
            end();
        }
    }

    @Override
    public boolean hasKey(byte[] key) {
        return key.length == keyLength && matches(0, key, 0, keyLength);
    }

    @Override
    public byte[] key() {
        byte[] key = new byte[keyLength];
        read(0, key, 0, keyLength);
        return key;
    }

    @Override
    public Data data() {
        checkNotFreed();
        return this;
    }

    @Override
    public void free() {
        giveBack();
    }

    @Override
    public int length() {
        return dataLength;
    }

    @Override
    public int pieces() {
        return 1;
    }

    @Override
    public ByteBuffer piece(int index) {
        Objects.checkIndex(index, 1);
        return ByteBuffer.wrap(toByteArray());
    }

    @Override
    public boolean lendsPieces() {
        return false;
    }

    @Override
    public void copyTo(byte[] target, int offset) {
        read(keyLength, target, offset, dataLength);
    }

    @Override
    public void copyTo(int from, ByteBuffer target) {
        Objects.checkFromToIndex(from, dataLength, dataLength);
        read(keyLength + from, target, Math.min(dataLength - from, target.remaining()));
    }
}
