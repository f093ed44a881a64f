package org.cachemanager.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.cachemanager.api.Data;
import org.cachemanager.api.storage.StorageEngine;
import org.cachemanager.api.storage.StorageFullException;
import org.cachemanager.api.storage.StoredItem;
import org.junit.Before;
import org.junit.Test;

/** What every storage engine must do; whether its footprint is true is in {@link FootprintContract}. */
public abstract class StorageEngineContract {

    private static final byte[] KEY = {'n', 's', '|', 'k', 'e', 'y'};

    private final Random random = new Random(42);
    private StorageEngine engine;

    /** The engine under test; 200 MB must fit in it. */
    protected abstract StorageEngine newEngine() throws Exception;

    @Before
    public void makeEngine() throws Exception {
        engine = newEngine();
    }

    @Test
    public void store_noData_isEmpty() throws StorageFullException {
        for (Data nothing : new Data[] {Data.of(new byte[0]), new PiecesData(new byte[0], 1)}) {
            StoredItem item = engine.store(KEY, nothing);
            assertHolds(item, KEY, new byte[0]);
            item.free();
        }
    }

    @Test
    public void store_allLengths_givesTheSameBytes() throws StorageFullException {
        for (int bits = 0; bits <= 20; bits++) {
            for (int length = (1 << bits) - 33; length <= (1 << bits) + 33; length += bits < 14 ? 1 : 11) {
                if (length >= 0) {
                    storeAndCheck(bytes(1 + random.nextInt(100)), bytes(length));
                }
            }
        }
    }

    @Test
    public void store_tenMegabytes_givesTheSameBytes() throws StorageFullException {
        storeAndCheck(bytes(64), bytes(10 << 20));
        storeAndCheck(bytes(20_000), bytes((10 << 20) + 1));
    }

    @Test
    public void store_keysOfAllLengths_givesTheSameBytes() throws StorageFullException {
        for (int length : new int[] {1, 7, 8, 9, 255, 256, 20_480, 131_071, 131_072, 300_000}) {
            storeAndCheck(bytes(length), bytes(10));
            storeAndCheck(bytes(length), bytes(200_000));
        }
    }

    @Test
    public void store_manyPieces_givesTheSameBytes() throws StorageFullException {
        byte[] data = bytes(700_001);
        for (int pieceBytes : new int[] {7, 1000, 4096, 131_072, 699_999, 700_000}) {
            StoredItem item = engine.store(KEY, new PiecesData(data, pieceBytes));
            assertHolds(item, KEY, data);
            item.free();
        }
    }

    @Test
    public void store_partOfAnArray_takesThatPart() throws StorageFullException {
        byte[] data = bytes(300_000);
        for (int length : new int[] {0, 1, 100, 299_990}) {
            StoredItem item = engine.store(KEY, Data.of(data, 9, length));
            assertHolds(item, KEY, Arrays.copyOfRange(data, 9, 9 + length));
            item.free();
        }
    }

    @Test
    public void store_sourceChangedAfterwards_keepsItsCopy() throws StorageFullException {
        for (int length : new int[] {10, 1_000_000}) {
            byte[] key = KEY.clone();
            byte[] data = bytes(length);
            byte[] same = data.clone();
            StoredItem item = engine.store(key, Data.of(data));
            Arrays.fill(key, (byte) 0);
            Arrays.fill(data, (byte) 0);
            assertHolds(item, KEY, same);
            item.free();
        }
    }

    @Test
    public void store_valueOfAnotherItem_copiesIt() throws StorageFullException {
        byte[] data = bytes(500_000);
        StoredItem first = engine.store(KEY, Data.of(data));
        StoredItem second = engine.store(KEY, first.data());
        first.free();
        engine.store(KEY, Data.of(new byte[500_000])).free();
        assertHolds(second, KEY, data);
        second.free();
    }

    @Test
    public void store_sourceThatFails_passesItOnAndKeepsNothing() throws StorageFullException {
        Data failing = new Failing(new IllegalStateException("the upload broke"));
        for (int i = 0; i < 100; i++) {
            assertThatThrownBy(() -> engine.store(KEY, failing)).isInstanceOf(IllegalStateException.class);
        }
        storeAndCheck(KEY, bytes(1000));
    }

    @Test
    public void store_noMemoryLeft_isRefusedAsFull() throws StorageFullException {
        Data failing = new Failing(new OutOfMemoryError("made by the test"));
        assertThatThrownBy(() -> engine.store(KEY, failing)).isInstanceOf(StorageFullException.class);
        storeAndCheck(KEY, bytes(1000));
    }

