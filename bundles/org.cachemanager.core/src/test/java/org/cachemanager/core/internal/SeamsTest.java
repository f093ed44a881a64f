package org.cachemanager.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.cachemanager.api.Data;
import org.cachemanager.api.admin.Implementation;
import org.cachemanager.api.admin.Seam;
import org.cachemanager.api.eviction.Entry;
import org.cachemanager.api.eviction.EntryQueue;
import org.cachemanager.api.eviction.EvictionPolicy;
import org.cachemanager.api.storage.StorageEngine;
import org.cachemanager.api.storage.StorageFullException;
import org.cachemanager.api.storage.StoredItem;
import org.cachemanager.core.internal.Selection.Candidate;
import org.cachemanager.core.internal.TestNode.Outcome;
import org.jspecify.annotations.Nullable;
import org.junit.Test;

public class SeamsTest {

    /** First in, first out; throws from every method when it is told to. */
    static class Fifo implements EvictionPolicy {
        final EntryQueue queue = new EntryQueue();
        boolean broken;

        private void check() {
            if (broken) {
                throw new IllegalStateException("a policy's fault");
            }
        }

        @Override
        public void limit(long maxBytes) {
            check();
        }

        @Override
        public boolean touch(Entry entry) {
            check();
            return true;
        }

        @Override
        public void hit(Entry entry) {
            check();
        }

        @Override
        public void add(Entry entry) {
            check();
            queue.addWarmest(entry);
        }

        @Override
        public void replace(Entry old, Entry fresh) {
            check();
            queue.replace(old, fresh);
        }

        @Override
        public void remove(Entry entry) {
            check();
            queue.remove(entry);
        }

        @Override
        public @Nullable Entry victim() {
            check();
            return queue.pollColdest();
        }

        @Override
        public void drain(Consumer<Entry> next) {
            check();
            for (Entry entry = queue.pollColdest(); entry != null; entry = queue.pollColdest()) {
                next.accept(entry);
            }
        }
    }

    /** Counts what it keeps, and refuses it when it is told to. */
    static class CountingEngine implements StorageEngine {
        private final ByteArrays bytes = new ByteArrays();
        final Set<StoredItem> kept = new HashSet<>();
        boolean full;
        int most = Integer.MAX_VALUE;

        @Override
        public long footprint(int keyBytes, int dataBytes) {
            return bytes.footprint(keyBytes, dataBytes) + 8;
        }

        @Override
        public StoredItem store(byte[] key, Data data) throws StorageFullException {
            if (full || kept.size() >= most) {
                throw new StorageFullException("full");
            }
            StoredItem inner = bytes.store(key, data);
            StoredItem item = new StoredItem() {
                @Override
                public boolean hasKey(byte[] other) {
                    return inner.hasKey(other);
                }

                @Override
                public byte[] key() {
                    return inner.key();
                }

                @Override
                public Data data() {
                    assertThat(kept).contains(this);
                    return inner.data();
                }

                @Override
                public void free() {
                    assertThat(kept.remove(this)).isTrue();
                }
            };
            kept.add(item);
            return item;
        }
    }

    private final TestNode node = new TestNode(1 << 20);
    private final Fifo fifo = new Fifo();
    private final CountingEngine engine = new CountingEngine();

    private void fill(int items) {
        for (int i = 0; i < items; i++) {
            node.set("k" + i, "v" + i, 600);
        }
    }

    private void assertAllThere(int items) {
        for (int i = 0; i < items; i++) {
            assertThat(node.look("k" + i)).containsExactly("found v" + i);
        }
    }

    private static <T> Candidate<T> candidate(T service, String name, int ranking) {
        return new Candidate<>(service, name, ranking, "test 1.0.0");
    }

    private List<String> inForce() {
        return node.core.seams.implementations().stream()
                .filter(Implementation::inForce)
                .map(i -> i.seam().label() + " " + i.name())
                .toList();
    }

    @Test
    public void storage_thatArrives_takesEveryItemOver() {
        fill(500);
        node.core.configure(settings("counting", "builtin"));
        node.core.seams.storage.add(candidate(engine, "counting", 1));
        node.clock.runDue();

        assertThat(engine.kept).hasSize(500);
        assertThat(inForce()).contains("storage counting");
        assertAllThere(500);
        assertThat(node.core.room.used()).isEqualTo(node.core.index.bytes());
    }

