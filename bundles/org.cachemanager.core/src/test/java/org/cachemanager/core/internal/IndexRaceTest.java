package org.cachemanager.core.internal;

import java.util.concurrent.atomic.AtomicBoolean;
import org.cachemanager.api.Data;
import org.cachemanager.api.Key;
import org.cachemanager.api.storage.StoredItem;
import org.jetbrains.kotlinx.lincheck.LinChecker;
import org.jetbrains.kotlinx.lincheck.annotations.Operation;
import org.jetbrains.kotlinx.lincheck.annotations.Param;
import org.jetbrains.kotlinx.lincheck.paramgen.IntGen;
import org.jetbrains.kotlinx.lincheck.strategy.stress.StressOptions;
import org.junit.Test;

/** The index under three threads is linearizable, and nobody reads bytes that are freed. */
@Param(name = "key", gen = IntGen.class, conf = "1:3")
@Param(name = "value", gen = IntGen.class, conf = "1:9")
public class IndexRaceTest {

    private static final ByteArrays ENGINE = new ByteArrays();

    private final Index index = new Index();
    private final Room room = new Room(() -> {});

    /** An index whose first stripe grows with the next entry. */
    public IndexRaceTest() {
        for (int key = 10; key < 26; key++) {
            put(key, 0);
        }
    }

    /** A value as bytes; wrong once they are freed. */
    private static final class Freeable implements StoredItem {
        private final byte[] key;
        private final int value;
        private final AtomicBoolean freed = new AtomicBoolean();

        Freeable(byte[] key, int value) {
            this.key = key;
            this.value = value;
        }

        @Override
        public boolean hasKey(byte[] other) {
            return other[0] == key[0];
        }

        @Override
        public byte[] key() {
            return key.clone();
        }

        @Override
        public Data data() {
            return Data.of(key);
        }

        @Override
        public void free() {
            freed.set(true);
        }

        int read() {
            return freed.get() ? -1 : value;
        }
    }

    private static int read(IndexEntry entry) {
        return entry.stored instanceof Freeable stored ? stored.read() : -2;
    }

    /** Reads as the cache does; 0 when there is none. */
    @Operation
    public int find(@Param(name = "key") int key) {
        IndexEntry entry = index.find(key, Key.ofBytes(new byte[] {(byte) key}));
        if (entry == null) {
            return 0;
        }
        try {
            return read(entry);
        } finally {
            entry.release();
        }
    }

    /** Puts a value in; returns the old one. */
    @Operation
    public final int put(@Param(name = "key") int key, @Param(name = "value") int value) {
        byte[] bytes = {(byte) key};
        IndexEntry fresh = new IndexEntry(
                new IndexEntry.Bytes(ENGINE, new Freeable(bytes, value), 1), room, new IndexEntry.Head(key, 0, 0));
        Stripe stripe = index.stripe(key);
        IndexEntry old;
        long stamp = stripe.lock();
        try {
            old = stripe.get(key, bytes);
            index.put(stripe, fresh, old);
        } finally {
            stripe.unlock(stamp);
        }
        return old == null ? 0 : letGo(old);
    }

    @Operation
    public int remove(@Param(name = "key") int key) {
        Stripe stripe = index.stripe(key);
        IndexEntry old;
        long stamp = stripe.lock();
        try {
            old = stripe.get(key, new byte[] {(byte) key});
            if (old != null) {
                index.take(stripe, old);
            }
        } finally {
            stripe.unlock(stamp);
        }
        return old == null ? 0 : letGo(old);
    }

    private static int letGo(IndexEntry old) {
        int value = read(old);
        old.release();
        return value;
    }

    @Test
    public void index_underThreads_isLinearizable() {
        LinChecker.check(
                IndexRaceTest.class,
                new StressOptions()
                        .iterations(Integer.getInteger("cachemanager.races", 4))
                        .invocationsPerIteration(1000)
                        .threads(3)
                        .actorsPerThread(4));
    }
}