    @Test
    public void hasKey_anotherKey_isFalse() throws StorageFullException {
        StoredItem item = engine.store(KEY, Data.of(new byte[] {'x', 'y'}));
        for (String other :
                new String[] {"", "n", "ns|ke", "ns|keyx", "ns|keyxy", "ns|kez", "Ns|key", "xy", "ns|key\0"}) {
            assertThat(item.hasKey(other.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                    .as(other)
                    .isFalse();
        }
        assertThat(item.hasKey(KEY.clone())).isTrue();
        item.free();
    }

    @Test
    public void key_changedByItsReader_staysAsItWas() throws StorageFullException {
        StoredItem item = engine.store(KEY, Data.of(new byte[10]));
        Arrays.fill(item.key(), (byte) 0);
        assertThat(item.key()).isEqualTo(KEY);
        item.free();
    }

    @Test
    public void piece_readTwice_beginsAnew() throws StorageFullException {
        StoredItem item = engine.store(KEY, Data.of(bytes(400_000)));
        Data data = item.data();
        for (int i = 0; i < data.pieces(); i++) {
            ByteBuffer first = data.piece(i);
            int length = first.remaining();
            first.position(first.limit());
            assertThat(data.piece(i).remaining()).isEqualTo(length);
        }
        item.free();
    }

    @Test
    public void copyTo_partByPart_givesTheSameBytes() throws StorageFullException {
        for (int length : new int[] {0, 1, 5000, 300_001}) {
            byte[] data = bytes(length);
            StoredItem item = engine.store(KEY, Data.of(data));
            for (int part : new int[] {1009, 65_536, 1_000_000}) {
                for (ByteBuffer target :
                        new ByteBuffer[] {ByteBuffer.allocate(part), ByteBuffer.allocateDirect(part)}) {
                    for (int at = 0; at < length; at += part) {
                        item.data().copyTo(at, target.clear());
                        int copied = Math.min(part, length - at);
                        assertThat(target.flip()).isEqualTo(ByteBuffer.wrap(data, at, copied));
                    }
                }
            }
            assertThatThrownBy(() -> item.data().copyTo(length + 1, ByteBuffer.allocate(9)))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            item.free();
        }
    }

    @Test
    public void piece_keptAndReadAgain_isTheSame() throws StorageFullException {
        byte[] data = bytes(400_000);
        StoredItem item = engine.store(KEY, Data.of(data));
        ByteBuffer first = item.data().piece(0);
        for (int i = 0; i < 100; i++) {
            StoredItem other = engine.store(KEY, Data.of(bytes(400_000)));
            other.free();
        }
        assertThat(first).isEqualTo(ByteBuffer.wrap(data, 0, first.remaining()));
        item.free();
    }

    @Test
    public void free_overAndOver_givesTheMemoryBack() throws StorageFullException {
        byte[] data = bytes(10 << 20);
        for (int i = 0; i < 100; i++) {
            engine.store(KEY, Data.of(data)).free();
        }
        byte[] small = bytes(100);
        for (int i = 0; i < 300_000; i++) {
            engine.store(KEY, Data.of(small)).free();
        }
        storeAndCheck(KEY, data);
    }

    @Test
    public void allMethods_manyThreads_keepItemsApart() {
        Threads.run(4, thread -> {
            Random mine = new Random(thread);
            StoredItem[] items = new StoredItem[64];
            byte[][] keys = new byte[64][];
            byte[][] values = new byte[64][];
            for (int i = 0; i < 3_000; i++) {
                int at = mine.nextInt(items.length);
                if (items[at] != null) {
                    assertHolds(items[at], keys[at], values[at]);
                    items[at].free();
                }
                keys[at] = new byte[1 + mine.nextInt(50)];
                values[at] = new byte[mine.nextInt(20) == 0 ? mine.nextInt(400_000) : mine.nextInt(500)];
                mine.nextBytes(keys[at]);
                mine.nextBytes(values[at]);
                items[at] = engine.store(keys[at], Data.of(values[at]));
            }
        });
    }

    @Test
    public void data_oneItem_isReadByManyThreads() throws StorageFullException {
        byte[] data = bytes(600_000);
        StoredItem item = engine.store(KEY, Data.of(data));
        Threads.run(4, thread -> {
            for (int i = 0; i < 200; i++) {
                assertHolds(item, KEY, data);
            }
        });
        item.free();
    }

    private void storeAndCheck(byte[] key, byte[] data) throws StorageFullException {
        StoredItem item = engine.store(key, Data.of(data));
        assertHolds(item, key, data);
        item.free();
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static void assertHolds(StoredItem item, byte[] key, byte[] bytes) {
        assertThat(item.hasKey(key)).isTrue();
        assertSame(item.key(), key);
        Data data = item.data();
        assertThat(data.length()).isEqualTo(bytes.length);
        assertThat(data.pieces()).isPositive();
        assertSame(data.toByteArray(), bytes);
        int at = 0;
        for (int i = 0; i < data.pieces(); i++) {
            ByteBuffer piece = data.piece(i);
            int length = piece.remaining();
            assertThat(piece.mismatch(ByteBuffer.wrap(bytes, at, length))).isEqualTo(-1);
            at += length;
        }
        assertThat(at).isEqualTo(bytes.length);
        byte[] shifted = new byte[bytes.length + 5];
        data.copyTo(shifted, 5);
        assertThat(Arrays.mismatch(shifted, 5, shifted.length, bytes, 0, bytes.length))
                .isEqualTo(-1);
    }

    private static void assertSame(byte[] actual, byte[] expected) {
        assertThat(Arrays.mismatch(actual, expected))
                .as("first difference in %d bytes", expected.length)
                .isEqualTo(-1);
    }

    /** A value that can't be read. */
    private static final class Failing implements Data {
        private final Throwable thrown;

        Failing(Throwable thrown) {
            this.thrown = thrown;
        }

        @Override
        public int length() {
            return 300_000;
        }

        @Override
        public int pieces() {
            return 3;
        }

        @Override
        public ByteBuffer piece(int index) {
            if (thrown instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) thrown;
        }
    }
}