    @Test
    public void storage_thatLeaves_handsItsItemsBackBeforeItIsGone() {
        node.core.configure(settings("counting", "builtin"));
        node.core.seams.storage.add(candidate(engine, "counting", 1));
        fill(500);
        node.core.seams.removeStorage(engine);

        assertThat(engine.kept).isEmpty();
        assertThat(inForce()).contains("storage builtin");
        assertAllThere(500);
    }

    @Test
    public void close_givesAllBack_andLeavesThePartsAsTheyAre() {
        node.core.configure(settings("counting", "fifo"));
        node.core.seams.storage.add(candidate(engine, "counting", 1));
        node.core.seams.eviction.add(candidate(fifo, "fifo", 1));
        fill(10);
        node.core.close();
        node.core.seams.removeStorage(engine);
        node.core.seams.eviction.remove(fifo);

        assertThat(engine.kept).as("given back, and not moved").isEmpty();
        assertThat(fifo.queue.size()).isEqualTo(10);
        assertThat(node.core.room.used()).isZero();
    }

    @Test
    public void storage_thatIsFull_leavesItemsWhereTheyAre() {
        fill(100);
        engine.full = true;
        node.core.configure(settings("counting", "builtin"));
        node.core.seams.storage.add(candidate(engine, "counting", 1));
        node.clock.runDue();

        assertAllThere(100);
        assertThat(node.set("new", "v", 60)).isEqualTo("failed NO_ROOM");
        assertAllThere(100);
        assertThat(node.core.room.used()).isEqualTo(node.core.index.bytes());
    }

    @Test
    public void storage_withLessMemoryThanTheLimit_evictsAndServes() {
        node.core.configure(settings("counting", "fifo"));
        node.core.seams.eviction.add(candidate(fifo, "fifo", 1));
        node.core.seams.storage.add(candidate(engine, "counting", 1));
        node.clock.runDue();
        engine.most = 1000;
        fill(1500);

        assertThat(engine.kept).hasSizeBetween(100, 1000);
        assertThat(node.look("k1499")).containsExactly("found v1499");
        assertThat(node.look("k0")).containsExactly("absent");
        engine.full = true;
        assertThat(node.set("new", "v", 60)).isEqualTo("failed NO_ROOM");
        assertThat(node.core.room.used()).isEqualTo(node.core.index.bytes());
    }

    @Test
    public void storage_movesAnItemThatIsBeingRead_andFreesTheOldBytesLast() {
        node.core.configure(settings("counting", "builtin"));
        node.core.seams.storage.add(candidate(engine, "counting", 1));
        fill(1);
        Outcome reader = new Outcome();
        reader.keep = true;
        node.core.cache().get(TestNode.key("k0"), java.time.Duration.ZERO, reader);
        node.core.seams.removeStorage(engine);

        assertThat(engine.kept).hasSize(1);
        assertThat(reader.held().data().length()).isEqualTo(2);
        reader.held().release();
        assertThat(engine.kept).isEmpty();
        assertAllThere(1);
    }

    @Test
    public void moved_itemsKeepTheirExpiry() {
        node.set("k0", "v0", 10);
        node.pass(5);
        node.core.configure(settings("counting", "builtin"));
        node.core.seams.storage.add(candidate(engine, "counting", 1));
        node.pass(4.9);
        assertAllThere(1);
        node.pass(0.1);
        assertThat(node.look("k0")).containsExactly("absent");
        node.pass(1);
        assertThat(engine.kept).isEmpty();
    }

    @Test
    public void eviction_swap_keepsEveryEntry_coldestFirst() {
        node.core.configure(settings("builtin", "fifo"));
        node.core.seams.eviction.add(candidate(fifo, "fifo", 1));
        fill(300);
        Fifo second = new Fifo();
        node.core.seams.eviction.add(candidate(second, "second", 5));
        CompletableFuture<Implementation> done =
                node.core.admin().use(Seam.EVICTION, "second").toCompletableFuture();
        node.clock.runDue();

        assertThat(done).isCompletedWithValueMatching(Implementation::inForce);
        assertThat(fifo.queue.size()).isZero();
        assertThat(second.queue.size()).isEqualTo(300);
        assertAllThere(300);
        Entry coldest = second.queue.coldest();
        node.delete("k0");
        assertThat(second.queue.coldest()).isNotSameAs(coldest);
    }

