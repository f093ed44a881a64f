package org.cachemanager.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.Random;
import org.assertj.core.data.Percentage;
import org.cachemanager.api.Data;
import org.cachemanager.api.storage.StorageEngine;
import org.cachemanager.api.storage.StorageFullException;
import org.cachemanager.api.storage.StoredItem;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;

/**
 * Whether an engine's footprint is what its items take: many are stored, and the memory that is used then is compared
 * with what the engine said.
 */
public abstract class FootprintContract {

    private static final long ENOUGH_BYTES = 400L << 20;
    private static final int MOST_ITEMS = 2_000_000;

    /**
     * How true what is said must be, as far as can be measured: a collector leaves regions alone of which hardly
     * anything is dead, and a tenth of a megabyte of each may be.
     */
    private static final Percentage TRUE_TO = Percentage.withPercentage(3);

    private final Random random = new Random(7);
    private StorageEngine engine;

    /** Fields and no variables, which the collector may see as dead before the method ends. */
    private StoredItem[] items = {};

    private byte[] source = {};

    /** The engine under test; 500 MB must fit in it, and in the heap. */
    protected abstract StorageEngine newEngine() throws Exception;

    /** The bytes of memory that are in use, after whatever must be collected was: the heap, unless overridden. */
    protected long usedBytes() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            System.gc();
            least = Math.min(
                    least,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least;
    }

    @Before
    public void makeEngine() throws Exception {
        engine = newEngine();
        engine.store(new byte[10], Data.of(new byte[10])).free();
        engine.store(new byte[10], Data.of(new byte[1_000_000])).free();
    }

    /** Lets go of what the next test would else see as used, and then not. */
    @After
    public void letGo() {
        items = new StoredItem[0];
        source = new byte[0];
    }

    @Test
    public void footprint_smallItems_isTrue() throws StorageFullException {
        assertTrueFor(10, 60, 0, 100);
    }

    @Test
    public void footprint_itemsAsPluginsStoreThem_isTrue() throws StorageFullException {
        assertTrueFor(64, 80, 100, 3000);
    }

    @Test
    public void footprint_pages_isTrue() throws StorageFullException {
        assertTrueFor(20, 100, 20_000, 60_000);
    }

    @Test
    public void footprint_largeItems_isTrue() throws StorageFullException {
        assertTrueFor(20, 100, 100_000, 900_000);
    }

    @Test
    public void footprint_hugeItems_isTrue() throws StorageFullException {
        assertTrueFor(20, 20_000, 3_000_000, 10_000_000);
    }

    @Test
    public void footprint_longerKeyOrData_isNoLess() {
        for (int length = 1; length < 3_000_000; length += 1 + length / 50) {
            assertThat(engine.footprint(20, length)).isGreaterThanOrEqualTo(engine.footprint(20, length - 1));
            assertThat(engine.footprint(length, 20)).isGreaterThanOrEqualTo(engine.footprint(length - 1, 20));
            assertThat(engine.footprint(20, length)).isGreaterThan(20L + length);
        }
    }

    @Test
    public void footprint_greatestLengths_doesNotOverflow() {
        assertThat(engine.footprint(20_000, Integer.MAX_VALUE)).isGreaterThan(Integer.MAX_VALUE);
        assertThat(engine.footprint(Integer.MAX_VALUE, Integer.MAX_VALUE)).isGreaterThan(2L * Integer.MAX_VALUE);
    }

    @Test
    public void footprint_askedAgain_saysTheSame() throws StorageFullException {
        long before = engine.footprint(64, 1000);
        for (int i = 0; i < 1000; i++) {
            engine.store(new byte[64], Data.of(new byte[i])).free();
        }
        assertThat(engine.footprint(64, 1000)).isEqualTo(before);
    }

    private void assertTrueFor(int leastKey, int mostKey, int leastData, int mostData) throws StorageFullException {
        source = new byte[mostData];
        items = new StoredItem[MOST_ITEMS];
        long before = usedBytes();
        long said = 0;
        int count = 0;
        while (said < ENOUGH_BYTES && count < MOST_ITEMS) {
            int key = leastKey + random.nextInt(mostKey - leastKey + 1);
            int data = leastData + random.nextInt(mostData - leastData + 1);
            said += engine.footprint(key, data);
            items[count++] = engine.store(new byte[key], Data.of(source, 0, data));
        }
        long used = usedBytes() - before;
        assertThat((double) used)
                .as("bytes in use for %d items, said to be %d", count, said)
                .isCloseTo((double) said, TRUE_TO);
        for (int i = 0; i < count; i++) {
            items[i].free();
        }
    }
}
