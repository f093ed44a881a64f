package org.cachemanager.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.cachemanager.api.Data;
import org.cachemanager.api.Failure;
import org.cachemanager.api.GetReply;
import org.cachemanager.api.Item;
import org.cachemanager.api.Key;
import org.junit.Test;

/** Many threads on few keys in little room, while the parts are swapped under them. */
public class StressTest {

    private static final int THREADS = 4;
    private static final int KEYS = 300;
    private static final int STEPS = 60_000;

    private final TestNode node = new TestNode(60_000);
    private final AtomicIntegerArray makers = new AtomicIntegerArray(KEYS);
    private final AtomicInteger wrong = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();

    /** Makes the item when it is told to; nobody else may be making it then. */
    private final class Plugin implements GetReply {
        private final int id;
        private final Key key;

        Plugin(int id) {
            this.id = id;
            this.key = TestNode.key("k" + id);
        }

        @Override
        public void found(Item item) {
            answered.incrementAndGet();
            if (!new String(item.data().toByteArray(), java.nio.charset.StandardCharsets.UTF_8)
                    .startsWith("data " + id + " ")) {
                wrong.incrementAndGet();
            }
            item.release();
        }

        @Override
        public void locked() {
            answered.incrementAndGet();
            if (makers.incrementAndGet(id) != 1) {
                wrong.incrementAndGet();
            }
            makers.decrementAndGet(id);
            String data = "data " + id + " " + "x".repeat(id);
            node.core.cache().set(key, Data.of(TestNode.bytes(data)), 60, TestNode.reply(new ArrayList<>()));
        }

        @Override
        public void absent() {
            answered.incrementAndGet();
        }

        @Override
        public void failed(Failure failure) {
            wrong.incrementAndGet();
        }
    }

    private boolean work(int seed) {
        Random random = new Random(seed);
        for (int step = 0; step < STEPS; step++) {
            int id = (int) Math.abs(random.nextGaussian() * 60) % KEYS;
            Plugin plugin = new Plugin(id);
            if (random.nextInt(20) == 0) {
                node.core.cache().delete(plugin.key, TestNode.reply(new ArrayList<>()));
            } else {
                node.core.cache().get(plugin.key, Duration.ofSeconds(30), plugin);
            }
        }
        return true;
    }

    private boolean swap(AtomicBoolean done) {
        while (!done.get()) {
            ByteArrays engine = new ByteArrays();
            node.core.seams.storage.add(new Selection.Candidate<>(engine, "swapped", 1, "test"));
            SoonestToExpire policy = new SoonestToExpire();
            node.core.seams.eviction.add(new Selection.Candidate<>(policy, "swapped", 1, "test"));
            node.clock.runDue();
            node.core.seams.removeStorage(engine);
            node.core.seams.eviction.remove(policy);
        }
        return true;
    }

    @Test
    public void manyThreads_whilePartsAreSwapped_agree() throws Exception {
        node.core.configure(TestNode.settings(60_000, "swapped", "swapped"));
        ExecutorService threads = Executors.newFixedThreadPool(THREADS + 1);
        AtomicBoolean done = new AtomicBoolean();
        Future<Boolean> swapper = threads.submit(() -> swap(done));
        List<Callable<Boolean>> work = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int seed = i;
            work.add(() -> work(seed));
        }
        for (Future<Boolean> worker : threads.invokeAll(work)) {
            assertThat(worker.get()).isTrue();
        }
        done.set(true);
        assertThat(swapper.get()).isTrue();
        threads.shutdown();
        node.clock.runDue();

        assertThat(wrong).hasValue(0);
        assertThat(answered).hasValueGreaterThan(THREADS * STEPS / 2);
        assertThat(node.core.room.used()).isEqualTo(node.core.index.bytes()).isLessThanOrEqualTo(60_000 + 1000);
        assertThat(node.core.admin().statistics().evictedItems()).isPositive();
        node.core.admin().flush();
        assertThat(node.core.room.used()).isZero();
        assertThat(node.core.index.items()).isZero();
    }
}