    @Test
    public void eviction_thatThrows_isPutOutOfForceAndNothingIsLost() {
        node.core.configure(settings("builtin", "fifo"));
        node.core.seams.eviction.add(candidate(fifo, "fifo", 1));
        fill(300);
        fifo.broken = true;
        assertAllThere(300);
        assertThat(node.set("more", "v", 60)).isEqualTo("1");
        node.clock.runDue();

        assertThat(inForce()).contains("eviction builtin");
        assertThat(node.core.seams.implementations())
                .anySatisfy(i -> assertThat(i.note()).contains("out of force"));
        assertAllThere(300);
        for (int i = 0; i < 10_000; i++) {
            assertThat(node.set("n" + i, "v".repeat(200), 60)).isEqualTo("200");
        }
        assertThat(node.core.room.used()).isLessThanOrEqualTo(1 << 20);
    }

    @Test
    public void eviction_thatThrowsWhenItTakesOver_neverComesIntoForce() {
        fill(50);
        fifo.broken = true;
        node.core.seams.eviction.add(candidate(fifo, "fifo", 1));

        assertThat(inForce()).contains("eviction builtin");
        assertAllThere(50);
    }

    @Test
    public void named_implementationThatIsMissing_isReplacedByTheHighestRanking_untilItArrives() {
        node.core.configure(settings("builtin", "named"));
        node.core.seams.eviction.add(candidate(new Fifo(), "low", 1));
        node.core.seams.eviction.add(candidate(new Fifo(), "high", 2));
        assertThat(inForce()).contains("eviction high");
        assertThat(node.core.cache().status().seams())
                .anySatisfy(s -> assertThat(s.configured() + ">" + s.name()).isEqualTo("named>high"));

        node.core.seams.eviction.add(candidate(new Fifo(), "named", 0));
        assertThat(inForce()).contains("eviction named");
    }

    @Test
    public void use_endsWhenTheConfigurationOfThatSeamChanges() {
        node.core.configure(settings("builtin", "fifo"));
        node.core.seams.eviction.add(candidate(fifo, "fifo", 1));
        List<Implementation> done = new ArrayList<>();
        node.core.admin().use(Seam.EVICTION, "builtin").thenAccept(done::add);
        node.clock.runDue();
        assertThat(done).hasSize(1);
        node.core.configure(settings("counting", "fifo"));
        assertThat(inForce()).contains("eviction builtin");

        node.core.configure(settings("counting", "other"));
        assertThat(inForce()).contains("eviction fifo");
    }

    private static CoreSettings settings(String storage, String eviction) {
        return TestNode.settings(1 << 20, storage, eviction);
    }

    @Test
    public void storage_moves_inSteps() {
        fill(3000);
        node.core.configure(settings("counting", "builtin"));
        node.core.seams.storage.add(candidate(engine, "counting", 1));
        List<Integer> moved = new ArrayList<>();
        Runnable probe = new Runnable() {
            @Override
            public void run() {
                moved.add(engine.kept.size() - moved.stream().mapToInt(i -> i).sum());
                if (engine.kept.size() < 3000) {
                    node.clock.schedule(java.time.Duration.ZERO, this);
                }
            }
        };
        probe.run();
        node.clock.runDue();

        assertThat(moved).hasSizeGreaterThan(3000 / 256).allMatch(n -> n < 300);
        assertAllThere(3000);
    }

    @Test
    public void use_thatIsSuperseded_isCancelled() {
        CompletableFuture<Implementation> first =
                node.core.admin().use(Seam.EVICTION, "none").toCompletableFuture();
        CompletableFuture<Implementation> same =
                node.core.admin().use(Seam.EVICTION, "none").toCompletableFuture();
        node.clock.runDue();
        assertThat(first).isNotDone();
        CompletableFuture<Implementation> second =
                node.core.admin().use(Seam.EVICTION, "fifo").toCompletableFuture();
        node.clock.runDue();
        assertThat(first).isCompletedExceptionally();
        assertThat(same).isCompletedExceptionally();

        node.core.seams.eviction.add(candidate(fifo, "fifo", 1));
        node.clock.runDue();
        assertThat(second).isCompletedWithValueMatching(Implementation::inForce);
        CompletableFuture<Implementation> last =
                node.core.admin().use(Seam.EVICTION, "none").toCompletableFuture();
        node.core.close();
        node.clock.runDue();
        assertThat(last).isCompletedExceptionally();
    }
}
