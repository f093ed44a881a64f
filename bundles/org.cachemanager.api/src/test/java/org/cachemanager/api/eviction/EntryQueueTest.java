package org.cachemanager.api.eviction;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.After;
import org.junit.Test;

public class EntryQueueTest {

    private final EntryQueue queue = new EntryQueue();

    /** What must be in the queue, from the coldest on. */
    private final List<Header> model = new ArrayList<>();

    /** An entry that is links and a weight. */
    private static final class Header implements Entry {
        private final long weight;
        private @Nullable Entry colder;
        private @Nullable Entry warmer;

        Header(long weight) {
            this.weight = weight;
        }

        boolean isClear() {
            return colder == null && warmer == null;
        }

        @Override
        public long hash() {
            return 0;
        }

        @Override
        public long weight() {
            return weight;
        }

        @Override
        public long expiryMillis() {
            return 0;
        }

        @Override
        public int mark() {
            return 0;
        }

        @Override
        public void mark(int mark) {
            throw new AssertionError("a queue has no use for the mark");
        }

        @Override
        public long word() {
            return 0;
        }

        @Override
        public void word(long word) {
            throw new AssertionError("the word is the policy's");
        }

        @Override
        public @Nullable Entry colder() {
            return colder;
        }

        @Override
        public void colder(@Nullable Entry entry) {
            colder = entry;
        }

        @Override
        public @Nullable Entry warmer() {
            return warmer;
        }

        @Override
        public void warmer(@Nullable Entry entry) {
            warmer = entry;
        }
    }

    @After
    public void queueIsLikeTheModel() {
        List<Entry> fromTheColdest = new ArrayList<>();
        for (Entry entry = queue.coldest(); entry != null; entry = entry.warmer()) {
            fromTheColdest.add(entry);
        }
        List<Entry> fromTheWarmest = new ArrayList<>();
        for (Entry entry = queue.warmest(); entry != null; entry = entry.colder()) {
            fromTheWarmest.add(0, entry);
        }
        assertThat(fromTheColdest).isEqualTo(model).isEqualTo(fromTheWarmest);
        assertThat(queue.size()).isEqualTo(model.size());
        assertThat(queue.isEmpty()).isEqualTo(model.isEmpty());
        assertThat(queue.weight())
                .isEqualTo(model.stream().mapToLong(Entry::weight).sum());
    }

    private Header addWarmest(long weight) {
        Header entry = new Header(weight);
        queue.addWarmest(entry);
        model.add(entry);
        return entry;
    }

    @Test
    public void pollColdest_empty_isNull() {
        assertThat(queue.pollColdest()).isNull();
        assertThat(queue.coldest()).isNull();
        assertThat(queue.warmest()).isNull();
    }

    @Test
    public void pollColdest_severalEntries_givesThemInOrderAndCleared() {
        List<Header> added = List.of(addWarmest(1), addWarmest(1L << 40), addWarmest(7));
        for (Header entry : added) {
            assertThat(queue.pollColdest()).isSameAs(entry);
            assertThat(entry.isClear()).isTrue();
            model.remove(entry);
            queueIsLikeTheModel();
        }
    }

    @Test
    public void addColdest_entry_isTheNextToGo() {
        addWarmest(1);
        Header entry = new Header(2);
        queue.addColdest(entry);
        model.add(0, entry);
        assertThat(queue.coldest()).isSameAs(entry);
    }

    @Test
    public void moveToWarmest_eachPlace_keepsTheOthers() {
        List<Header> added = List.of(addWarmest(1), addWarmest(2), addWarmest(3));
        for (Header entry : added) {
            queue.moveToWarmest(entry);
            model.remove(entry);
            model.add(entry);
            queueIsLikeTheModel();
        }
        queue.moveToWarmest(added.get(2));
    }

    @Test
    public void replace_eachPlace_takesItAndItsWeight() {
        for (int size = 1; size <= 3; size++) {
            model.clear();
            while (queue.pollColdest() != null) {
                assertThat(queue.size()).isNotNegative();
            }
            for (int i = 0; i < size; i++) {
                addWarmest(10);
            }
            for (int at = 0; at < size; at++) {
                Header fresh = new Header(100L + at);
                Header old = model.set(at, fresh);
                queue.replace(old, fresh);
                assertThat(old.isClear()).isTrue();
                queueIsLikeTheModel();
            }
        }
    }

    @Test
    public void allOperations_atRandom_behaveLikeAList() {
        Random random = new Random(42);
        for (int i = 0; i < 20_000; i++) {
            int choice = random.nextInt(model.size() > 30 ? 7 : 5);
            if (choice < 2 || model.isEmpty()) {
                addWarmest(1 + random.nextInt(1000));
            } else if (choice == 2) {
                Header entry = new Header(random.nextInt(50));
                queue.addColdest(entry);
                model.add(0, entry);
            } else if (choice == 3) {
                Header entry = model.remove(random.nextInt(model.size()));
                model.add(entry);
                queue.moveToWarmest(entry);
            } else if (choice == 4) {
                int at = random.nextInt(model.size());
                Header fresh = new Header(random.nextInt(50));
                queue.replace(model.set(at, fresh), fresh);
            } else {
                Header gone = model.remove(random.nextInt(model.size()));
                queue.remove(gone);
                assertThat(gone.isClear()).isTrue();
            }
            if (i % 50 == 0) {
                queueIsLikeTheModel();
            }
        }
    }
}
