package org.cachemanager.storage.heap.internal;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.cachemanager.api.Data;
import org.cachemanager.api.storage.StoredItem;

/** An item in one array, the key first; it is its own handle and its own data, so that reading it allocates nothing. */
final class ArrayItem implements StoredItem, Data {

    private static final byte[] NONE = {};

    private final byte[] bytes;
    private final int keyLength;

    ArrayItem(byte[] key, Data data) {
        keyLength = key.length;
        bytes = Arrays.copyOf(key, key.length + data.length());
        data.copyTo(bytes, keyLength);
    }

    /** An item of nothing, to be measured. */
    ArrayItem() {
        keyLength = 0;
        bytes = NONE;
    }

    @Override
    public boolean hasKey(byte[] key) {
        return Arrays.equals(bytes, 0, keyLength, key, 0, key.length);
    }

    @Override
    public byte[] key() {
        return Arrays.copyOf(bytes, keyLength);
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
        return bytes.length - keyLength;
    }

    @Override
    public int pieces() {
        return 1;
    }

    @Override
    public ByteBuffer piece(int index) {
        Objects.checkIndex(index, 1);
        return ByteBuffer.wrap(bytes, keyLength, length());
    }

    @Override
    public void copyTo(byte[] target, int offset) {
        System.arraycopy(bytes, keyLength, target, offset, length());
    }

    @Override
    public void copyTo(int from, ByteBuffer target) {
        Objects.checkFromToIndex(from, length(), length());
        target.put(bytes, keyLength + from, Math.min(length() - from, target.remaining()));
    }
}
