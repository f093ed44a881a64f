package org.cachemanager.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.cachemanager.api.Data;
import org.cachemanager.api.eviction.Entry;
import org.cachemanager.api.eviction.EvictionPolicy;
import org.cachemanager.core.internal.IndexEntry.Bytes;
import org.jspecify.annotations.Nullable;
import org.junit.After;
import org.junit.Test;

/** Policies that don't come back when they are called under their lock, in real time. */
public class StalledPolicyTest {

    private static final int ITEMS = 100;

    private final Index index = new Index();
    private final Room room = new Room(() -> {});
    private final List<String> broke = new CopyOnWriteArrayList<>();
    private final Eviction eviction = new Eviction(
            index, (policy, thrown) -> broke.add(policy.getClass().getSimpleName() + ": " + thrown.getMessage()), 2);
    private final CountDownLatch stalled = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    /** Waits, or loops over entries, when it is asked for a victim; and when it hands over, if it is told to. */
    private final class Stalling extends SeamsTest.Fifo {
        private final boolean loops;
        private volatile boolean stallsInDrain;
        private volatile boolean stalls = true;

        Stalling(boolean loops) {
            this.loops = loops;
        }

        private void stall() {
            if (!stalls) {
                return;
            }
            stalled.countDown();
            if (!loops) {
                awaitReleased();
            }
            long steps = 0;
            while (loops && stalls) {
                steps += Objects.requireNonNull(queue.coldest()).word();
            }
            assertThat(steps).isZero();
        }

        @Override
        public @Nullable Entry victim() {
            stall();
            return super.victim();
        }

        @Override
        public void drain(Consumer<Entry> next) {
            if (stallsInDrain) {
                stall();
            }
            super.drain(next);
        }
    }

    private void awaitReleased() {
        try {
            released.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @After
    public void release() {
        released.countDown();
    }

    private IndexEntry put(int number) {
        ByteArrays engine = new ByteArrays();
        byte[] key = {(byte) number};
        Bytes bytes = new Bytes(engine, engine.store(key, Data.of(new byte[10])), 100);
        IndexEntry entry =
                new IndexEntry(bytes, room, new IndexEntry.Head(number * 0x9E3779B97F4A7C15L, 1_000_000L + number, 0));
        Stripe stripe = index.stripe(entry.hash());
        long stamp = stripe.lock();
        try {
            index.put(stripe, entry, null);
        } finally {
            stripe.unlock(stamp);
        }
        eviction.added(entry);
        return entry;
    }

    private void fill() {
        for (int i = 0; i < ITEMS; i++) {
            put(i);
        }
    }

    private List<IndexEntry> evictAll() {
        List<IndexEntry> victims = new ArrayList<>();
        for (IndexEntry victim = eviction.victim(e -> false); victim != null; victim = eviction.victim(e -> false)) {
            victims.add(victim);
        }
        return victims;
    }

    private Thread inBackground(Runnable task) throws InterruptedException {
        Thread thread = new Thread(task);
        thread.start();
        stalled.await();
        return thread;
    }

    @Test
    public void loopOverEntries_isBroken_andItsCallAnsweredByTheNext() throws Exception {
        assertThat(eviction.use(new Stalling(true))).isTrue();
        fill();
        List<IndexEntry> victims = new CopyOnWriteArrayList<>();
        Thread looping = inBackground(() -> victims.add(eviction.victim(e -> false)));
        put(ITEMS);
        looping.join();

        assertThat(victims).hasSize(1).doesNotContainNull();
        assertThat(broke).singleElement().asString().startsWith("Stalling: The eviction policy has taken too long");
        assertThat(eviction.inForce()).isInstanceOf(SoonestToExpire.class);
        victims.addAll(evictAll());
        assertThat(victims).doesNotHaveDuplicates().hasSize(ITEMS + 1);
    }

    @Test
    public void wait_isGivenUp_withItsLock_andItsCallAnsweredWhenItComesBack() throws Exception {
        assertThat(eviction.use(new Stalling(false))).isTrue();
        fill();
        List<IndexEntry> victims = new CopyOnWriteArrayList<>();
        Thread waiting = inBackground(() -> victims.add(eviction.victim(e -> false)));
        put(ITEMS);

        assertThat(eviction.inForce()).isInstanceOf(SoonestToExpire.class);
        assertThat(broke).singleElement().asString().startsWith("Stalling: It did not come back");
        List<IndexEntry> others = new ArrayList<>();
        for (int i = 0; i < ITEMS / 2; i++) {
            others.add(eviction.victim(e -> false));
        }
        released.countDown();
        waiting.join();
        victims.addAll(others);
        victims.addAll(evictAll());
        assertThat(victims).doesNotHaveDuplicates().doesNotContainNull().hasSize(ITEMS + 1);
        assertThat(broke).hasSize(1);
    }

    @Test
    public void handingOver_thatStalls_isGivenUp_andTheNextHasEveryEntry() throws Exception {
        Stalling stalling = new Stalling(false);
        stalling.stallsInDrain = true;
        assertThat(eviction.use(stalling)).isTrue();
        fill();
        EvictionPolicy next = new SeamsTest.Fifo();
        Thread swapping = inBackground(() -> eviction.use(next));
        put(ITEMS);
        released.countDown();
        swapping.join();

        assertThat(eviction.inForce()).isSameAs(next);
        assertThat(evictAll()).doesNotHaveDuplicates().hasSize(ITEMS + 1);
    }

    @Test
    public void manyWaiters_getOn() throws Exception {
        assertThat(eviction.use(new Stalling(false))).isTrue();
        fill();
        Thread waiting = inBackground(() -> eviction.victim(e -> false));
        List<Thread> others = new ArrayList<>();
        List<IndexEntry> victims = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 8; i++) {
            Thread other = new Thread(() -> victims.add(eviction.victim(e -> false)));
            others.add(other);
            other.start();
        }
        for (Thread other : others) {
            other.join();
        }
        assertThat(victims).doesNotHaveDuplicates().doesNotContainNull().hasSize(8);
        assertThat(waiting.isAlive()).isTrue();
        released.countDown();
        waiting.join();
        assertThat(broke).hasSize(1);
    }
}
