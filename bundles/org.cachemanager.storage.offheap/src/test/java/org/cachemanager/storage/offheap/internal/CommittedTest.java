package org.cachemanager.storage.offheap.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import org.cachemanager.api.Data;
import org.cachemanager.api.storage.StorageFullException;
import org.cachemanager.api.storage.StoredItem;
import org.junit.After;
import org.junit.Test;

/** What is taken from outside the heap is what the items are said to take and a constant, whatever came and went. */
public class CommittedTest {

    /** A page of each class that is not full, a chunk that is not, and the spare one. */
    private static final long BOUND_BYTES = (long) SizeClasses.all().length * Page.BYTES + 2 * Chunks.BYTES;

    private final OffHeapStorage storage = new OffHeapStorage(DirectMemory.ofThisJvm(0), 1);
    private final byte[] source = new byte[10 << 20];
    private final Random random = new Random(11);
    private final List<StoredItem> items = new ArrayList<>();
    private long said;

    @After
    public void free() {
        while (!items.isEmpty()) {
            freeOne(items.size() - 1);
        }
        assertThat(said).isZero();
        assertThat(storage.committed()).isLessThanOrEqualTo(Chunks.BYTES);
        storage.deactivate();
        assertThat(storage.committed()).isZero();
    }

    private void store(int dataBytes) throws StorageFullException {
        byte[] key = new byte[1 + random.nextInt(100)];
        items.add(storage.store(key, Data.of(source, 0, dataBytes)));
        said += storage.footprint(key.length, dataBytes);
    }

    private void freeOne(int index) {
        Collections.swap(items, index, items.size() - 1);
        StoredItem item = items.remove(items.size() - 1);
        said -= storage.footprint(item.key().length, item.data().length());
        item.free();
    }

    private void check() {
        assertThat(storage.committed()).isLessThanOrEqualTo(said + BOUND_BYTES);
    }

    /** Up to a limit, at random places, then down to a tenth, of other sizes each time. */
    private void waves(long most, IntUnaryOperator sizeInWave) throws StorageFullException {
        for (int wave = 0; wave < 6; wave++) {
            while (said < most) {
                store(sizeInWave.applyAsInt(wave));
                if (random.nextInt(3) == 0) {
                    freeOne(random.nextInt(items.size()));
                }
                check();
            }
            while (said > most / 10) {
                freeOne(random.nextInt(items.size()));
                check();
            }
        }
    }

    @Test
    public void committed_smallItemsOfChangingSizes_isBounded() throws StorageFullException {
        waves(32 << 20, wave -> 1 + random.nextInt(40 << wave));
    }

    @Test
    public void committed_anyMixOfSizes_isBounded() throws StorageFullException {
        waves(128 << 20, wave -> 1 + random.nextInt(1 + (10 << 20 >> random.nextInt(23))));
    }

    @Test
    public void committed_allButEveryThousandthGo_isBounded() throws StorageFullException {
        for (int i = 0; i < 300_000; i++) {
            store(100);
        }
        check();
        for (int i = items.size() - 1; i >= 0; i--) {
            if (i % 1000 != 0) {
                freeOne(i);
            }
        }
        check();
        assertThat(storage.committed()).isLessThan(3 << 20);
    }

    @Test
    public void bound_isWhatTheReadmeSays() {
        assertThat(BOUND_BYTES).isLessThanOrEqualTo((long) (3.5 * (1 << 20)));
    }
}
