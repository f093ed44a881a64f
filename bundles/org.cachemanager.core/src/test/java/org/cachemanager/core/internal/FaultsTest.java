package org.cachemanager.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.cachemanager.api.Data;
import org.cachemanager.api.Namespace;
import org.cachemanager.api.Reservation;
import org.cachemanager.api.admin.Implementation;
import org.cachemanager.api.eviction.Entry;
import org.cachemanager.api.eviction.EvictionPolicy;
import org.cachemanager.api.storage.StorageEngine;
import org.cachemanager.api.storage.StoredItem;
import org.cachemanager.core.internal.TestNode.Outcome;
import org.jspecify.annotations.Nullable;
import org.junit.Test;

/** Parts that throw, and a core that has ended. */
public class FaultsTest {

    /** Throws from the method that is named. */
    private static final class Fault {
        String method = "";

        void in(String called) {
            if (method.equals(called)) {
                throw new IllegalStateException("a fault in " + called);
            }
        }
    }

    /** An engine with a fault. */
    private static final class FaultyEngine implements StorageEngine {
        private final ByteArrays bytes = new ByteArrays();
        private final Fault fault = new Fault();
        private int freed;

        @Override
        public long footprint(int keyBytes, int dataBytes) {
            fault.in("footprint");
            return bytes.footprint(keyBytes, dataBytes);
        }

        @Override
        public StoredItem store(byte[] key, Data data) {
            fault.in("store");
            StoredItem inner = bytes.store(key, data);
            return new StoredItem() {
                @Override
                public boolean hasKey(byte[] other) {
                    fault.in("hasKey");
                    return inner.hasKey(other);
                }

                @Override
                public byte[] key() {
                    fault.in("key");
                    return inner.key();
                }

                @Override
                public Data data() {
                    fault.in("data");
                    return inner.data();
                }

                @Override
                public void free() {
                    freed++;
                    fault.in("free");
                }
            };
        }
    }

    /** A policy with a fault. */
    private static final class FaultyPolicy implements EvictionPolicy {
        private final SoonestToExpire policy = new SoonestToExpire();
        private final Fault fault = new Fault();

        @Override
        public void limit(long maxBytes) {
            fault.in("limit");
        }

        @Override
        public boolean touch(Entry entry) {
            fault.in("touch");
            return true;
        }

        @Override
        public void hit(Entry entry) {
            fault.in("hit");
        }

        @Override
        public void add(Entry entry) {
            fault.in("add");
            policy.add(entry);
        }

        @Override
        public void replace(Entry old, Entry fresh) {
            fault.in("replace");
            policy.replace(old, fresh);
        }

        @Override
        public void remove(Entry entry) {
            fault.in("remove");
            policy.remove(entry);
        }

        @Override
        public @Nullable Entry victim() {
            fault.in("victim");
            return policy.victim();
        }

        @Override
        public void drain(Consumer<Entry> next) {
            fault.in("drain");
            policy.drain(next);
        }
    }

    private static final int LIMIT = 100_000;

    private final TestNode node = new TestNode(LIMIT);
    private final FaultyEngine engine = new FaultyEngine();

    private void fill() {
        for (int i = 0; i < 50; i++) {
            node.set("k" + i, "v" + i, 600);
        }
    }

    private void assertAllThere() {
        for (int i = 0; i < 50; i++) {
            assertThat(node.look("k" + i)).containsExactly("found v" + i);
        }
    }

    private String inForce() {
        return String.join(
                " ",
                node.core.seams.implementations().stream()
                        .filter(Implementation::inForce)
                        .map(Implementation::name)
                        .toList());
    }

    private void use(FaultyEngine storage) {
        node.core.configure(TestNode.settings(LIMIT, "faulty", "builtin"));
        node.core.seams.storage.add(new Selection.Candidate<>(storage, "faulty", 1, "test 1.0.0"));
        storage.freed = 0;
        fill();
        assertThat(inForce()).isEqualTo("faulty builtin");
    }

    private void assertAccountIsTrue() {
        assertThat(node.core.room.used()).isEqualTo(node.core.index.bytes());
        node.core.admin().flush();
        assertThat(node.core.room.used()).isZero();
        assertThat(node.core.index.items()).isZero();
    }

    @Test
    public void engineThatThrowsWhenItStores_isPutOutOfForce_andItsItemsAreMoved() {
        for (String method : List.of("store", "footprint")) {
            FaultyEngine faulty = new FaultyEngine();
            use(faulty);
            faulty.fault.method = method;
            assertThat(node.set("more", "v", 60)).isEqualTo("failed NO_ROOM");
            node.clock.runDue();

            assertThat(inForce()).isEqualTo("builtin builtin");
            assertThat(node.set("more", "v", 60)).isEqualTo("1");
            assertAllThere();
            assertThat(faulty.freed).isEqualTo(50);
            assertAccountIsTrue();
        }
    }

