package org.cachemanager.storage.heap.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.lang.ref.Reference;
import org.cachemanager.api.Data;
import org.cachemanager.api.storage.StoredItem;
import org.junit.Test;

public class HeapFootprintTest {

    private static final byte[] KEY = new byte[72];

    private final HeapStorage engine = new HeapStorage();

    private static long liveBytes() {
        Runtime runtime = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            System.gc();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }

    private void assertTrue(int items, int dataBytes) throws Exception {
        StoredItem[] kept = new StoredItem[items];
        long before = liveBytes();
        try {
            for (int i = 0; i < items; i++) {
                kept[i] = engine.store(KEY, Data.of(new byte[dataBytes]));
            }
            long grown = liveBytes() - before;

            assertThat(engine.footprint(KEY.length, dataBytes) * items).isCloseTo(grown, withinPercentage(2));
        } finally {
            Reference.reachabilityFence(kept);
        }
    }

    @Test
    public void footprint_ofSmallItems_isWhatTheHeapGrowsBy() throws Exception {
        assertTrue(200_000, 100);
    }

    @Test
    public void footprint_ofLargeItems_isWhatTheHeapGrowsBy() throws Exception {
        assertTrue(40, 1_000_003);
    }
}
