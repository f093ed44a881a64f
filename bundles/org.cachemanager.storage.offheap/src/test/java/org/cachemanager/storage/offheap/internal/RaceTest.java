package org.cachemanager.storage.offheap.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.cachemanager.api.Data;
import org.cachemanager.api.storage.StoredItem;
import org.jspecify.annotations.Nullable;
import org.junit.Test;

/**
 * Threads store, read and free one another's items at random, so that items move while they are read, and are freed
 * while they are read: what is read is right, or refused.
 */
public class RaceTest {

    private static final int THREADS = 6;
    private static final int STEPS = 60_000;
    private static final int PLACES = 400;
    private static final long SEED = Long.getLong("offheap.seed", 1);

    private final OffHeapStorage storage = new OffHeapStorage(DirectMemory.ofThisJvm(0), 0);

    /** An item, and from what number it was made. */
    private record Made(StoredItem item, int number, AtomicBoolean freed) {}

    private final AtomicReferenceArray<Made> places = new AtomicReferenceArray<>(PLACES);
    private final LongAdder read = new LongAdder();
    private final LongAdder refused = new LongAdder();

    private Made make(int number) throws Exception {
        Random made = new Random(number);
        byte[] key = new byte[1 + made.nextInt(60)];
        int length = made.nextInt(8) == 0 ? made.nextInt(60_000) : made.nextInt(600);
        byte[] data = new byte[length];
        made.nextBytes(key);
        made.nextBytes(data);
        return new Made(storage.store(key, Data.of(data)), number, new AtomicBoolean());
    }

    private void readAndCheck(Made made) {
        Random expected = new Random(made.number);
        byte[] key = new byte[1 + expected.nextInt(60)];
        int length = expected.nextInt(8) == 0 ? expected.nextInt(60_000) : expected.nextInt(600);
        byte[] data = new byte[length];
        expected.nextBytes(key);
        expected.nextBytes(data);
        byte[] copy = new byte[length];
        Boolean same = attempt(() -> {
            boolean has = made.item.hasKey(key);
            made.item.data().copyTo(0, ByteBuffer.wrap(copy));
            return has;
        });
        if (same == null) {
            assertThat(made.freed).as("refused, so it had been freed").isTrue();
            refused.increment();
        } else {
            assertThat(same).isTrue();
            assertThat(Arrays.mismatch(copy, data)).isEqualTo(-1);
            read.increment();
        }
    }

    private static void free(Made made) {
        boolean first = made.freed.compareAndSet(false, true);
        Boolean freed = attempt(() -> {
            made.item.free();
            return true;
        });
        assertThat(freed != null).as("freed, if for the first time").isEqualTo(first);
    }

    /** What an action gives, or null when it is refused. */
    private static @Nullable Boolean attempt(Supplier<Boolean> action) {
        try {
            return action.get();
        } catch (IllegalStateException e) {
            return null;
        }
    }

    @Test
    public void allMethods_manyThreads_readWhatWasStoredOrAreRefused() throws Exception {
        Crew.run(THREADS, thread -> {
            Random random = new Random(SEED * 31 + thread);
            for (int i = 0; i < STEPS; i++) {
                int place = random.nextInt(PLACES);
                Made made = places.get(place);
                if (made == null || random.nextInt(3) == 0) {
                    Made before = places.getAndSet(place, make(random.nextInt()));
                    if (before != null) {
                        free(before);
                    }
                } else {
                    readAndCheck(made);
                }
            }
        });
        assertThat(read.sum()).isGreaterThan(STEPS);
        for (int i = 0; i < PLACES; i++) {
            Made left = places.get(i);
            readAndCheck(left);
            free(left);
        }
        assertThat(storage.committed()).as("nothing is kept for nobody").isZero();
    }
}