    @Test
    public void engineThatThrowsWhenItIsRead_losesTheItem_andIsPutOutOfForce() {
        use(engine);
        engine.fault.method = "data";
        assertThat(node.look("k0")).containsExactly("absent");
        assertThat(node.get("k1", 10).events).containsExactly("locked");
        node.clock.runDue();
        assertThat(node.set("k1", "again", 60)).isEqualTo("5");

        assertThat(inForce()).isEqualTo("builtin builtin");
        assertThat(node.look("k1")).containsExactly("found again");
        engine.fault.method = "";
        assertThat(node.look("k2")).as("not moved, still there").containsExactly("found v2");
        assertAccountIsTrue();
    }

    @Test
    public void engineThatThrowsWhenItIsAskedForTheKey_stillServesByTheHash() {
        use(engine);
        engine.fault.method = "hasKey";
        assertAllThere();
        assertThat(node.set("k1", "again", 60)).isEqualTo("5");
        assertThat(node.core.index.items()).isEqualTo(50);
        assertThat(node.delete("k2")).isEqualTo("true");
        assertThat(node.look("k2")).containsExactly("absent");
        assertAccountIsTrue();
    }

    @Test
    public void engineThatThrowsWhenItFrees_leavesTheAccountTrue() {
        use(engine);
        engine.fault.method = "free";
        assertThat(node.delete("k1")).isEqualTo("true");
        assertThat(node.set("k2", "again", 60)).isEqualTo("5");
        assertAccountIsTrue();
    }

    @Test
    public void engineThatThrowsWhenItIsLeft_keepsWhatItHas() {
        use(engine);
        engine.fault.method = "key";
        node.core.seams.removeStorage(engine);

        assertThat(inForce()).isEqualTo("builtin builtin");
        assertAllThere();
        assertThat(engine.freed).isZero();
        assertAccountIsTrue();
    }

    @Test
    public void policyThatThrows_fromAnyMethod_isPutOutOfForce_andNothingIsLost() {
        for (String method : List.of("limit", "touch", "hit", "add", "replace", "remove", "victim")) {
            FaultyPolicy policy = new FaultyPolicy();
            node.core.configure(TestNode.settings(LIMIT, "builtin", method));
            node.core.seams.eviction.add(new Selection.Candidate<>(policy, method, 1, "test 1.0.0"));
            fill();
            assertThat(inForce()).as(method).isEqualTo("builtin " + method);
            policy.fault.method = method;

            node.core.configure(TestNode.settings(LIMIT - 1, "builtin", method));
            assertAllThere();
            assertThat(node.set("more", "v", 60)).as(method).isEqualTo("1");
            assertThat(node.set("more", "w", 60)).as(method).isEqualTo("1");
            assertThat(node.delete("more")).as(method).isEqualTo("true");
            for (int i = 0; i < 1000; i++) {
                assertThat(node.set("n" + i, "v".repeat(100), 60)).as(method).isEqualTo("100");
            }
            node.clock.runDue();
            assertThat(inForce()).as(method).isEqualTo("builtin builtin");
            assertThat(node.core.room.used()).as(method).isBetween(LIMIT - 500L, LIMIT - 1L);
            assertAccountIsTrue();
            node.core.seams.eviction.remove(policy);
        }
    }

    @Test
    public void policyThatThrowsWhenItHandsOver_isKeptOut_andItsSuccessorHasEveryEntry() {
        FaultyPolicy policy = new FaultyPolicy();
        node.core.configure(TestNode.settings(LIMIT, "builtin", "faulty"));
        node.core.seams.eviction.add(new Selection.Candidate<>(policy, "faulty", 1, "test 1.0.0"));
        fill();
        policy.fault.method = "drain";
        FaultyPolicy next = new FaultyPolicy();
        node.core.seams.eviction.add(new Selection.Candidate<>(next, "next", 1, "test 1.0.0"));
        node.core.configure(TestNode.settings(LIMIT, "builtin", "next"));
        node.clock.runDue();

        assertThat(inForce()).isEqualTo("builtin next");
        assertThat(node.core.seams.implementations())
                .anySatisfy(i -> assertThat(i.name() + ": " + i.note()).startsWith("faulty: out of force"));
        List<Entry> kept = new ArrayList<>();
        next.drain(kept::add);
        assertThat(kept).hasSize(50);
    }

