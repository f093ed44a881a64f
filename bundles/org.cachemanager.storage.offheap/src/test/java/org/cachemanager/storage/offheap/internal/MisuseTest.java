package org.cachemanager.storage.offheap.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.cachemanager.api.Data;
import org.cachemanager.api.storage.StorageFullException;
import org.cachemanager.api.storage.StoredItem;
import org.junit.After;
import org.junit.Test;

/** Whatever the users of an item do wrong is refused, and touches no other item; and what is slow holds nobody up. */
public class MisuseTest {

    private static final byte[] KEY = {'k'};

    private final OffHeapStorage storage = new OffHeapStorage(DirectMemory.ofThisJvm(0), 0);

    @After
    public void nothingIsLeft() {
        assertThat(storage.committed()).isZero();
    }

    private StoredItem store(int length, int value) throws StorageFullException {
        byte[] data = new byte[length];
        Arrays.fill(data, (byte) value);
        return storage.store(KEY, Data.of(data));
    }

    private static void assertHolds(StoredItem item, int value) {
        assertThat(item.data().toByteArray()).containsOnly(value);
    }

    @Test
    public void everything_afterFree_isRefused() throws StorageFullException {
        for (int length : new int[] {100, 100_000}) {
            StoredItem item = store(length, 1);
            Data data = item.data();
            item.free();
            for (ThrowingCallable use : List.<ThrowingCallable>of(
                    item::free,
                    item::key,
                    item::data,
                    () -> item.hasKey(KEY),
                    () -> data.piece(0),
                    () -> data.toByteArray(),
                    () -> data.copyTo(new byte[length], 0),
                    () -> data.copyTo(0, ByteBuffer.allocate(10)))) {
                assertThatThrownBy(use).isInstanceOf(IllegalStateException.class);
            }
        }
    }

    @Test
    public void free_twice_leavesOtherItemsAlone() throws StorageFullException {
        StoredItem item = store(100, 1);
        item.free();
        StoredItem other = store(100, 2);
        assertThatThrownBy(item::free).isInstanceOf(IllegalStateException.class);
        assertHolds(other, 2);
        other.free();
    }

    @Test
    public void piece_keptAfterFree_staysAsItWas() throws StorageFullException {
        StoredItem item = store(50_000, 1);
        ByteBuffer piece = item.data().piece(0);
        item.free();
        StoredItem other = store(50_000, 2);
        assertThat(piece.get(0)).isEqualTo((byte) 1);
        other.free();
    }

    /** A value that says another length than it has. */
    private record Liar(int length, int truth) implements Data {

        @Override
        public int pieces() {
            return 1;
        }

        @Override
        public ByteBuffer piece(int index) {
            return ByteBuffer.allocate(truth);
        }
    }

    @Test
    public void store_dataOfAnotherLengthThanItSays_isRefusedAndOverwritesNothing() throws StorageFullException {
        StoredItem before = store(100, 1);
        StoredItem after = store(100, 2);
        for (Data liar : List.of(
                new Liar(100, 101),
                new Liar(100, 5000),
                new Liar(100, 99),
                new Liar(9000, 9001),
                new Liar(9000, 20_000),
                new Liar(9000, 100))) {
            assertThatThrownBy(() -> storage.store(KEY, liar)).isInstanceOf(IllegalArgumentException.class);
        }
        assertHolds(before, 1);
        assertHolds(after, 2);
        before.free();
        after.free();
    }

    /** A value that does something while it is stored. */
    private record Busy(int length, Runnable during) implements Data {

        @Override
        public int pieces() {
            return 1;
        }

        @Override
        public ByteBuffer piece(int index) {
            during.run();
            byte[] bytes = new byte[length];
            Arrays.fill(bytes, (byte) 7);
            return ByteBuffer.wrap(bytes);
        }
    }

    @Test
    public void store_othersFreedMeanwhile_closesTheirHolesAfterwards() throws StorageFullException {
        for (int length : new int[] {100, 30_000}) {
            List<StoredItem> others = new ArrayList<>();
            for (int i = 0; i < 100_000 / (length / 100); i++) {
                others.add(store(length, 1));
            }
            long[] during = new long[1];
            StoredItem item = storage.store(KEY, new Busy(length, () -> {
                others.forEach(StoredItem::free);
                during[0] = storage.committed();
            }));
            assertThat(during[0]).isGreaterThan(9 << 20);
            assertThat(storage.committed()).isEqualTo(Chunks.BYTES);
            assertHolds(item, 7);
            item.free();
        }
    }

    @Test
    public void store_withinStore_ofTheSameSize_keepsBoth() throws StorageFullException {
        List<StoredItem> inner = new ArrayList<>();
        StoredItem outer = storage.store(KEY, new Busy(200, () -> {
            try {
                StoredItem gone = store(200, 3);
                inner.add(store(200, 4));
                gone.free();
            } catch (StorageFullException e) {
                throw new AssertionError(e);
            }
        }));
        assertHolds(outer, 7);
        assertHolds(inner.get(0), 4);
        outer.free();
        assertHolds(inner.get(0), 4);
        inner.get(0).free();
    }
}
