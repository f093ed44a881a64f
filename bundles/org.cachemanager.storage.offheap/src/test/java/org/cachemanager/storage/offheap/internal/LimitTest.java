package org.cachemanager.storage.offheap.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.annotation.Annotation;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.cachemanager.api.Data;
import org.cachemanager.api.storage.StorageFullException;
import org.cachemanager.api.storage.StoredItem;
import org.junit.Test;

public class LimitTest {

    private static final long MB = 1 << 20;
    private static final byte[] KEY = {'k'};

    private final AtomicLong others = new AtomicLong();
    private OffHeapStorage storage = limited(0);

    private OffHeapStorage limited(int spare) {
        OffHeapStorage[] made = new OffHeapStorage[1];
        made[0] = new OffHeapStorage(
                new DirectMemory(() -> others.get() + (made[0] == null ? 0 : made[0].committed()), 20 * MB, 4 * MB),
                spare);
        return made[0];
    }

    private List<StoredItem> fill(int length) {
        List<StoredItem> items = new ArrayList<>();
        assertThatThrownBy(() -> {
                    while (true) {
                        items.add(storage.store(KEY, Data.of(new byte[length])));
                    }
                })
                .isInstanceOf(StorageFullException.class)
                .hasMessageContaining("allows 20 MB outside the heap, 4 MB of which are left to others")
                .hasMessageContaining("-XX:MaxDirectMemorySize");
        return items;
    }

    @Test
    public void store_beyondTheJvmsLimit_isRefusedAndKeepsNothing() {
        for (int length : new int[] {100, 3000, 1_000_000}) {
            List<StoredItem> items = fill(length);
            assertThat(storage.committed()).isEqualTo(16 * MB);
            assertThat(items.get(0).data().length()).isEqualTo(length);
            items.forEach(StoredItem::free);
            assertThat(storage.committed()).isZero();
        }
    }

    @Test
    public void store_whenOthersHaveTakenIt_isRefusedUntilTheyGiveItBack() throws StorageFullException {
        others.set(16 * MB);
        assertThatThrownBy(() -> storage.store(KEY, Data.of(KEY))).isInstanceOf(StorageFullException.class);
        others.set(15 * MB);
        storage.store(KEY, Data.of(KEY)).free();
        assertThat(storage.committed()).isZero();
    }

    @Test
    public void store_afterOneWasFreed_succeedsAgain() throws StorageFullException {
        List<StoredItem> items = fill(3000);
        items.remove(17).free();
        items.add(storage.store(KEY, Data.of(new byte[3000])));
        items.forEach(StoredItem::free);
        assertThat(storage.committed()).isZero();
    }

    /** The parameters of the engine, as somebody configured them. */
    private record Configured(int spare, int reserve) implements OffHeapStorage.Configuration {

        @Override
        public int spare_mb() {
            return spare;
        }

        @Override
        public int reserve_mb() {
            return reserve;
        }

        @Override
        public Class<? extends Annotation> annotationType() {
            return OffHeapStorage.Configuration.class;
        }
    }

    @Test
    public void modified_spare_keepsSoMuch() throws StorageFullException {
        storage = new OffHeapStorage(new Configured(3, 0));
        storage.store(KEY, Data.of(new byte[5 << 20])).free();
        assertThat(storage.committed()).isEqualTo(3 * MB);
        storage.modified(new Configured(1, 0));
        assertThat(storage.committed()).isEqualTo(MB);
        storage.deactivate();
        assertThat(storage.committed()).isZero();
    }

    @Test
    public void modified_reserve_isLeftToOthers() {
        storage = new OffHeapStorage(new Configured(0, 0));
        storage.modified(new Configured(0, 1_000_000));
        assertThatThrownBy(() -> storage.store(KEY, Data.of(KEY)))
                .isInstanceOf(StorageFullException.class)
                .hasMessageContaining("1000000 MB of which are left to others");
    }

    @Test
    public void parameters_outOfRange_areRefused() {
        for (Configured wrong : List.of(new Configured(-1, 0), new Configured(1025, 0), new Configured(1, -1))) {
            assertThatThrownBy(() -> new OffHeapStorage(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("must");
        }
    }
}
