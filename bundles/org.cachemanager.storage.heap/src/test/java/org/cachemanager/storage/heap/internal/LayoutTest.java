package org.cachemanager.storage.heap.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.cachemanager.api.Data;
import org.cachemanager.api.storage.StorageFullException;
import org.cachemanager.api.storage.StoredItem;
import org.junit.Test;

public class LayoutTest {

    @Test
    public void layout_ofThisJvm_isAPossibleOne() {
        Layout layout = Measured.layout();
        assertThat(layout.arrayHeader()).isBetween(8, 24);
        assertThat(layout.reference()).isIn(4, 8);
        assertThat(layout.alignment()).isIn(8, 16, 32, 64, 128, 256);
        assertThat(layout.arrayItem()).isBetween(16, 256);
        assertThat(layout.pieceItem()).isGreaterThanOrEqualTo(layout.arrayItem());
        assertThat(Measured.layout()).isEqualTo(layout);
    }

    @Test
    public void sizes_ofArrays_areAligned() {
        assertThat(Layout.USUAL.bytes(0)).isEqualTo(16);
        assertThat(Layout.USUAL.bytes(1)).isEqualTo(24);
        assertThat(Layout.USUAL.bytes(8)).isEqualTo(24);
        assertThat(Layout.USUAL.references(3)).isEqualTo(32);
        Layout compact = new Layout(12, 8, 16, 16, 32);
        assertThat(compact.bytes(4)).isEqualTo(16);
        assertThat(compact.bytes(5)).isEqualTo(32);
        assertThat(compact.references(1)).isEqualTo(32);
    }

    @Test
    public void piece_ofLargeItem_isNeverHumongous() throws StorageFullException {
        HeapStorage storage = new HeapStorage(Layout.USUAL);
        for (int length : new int[] {131_000, 131_056, 131_057, 262_144, 10_000_000}) {
            StoredItem item = storage.store(new byte[1], Data.of(new byte[length]));
            for (int i = 0; i < item.data().pieces(); i++) {
                assertThat(Layout.USUAL.bytes(item.data().piece(i).array().length))
                        .isLessThanOrEqualTo(HeapStorage.ARRAY_BYTES);
            }
            item.free();
        }
        assertThat(Layout.USUAL.bytes(131_056)).isEqualTo(HeapStorage.ARRAY_BYTES);
    }
}
