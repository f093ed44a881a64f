package org.cachemanager.api;

import java.nio.ByteBuffer;
import java.util.Objects;

/** A part of one array. */
final class ArrayData implements Data {

    private final byte[] bytes;
    private final int offset;
    private final int length;

    ArrayData(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        this.bytes = bytes;
        this.offset = offset;
        this.length = length;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public int pieces() {
        return 1;
    }

    @Override
    public ByteBuffer piece(int index) {
        Objects.checkIndex(index, 1);
        return ByteBuffer.wrap(bytes, offset, length).slice();
    }

    @Override
    public void copyTo(byte[] target, int at) {
        System.arraycopy(bytes, offset, target, at, length);
    }

    @Override
    public void copyTo(int from, ByteBuffer target) {
        Objects.checkFromToIndex(from, length, length);
        target.put(bytes, offset + from, Math.min(length - from, target.remaining()));
    }
}
