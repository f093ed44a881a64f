package org.cachemanager.core.internal;

import java.util.Arrays;
import org.cachemanager.api.Data;
import org.cachemanager.api.storage.StorageEngine;
import org.cachemanager.api.storage.StoredItem;

/**
 * The engine that is always there: an array for the key, one for the data. In force when no bundle offers one, and the
 * refuge of the bytes of an engine that leaves without a successor.
 */
final class ByteArrays implements StorageEngine {

    private static final int ARRAY_HEADER_BYTES = 16;
    private static final int HANDLE_BYTES = 24 + 24;

    @Override
    public long footprint(int keyBytes, int dataBytes) {
        return HANDLE_BYTES + array(keyBytes) + array(dataBytes);
    }

    private static long array(long length) {
        return (ARRAY_HEADER_BYTES + length + 7) & ~7L;
    }

    @Override
    public StoredItem store(byte[] key, Data data) {
        return new Arrayed(key.clone(), Data.of(data.toByteArray()));
    }

    /** An item in two arrays; the collector frees it. */
    private static final class Arrayed implements StoredItem {
        private final byte[] key;
        private final Data data;

        Arrayed(byte[] key, Data data) {
            this.key = key;
            this.data = data;
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
            return data;
        }

        @Override
        public void free() {
            // Nothing to give back by hand.
        }
    }
}
