package org.cachemanager.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.cachemanager.api.Data;
import org.cachemanager.api.eviction.Entry;
import org.cachemanager.api.eviction.EvictionPolicy;
import org.jspecify.annotations.Nullable;
import org.junit.Test;

/** A policy that breaks one rule is found out, and by that rule. */
public class EvictionCheckTest {

    private static final String LEFT = " kept its word or its links";

    private static String found(EvictionPolicy policy) {
        Throwable found = Quarantine.examine(new EvictionCheck(), policy);
        return found == null ? "" : Quarantine.describe(found);
    }

    /** Remembers what it was asked. */
    private static final class Witness extends SeamsTest.Fifo {
        final List<Long> limits = new ArrayList<>();
        final Set<Long> hashes = new HashSet<>();
        final Set<Long> weights = new HashSet<>();
        final Set<Long> expiries = new HashSet<>();
        final List<Entry> touched = new ArrayList<>();
        final List<Entry> hits = new ArrayList<>();
        int added;
        int replaced;
        int removed;
        int evicted;
        int drained;

        @Override
        public void limit(long maxBytes) {
            limits.add(maxBytes);
        }

        @Override
        public boolean touch(Entry entry) {
            touched.add(entry);
            return touched.size() % 2 == 0;
        }

        @Override
        public void hit(Entry entry) {
            hits.add(entry);
            entry.mark(entry.mark() + 1);
            assertThat(entry.mark()).isEqualTo(1);
        }

        @Override
        public void add(Entry entry) {
            added++;
            seen(entry);
            super.add(entry);
        }

        private void seen(Entry entry) {
            hashes.add(entry.hash());
            weights.add(entry.weight());
            expiries.add(entry.expiryMillis());
            entry.word(5);
            assertThat(entry.word()).isEqualTo(5);
            entry.word(0);
        }

        @Override
        public void replace(Entry old, Entry fresh) {
            replaced++;
            seen(fresh);
            super.replace(old, fresh);
        }

        @Override
        public void remove(Entry entry) {
            removed++;
            super.remove(entry);
        }

        @Override
        public @Nullable Entry victim() {
            Entry victim = super.victim();
            evicted += victim == null ? 0 : 1;
            return victim;
        }

        @Override
        public void drain(Consumer<Entry> next) {
            super.drain(entry -> {
                drained++;
                next.accept(entry);
            });
        }
    }

    @Test
    public void soundOne_passes_andHasBeenAskedEverything() {
        Witness witness = new Witness();
        assertThat(found(witness)).isEmpty();
        assertThat(witness.limits).containsExactly(1L << 20, 1L << 20);
        assertThat(witness.added).isEqualTo(512);
        assertThat(witness.touched).hasSize(256);
        assertThat(witness.hits).hasSize(128);
        assertThat(witness.replaced).isEqualTo(104);
        assertThat(witness.removed).isEqualTo(102);
        assertThat(witness.evicted).isEqualTo(128);
        assertThat(witness.drained).isEqualTo(282);
        assertThat(witness.hashes).hasSize(308);
        assertThat(witness.weights).containsExactlyInAnyOrder(1L, 1001L, 2001L, 3001L, 4001L, 5001L, 6001L);
        assertThat(witness.expiries).hasSize(308).allMatch(expiry -> expiry >= 1_000_000_000_000L);
    }

    @Test
    public void hit_isAskedOnlyAboutWhatWasTouchedForIt() {
        assertThat(found(new SeamsTest.Fifo() {
                    @Override
                    public boolean touch(Entry entry) {
                        return false;
                    }

                    @Override
                    public void hit(Entry entry) {
                        throw new IllegalStateException("not wanted");
                    }
                }))
                .isEmpty();
    }

    @Test
    public void policyThatKeepsAnythingOfAnEntry_isFound() {
        Entry foreign = new IndexEntry(
                new IndexEntry.Bytes(new ByteArrays(), new ByteArrays().store(new byte[1], Data.of(new byte[1])), 1),
                new Room(() -> {}),
                new IndexEntry.Head(1, 1, 1));
        List<Consumer<Entry>> leavings =
                List.of(entry -> entry.word(1), entry -> entry.colder(foreign), entry -> entry.warmer(foreign));
        for (Consumer<Entry> leaving : leavings) {
            assertThat(found(leavingWhenRemoved(leaving))).isEqualTo("an entry that it removed" + LEFT);
            assertThat(found(leavingWhenReplaced(leaving))).isEqualTo("an entry that was replaced" + LEFT);
            assertThat(found(leavingWhenEvicted(leaving))).isEqualTo("a victim" + LEFT);
            assertThat(found(leavingWhenDrained(leaving))).isEqualTo("an entry that it handed over" + LEFT);
        }
    }

    private static EvictionPolicy leavingWhenRemoved(Consumer<Entry> leaving) {
        return new SeamsTest.Fifo() {
            @Override
            public void remove(Entry entry) {
                super.remove(entry);
                leaving.accept(entry);
            }
        };
    }

    private static EvictionPolicy leavingWhenReplaced(Consumer<Entry> leaving) {
        return new SeamsTest.Fifo() {
            @Override
            public void replace(Entry old, Entry fresh) {
                super.replace(old, fresh);
                leaving.accept(old);
            }
        };
    }

    private static EvictionPolicy leavingWhenEvicted(Consumer<Entry> leaving) {
        return new SeamsTest.Fifo() {
            @Override
            public @Nullable Entry victim() {
                Entry victim = super.victim();
                if (victim != null) {
                    leaving.accept(victim);
                }
                return victim;
            }
        };
    }

    private static EvictionPolicy leavingWhenDrained(Consumer<Entry> leaving) {
        return new SeamsTest.Fifo() {
            @Override
            public void drain(Consumer<Entry> next) {
                super.drain(entry -> {
                    leaving.accept(entry);
                    next.accept(entry);
                });
            }
        };
    }

    @Test
    public void victimThatIsNotItsOwn_isFound() {
        assertThat(found(new SeamsTest.Fifo() {
                    private @Nullable Entry last;

                    @Override
                    public @Nullable Entry victim() {
                        Entry again = last;
                        last = again == null ? super.victim() : again;
                        return last;
                    }
                }))
                .isEqualTo("a victim was none that it had");
    }

    @Test
    public void victimAfterAllWasHandedOver_isFound() {
        assertThat(found(new SeamsTest.Fifo() {
                    private @Nullable Entry first;
                    private boolean over;

                    @Override
                    public void add(Entry entry) {
                        first = first == null ? entry : first;
                        super.add(entry);
                    }

                    @Override
                    public void drain(Consumer<Entry> next) {
                        super.drain(next);
                        over = true;
                    }

                    @Override
                    public @Nullable Entry victim() {
                        return over ? first : super.victim();
                    }
                }))
                .isEqualTo("it gave a victim when it had none");
    }

    @Test
    public void handingOverOneTooFew_isFound() {
        assertThat(found(new SeamsTest.Fifo() {
                    @Override
                    public void drain(Consumer<Entry> next) {
                        queue.pollColdest();
                        super.drain(next);
                    }
                }))
                .isEqualTo("it kept 1 entries when it was to hand over all");
    }

    @Test
    public void faultOfTheSecondRound_isFound() {
        assertThat(found(new SeamsTest.Fifo() {
                    private int drained;

                    @Override
                    public void drain(Consumer<Entry> next) {
                        if (drained++ == 0) {
                            super.drain(next);
                        }
                    }
                }))
                .startsWith("it kept ");
    }
}
