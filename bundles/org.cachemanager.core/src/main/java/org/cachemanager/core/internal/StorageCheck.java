package org.cachemanager.core.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.cachemanager.core.internal.Quarantine.require;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.cachemanager.api.Data;
import org.cachemanager.api.storage.StorageEngine;
import org.cachemanager.api.storage.StorageFullException;
import org.cachemanager.api.storage.StoredItem;

/** Whether a storage engine gives back what it was given, of several sizes at once, and counts it. */
final class StorageCheck implements Quarantine.Check<StorageEngine> {

    private static final int[] LENGTHS = {0, 1, 100, 4095, 70_000};
    private static final int ROUNDS = 4;

    /** What was stored, and what it must be. */
    private static final class Sample {
        private final StoredItem item;
        private final byte[] key;
        private final byte[] data;

        Sample(StoredItem item, byte[] key, byte[] data) {
            this.item = item;
            this.key = key;
            this.data = data;
        }

        void check() {
            require(item.hasKey(key.clone()), "an item did not know its key");
            require(!item.hasKey(new byte[] {'?'}), "an item took a foreign key for its own");
            require(Arrays.equals(item.key(), key), "an item's key was not what was stored");
            Data back = item.data();
            require(back.length() == data.length, "an item of " + data.length + " bytes had another length");
            require(Arrays.equals(back.toByteArray(), data), "an item of " + data.length + " bytes was changed");
        }
    }

    @Override
    public void pass(StorageEngine engine) {
        List<Sample> samples = new ArrayList<>();
        try {
            for (int round = 0; round < ROUNDS; round++) {
                for (int length : LENGTHS) {
                    samples.add(store(engine, round, length));
                }
                samples.remove(round).item.free();
            }
            samples.forEach(Sample::check);
        } catch (StorageFullException e) {
            samples.forEach(Sample::check); // it has no memory now: no fault
        } finally {
            samples.forEach(sample -> sample.item.free());
        }
    }

    private static Sample store(StorageEngine engine, int round, int length) throws StorageFullException {
        byte[] key = ("quarantine" + (char) 0 + round + '-' + length).getBytes(UTF_8);
        byte[] data = new byte[length];
        for (int i = 0; i < length; i++) {
            data[i] = (byte) (i * 31 + round);
        }
        long footprint = engine.footprint(key.length, length);
        require(footprint >= key.length + length, "it counts an item for less than its key and data");
        require(footprint == engine.footprint(key.length, length), "it counts the same item differently");
        return new Sample(engine.store(key, new Halves(data.clone())), key, data);
    }

    /** Bytes in two pieces, as they come from a connection. */
    private static final class Halves implements Data {
        private final byte[] bytes;

        Halves(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public int length() {
            return bytes.length;
        }

        @Override
        public int pieces() {
            return 2;
        }

        @Override
        public ByteBuffer piece(int index) {
            int half = bytes.length / 2;
            int from = index * half;
            return ByteBuffer.wrap(bytes, from, index == 0 ? half : bytes.length - half)
                    .slice()
                    .asReadOnlyBuffer();
        }
    }
}