    @Test
    public void policyThatTakesOverFromOneThatThrew_findsEveryEntryClear() {
        node.core.configure(TestNode.settings(LIMIT, "builtin", "writing"));
        SeamsTest.Fifo writing = new SeamsTest.Fifo() {
            @Override
            public void add(Entry entry) {
                super.add(entry);
                entry.word(entry instanceof IndexEntry ? 7 : 0);
            }
        };
        node.core.seams.eviction.add(new Selection.Candidate<>(writing, "writing", 1, "test 1.0.0"));
        fill();
        writing.broken = true;
        List<Entry> taken = new ArrayList<>();
        EvictionPolicy checking = new SeamsTest.Fifo() {
            @Override
            public void add(Entry entry) {
                assertThat(entry.word()).isZero();
                assertThat(entry.colder()).isNull();
                assertThat(entry.warmer()).isNull();
                if (entry instanceof IndexEntry) {
                    taken.add(entry);
                }
                super.add(entry);
            }
        };
        node.core.seams.eviction.add(new Selection.Candidate<>(checking, "checking", 2, "test 1.0.0"));
        node.core.configure(TestNode.settings(LIMIT, "builtin", "checking"));
        node.clock.runDue();

        assertThat(inForce()).isEqualTo("builtin checking");
        assertThat(taken).hasSize(50);
    }

    @Test
    public void policyThatGivesAVictimTwice_isPutOutOfForce() {
        node.core.configure(TestNode.settings(LIMIT, "builtin", "twice"));
        List<Entry> added = new ArrayList<>();
        EvictionPolicy twice = new SeamsTest.Fifo() {
            @Override
            public void add(Entry entry) {
                super.add(entry);
                if (entry instanceof IndexEntry) {
                    added.add(entry);
                }
            }

            @Override
            public @Nullable Entry victim() {
                return added.isEmpty() ? super.victim() : added.get(0);
            }
        };
        node.core.seams.eviction.add(new Selection.Candidate<>(twice, "twice", 1, "test 1.0.0"));
        assertThat(inForce()).isEqualTo("builtin twice");
        for (int i = 0; i < 1000; i++) {
            assertThat(node.set("n" + i, "v".repeat(100), 60)).isEqualTo("100");
        }
        node.clock.runDue();

        assertThat(inForce()).isEqualTo("builtin builtin");
        assertAccountIsTrue();
    }

    @Test
    public void closedCore_refusesEveryCall() {
        fill();
        node.core.close();

        assertThat(node.look("k1")).containsExactly("failed UNAVAILABLE");
        assertThat(node.get("none", 10).events).containsExactly("failed UNAVAILABLE");
        assertThat(node.set("k1", "v", 60)).isEqualTo("failed UNAVAILABLE");
        assertThat(node.delete("k1")).isEqualTo("failed UNAVAILABLE");
        assertThat(TestNode.<Reservation>outcome(r -> node.core.cache().reserve(1, Duration.ZERO, r)))
                .isEqualTo("failed UNAVAILABLE");
        assertThat(node.core.index.items()).isZero();
        assertThat(node.core.room.used()).isZero();
    }

    @Test
    public void close_answersWhoWaits_atOnceAndOnce() {
        CoreSettings plain = TestNode.settings(LIMIT);
        CoreSettings settings = new CoreSettings(
                LIMIT,
                LIMIT,
                0,
                plain.purgeTime(),
                plain.timestampMargin(),
                plain.peerRefreshTime(),
                plain.peerConnectionTimeout(),
                "builtin",
                "builtin",
                "aes",
                "",
                List.of("AAAA"));
        node.get("k", 10);
        Outcome waiter = node.get("k", 10);
        List<String> events = new ArrayList<>();
        node.core.cache().reserve(LIMIT / 2, Duration.ZERO, TestNode.reply(new ArrayList<>()));
        node.core.cache().reserve(LIMIT / 2, Duration.ofMinutes(1), TestNode.reply(events));
        node.core.configure(settings);
        node.core.namespaces().open(TestNode.bytes("token"), 0, 5, TestNode.<Namespace>reply(events));
        assertThat(events).isEmpty();
        node.core.close();
        assertThat(events).containsExactly("failed UNAVAILABLE", "failed UNAVAILABLE");
        assertThat(waiter.events).containsExactly("failed UNAVAILABLE");

        node.core.namespaces().open(TestNode.bytes("token"), 0, 5, TestNode.<Namespace>reply(events));
        node.pass(100);
        assertThat(events).hasSize(3);
        assertThat(waiter.events).hasSize(1);
    }
}
