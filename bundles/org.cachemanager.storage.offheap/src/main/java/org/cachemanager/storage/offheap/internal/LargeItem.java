package org.cachemanager.storage.offheap.internal;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.cachemanager.api.Data;
import org.cachemanager.api.storage.StoredItem;

/** An item in several slots, the key first: all of the largest size but the last. */
final class LargeItem implements StoredItem, Data {

    /** What a piece is: a copy of so many bytes. */
    private static final int PIECE_BYTES = 16 * SizeClasses.MOST_BYTES;

    private final Slot[] slots;
    private final int keyLength;
    private final int dataLength;

    /** @param slots with their places; filled by {@link #fill} */
    LargeItem(Slot[] slots, int keyLength, int dataLength) {
        this.slots = slots;
        this.keyLength = keyLength;
        this.dataLength = dataLength;
    }

    /** How many slots so many bytes take. */
    static int slots(long bytes) {
        return (int) ((bytes - 1) / SizeClasses.MOST_BYTES) + 1;
    }

    /** Takes key and data in, then ends the filling; an item that can't be filled is given back. */
    void fill(byte[] key, Data data) {
        boolean filled = false;
        try {
            fill(0, ByteBuffer.wrap(key));
            long at = keyLength;
            for (int i = 0; i < data.pieces(); i++) {
                ByteBuffer piece = data.piece(i);
                int length = piece.remaining();
                if (at + length > (long) keyLength + dataLength) {
                    break;
                }
                fill(at, piece);
                at += length;
            }
            if (at != (long) keyLength + dataLength) {
                throw new IllegalArgumentException("There are not as many bytes of an item as it said.");
            }
            filled = true;
        } finally {
            if (!filled) {
                free();
            }
            for (Slot slot : slots) {
                slot.end();
            }
        }
    }

    private void fill(long to, ByteBuffer source) {
        long at = to;
        while (source.hasRemaining()) {
            int inSlot = (int) (at % SizeClasses.MOST_BYTES);
            int length = Math.min(source.remaining(), SizeClasses.MOST_BYTES - inSlot);
            slot(at).fill(inSlot, source, length);
            at += length;
        }
    }

    private Slot slot(long at) {
        return slots[(int) (at / SizeClasses.MOST_BYTES)];
    }

    @Override
    public boolean hasKey(byte[] key) {
        if (key.length != keyLength) {
            return false;
        }
        int at = 0;
        boolean same = true;
        while (same && at < keyLength) {
            int length = Math.min(keyLength - at, SizeClasses.MOST_BYTES);
            same = slot(at).matches(0, key, at, length);
            at += length;
        }
        return same;
    }

    @Override
    public byte[] key() {
        byte[] key = new byte[keyLength];
        read(0, ByteBuffer.wrap(key), keyLength);
        return key;
    }

    /** Copies bytes to where the target stands. */
    private void read(long from, ByteBuffer target, int length) {
        long at = from;
        int left = length;
        while (left > 0) {
            int inSlot = (int) (at % SizeClasses.MOST_BYTES);
            int count = Math.min(left, SizeClasses.MOST_BYTES - inSlot);
            slot(at).read(inSlot, target, count);
            at += count;
            left -= count;
        }
    }

    @Override
    public Data data() {
        slots[0].checkNotFreed();
        return this;
    }

    /**
     * The last slot is given back first, which leaves the fewest holes; it is also the one that refuses a second time.
     */
    @Override
    public void free() {
        for (int i = slots.length - 1; i >= 0; i--) {
            slots[i].giveBack();
        }
    }

    @Override
    public int length() {
        return dataLength;
    }

    @Override
    public int pieces() {
        return Math.max(0, dataLength - 1) / PIECE_BYTES + 1;
    }

    @Override
    public ByteBuffer piece(int index) {
        Objects.checkIndex(index, pieces());
        int from = index * PIECE_BYTES;
        ByteBuffer piece = ByteBuffer.allocate(Math.min(PIECE_BYTES, dataLength - from));
        copyTo(from, piece);
        return piece.flip();
    }

    @Override
    public boolean lendsPieces() {
        return false;
    }

    @Override
    public void copyTo(byte[] target, int offset) {
        read(keyLength, ByteBuffer.wrap(target, offset, dataLength), dataLength);
    }

    @Override
    public void copyTo(int from, ByteBuffer target) {
        Objects.checkFromToIndex(from, dataLength, dataLength);
        read((long) keyLength + from, target, Math.min(dataLength - from, target.remaining()));
    }
}
