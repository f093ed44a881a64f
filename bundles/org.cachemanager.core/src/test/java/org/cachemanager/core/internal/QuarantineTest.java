package org.cachemanager.core.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.cachemanager.api.Data;
import org.cachemanager.api.admin.Implementation;
import org.cachemanager.api.admin.Seam;
import org.cachemanager.api.encryption.NamespaceCipher;
import org.cachemanager.api.eviction.Entry;
import org.cachemanager.api.eviction.EvictionPolicy;
import org.cachemanager.api.host.Time;
import org.cachemanager.api.storage.StorageEngine;
import org.cachemanager.api.storage.StorageFullException;
import org.cachemanager.api.storage.StoredItem;
import org.cachemanager.testkit.ManualClock;
import org.jspecify.annotations.Nullable;
import org.junit.Test;

/** Parts that don't keep to their contract never come into force. */
public class QuarantineTest {

    private static final int LIMIT = 100_000;

    private final TestNode node = new TestNode(LIMIT);

    private String noteOf(String name) {
        return node.core.seams.implementations().stream()
                .filter(i -> i.name().equals(name))
                .map(i -> (i.inForce() ? "in force " : "") + i.note())
                .findFirst()
                .orElse("not there");
    }

    private String offer(EvictionPolicy policy) {
        node.core.configure(TestNode.settings(LIMIT, "builtin", "offered"));
        node.core.seams.eviction.add(new Selection.Candidate<>(policy, "offered", 1, "test 1.0.0"));
        String note = noteOf("offered");
        node.core.seams.eviction.remove(policy);
        return note;
    }

    private String offer(StorageEngine engine) {
        node.core.configure(TestNode.settings(LIMIT, "offered", "builtin"));
        node.core.seams.storage.add(new Selection.Candidate<>(engine, "offered", 1, "test 1.0.0"));
        String note = noteOf("offered");
        node.core.seams.removeStorage(engine);
        return note;
    }

    private String offer(NamespaceCipher cipher) {
        node.core.configure(encrypted());
        node.core.seams.encryption.add(new Selection.Candidate<>(cipher, "aes", 1, "test 1.0.0"));
        String note = noteOf("aes");
        node.core.seams.encryption.remove(cipher);
        return note;
    }

    private static CoreSettings encrypted() {
        return new CoreSettings(
                LIMIT,
                LIMIT,
                10 << 20,
                Duration.ofSeconds(1),
                Duration.ofSeconds(30),
                Duration.ofSeconds(30),
                Duration.ofSeconds(5),
                "builtin",
                "builtin",
                "aes",
                "",
                List.of("MTIzNDU2Nzg="));
    }

    @Test
    public void soundOnes_comeIntoForce_asTheyWere() {
        SeamsTest.Fifo fifo = new SeamsTest.Fifo();
        SeamsTest.CountingEngine engine = new SeamsTest.CountingEngine();
        assertThat(offer(fifo)).isEqualTo("in force ");
        assertThat(fifo.queue.isEmpty()).isTrue();
        assertThat(offer(engine)).isEqualTo("in force ");
        assertThat(engine.kept).isEmpty();
        assertThat(offer(new TestCipher())).isEqualTo("in force ");
    }

    @Test
    public void policyThatThrows_staysOut_andTheReasonIsTold() {
        SeamsTest.Fifo broken = new SeamsTest.Fifo();
        broken.broken = true;
        assertThat(offer(broken))
                .isEqualTo("stays out of force: it does not keep to its contract: it threw"
                        + " java.lang.IllegalStateException: a policy's fault");
    }

    @Test
    public void whatAPartThrows_isToldWithoutItsFullStop() {
        String bare = "it threw java.lang.IllegalStateException: No room";
        assertThat(Quarantine.describe(new IllegalStateException("No room."))).isEqualTo(bare);
        assertThat(Quarantine.describe(new IllegalStateException("No room"))).isEqualTo(bare);
    }

    @Test
    public void policyThatLosesEntries_staysOut() {
        assertThat(offer(new SeamsTest.Fifo() {
                    @Override
                    public @Nullable Entry victim() {
                        queue.pollColdest();
                        return super.victim();
                    }
                }))
                .contains("entries when it was to hand over all");
    }

    @Test
    public void policyThatGivesEntriesTwice_orNotAtAll_staysOut() {
        assertThat(offer(new SeamsTest.Fifo() {
                    @Override
                    public @Nullable Entry victim() {
                        return queue.coldest();
                    }
                }))
                .contains("a victim kept its word or its links");
        assertThat(offer(new SeamsTest.Fifo() {
                    @Override
                    public void remove(Entry entry) {}
                }))
                .contains("an entry that it removed kept its word or its links");
        assertThat(offer(new SeamsTest.Fifo() {
                    @Override
                    public void drain(Consumer<Entry> next) {}
                }))
                .contains("it kept");
        assertThat(offer(new SeamsTest.Fifo() {
                    @Override
                    public @Nullable Entry victim() {
                        return null;
                    }
                }))
                .contains("no victim");
    }

    /** An engine made of the built-in one, with something else as its data. */
    private static StorageEngine engine(Consumer<byte[]> damage, int footprint) {
        ByteArrays bytes = new ByteArrays();
        return new StorageEngine() {
            @Override
            public long footprint(int keyBytes, int dataBytes) {
                return footprint < 0 ? footprint : bytes.footprint(keyBytes, dataBytes);
            }

            @Override
            public StoredItem store(byte[] key, Data data) {
                byte[] copy = data.toByteArray();
                damage.accept(copy);
                return bytes.store(key, Data.of(copy));
            }
        };
    }

    @Test
    public void engineThatChangesItems_orMiscountsThem_staysOut() {
        assertThat(offer(engine(
                        data -> {
                            if (data.length > 4000) {
                                data[4000]++;
                            }
                        },
                        0)))
                .contains("was changed");
        assertThat(offer(engine(data -> {}, -1))).contains("counts an item for less");
    }

    @Test
    public void engineThatHasNoMemoryNow_isNotAtFault() {
        SeamsTest.CountingEngine full = new SeamsTest.CountingEngine();
        full.full = true;
        assertThat(offer(full)).isEqualTo("in force ");
    }

    @Test
    public void cipherThatOpensWhatItDidNotSeal_staysOut() {
        TestCipher credulous = new TestCipher();
        credulous.credulous = true;
        assertThat(offer(credulous)).contains("it opened a token of another key");
    }

    @Test
    public void cipherThatBreaksLater_isOutOfForce_andCallsAreRefused() {
        TestCipher cipher = new TestCipher();
        node.core.configure(encrypted());
        node.core.seams.encryption.add(new Selection.Candidate<>(cipher, "aes", 1, "test 1.0.0"));
        cipher.broken = true;
        List<String> outcome = new ArrayList<>();
        node.core.namespaces().open(new byte[] {'x', 'y'}, 0, 2, TestNode.reply(outcome));
        assertThat(outcome).containsExactly("failed UNAVAILABLE");
        node.clock.runDue();
        assertThat(noteOf("aes")).contains("it threw java.lang.IllegalStateException: broken at ");
        node.core.namespaces().open(new byte[] {'x', 'y'}, 0, 2, TestNode.reply(outcome));
        node.clock.advance(Duration.ofSeconds(6));
        assertThat(outcome).containsExactly("failed UNAVAILABLE", "failed UNAVAILABLE");
    }

    @Test
    public void cipherThatThrowsAtOneTokenOnly_staysInForce() {
        TestCipher cipher = new TestCipher() {
            @Override
            void opening(byte[] token) {
                if (token.length == 3) {
                    throw new IllegalStateException("three");
                }
            }
        };
        node.core.configure(encrypted());
        node.core.seams.encryption.add(new Selection.Candidate<>(cipher, "aes", 1, "test 1.0.0"));
        List<String> outcome = new ArrayList<>();
        node.core.namespaces().open(new byte[] {'x', 'y', 'z'}, 0, 3, TestNode.reply(outcome));
        node.clock.runDue();
        assertThat(outcome).containsExactly("failed UNAVAILABLE");
        assertThat(noteOf("aes")).isEqualTo("in force ");
    }

    @Test
    public void use_ofOneThatStaysOut_failsWithTheReason() {
        SeamsTest.Fifo broken = new SeamsTest.Fifo();
        broken.broken = true;
        CompletableFuture<Implementation> used =
                node.core.admin().use(Seam.EVICTION, "offered").toCompletableFuture();
        node.core.seams.eviction.add(new Selection.Candidate<>(broken, "offered", 1, "test 1.0.0"));
        node.clock.runDue();
        assertThatThrownBy(used::get)
                .hasRootCauseInstanceOf(IllegalStateException.class)
                .hasMessageContaining("a policy's fault")
                .hasMessageContaining("the one in force stays");
    }

    /** A clock on which what is run aside ends when the test says so. */
    private static final class Slow implements Time {
        final ManualClock clock = new ManualClock();
        final List<Runnable> aside = new ArrayList<>();

        @Override
        public long epochMillis() {
            return clock.epochMillis();
        }

        @Override
        public long nanos() {
            return clock.nanos();
        }

        @Override
        public Timer schedule(Duration delay, Runnable task) {
            return clock.schedule(delay, task);
        }

        @Override
        public void aside(Runnable task) {
            aside.add(task);
        }
    }

    @Test
    public void oneWhoseCheckDoesNotEnd_isTold_andMayComeIntoForceWhenItDoes() {
        Slow time = new Slow();
        Selection<EvictionPolicy> selection = new Selection<>(
                Seam.EVICTION, time, new SoonestToExpire(), new Selection.Rules<>(policy -> true, new EvictionCheck()));
        selection.add(new Selection.Candidate<>(new SeamsTest.Fifo(), "slow", 1, "test 1.0.0"));
        assertThat(selection.implementations().get(0).note()).isEqualTo("is being checked");
        assertThat(selection.inForce().name()).isEqualTo("builtin");
        time.clock.advance(Duration.ofSeconds(5));
        assertThat(selection.implementations().get(0).note()).contains("has not come to the end of its check in 5 s");
        time.aside.forEach(Runnable::run);
        assertThat(selection.implementations().get(0).note()).isEmpty();
        assertThat(selection.inForce().name()).isEqualTo("slow");
    }

    @Test
    public void oneThatLeavesWhileItIsChecked_neverComesIntoForce() {
        Slow time = new Slow();
        Selection<EvictionPolicy> selection = new Selection<>(
                Seam.EVICTION, time, new SoonestToExpire(), new Selection.Rules<>(policy -> true, new EvictionCheck()));
        SeamsTest.Fifo leaving = new SeamsTest.Fifo();
        selection.add(new Selection.Candidate<>(leaving, "leaving", 1, "test 1.0.0"));
        selection.remove(leaving);
        time.aside.forEach(Runnable::run);
        assertThat(selection.inForce().name()).isEqualTo("builtin");
    }

    /** An engine that is full after some items. */
    @Test
    public void engineThatFillsUpWhileItIsChecked_givesAllBack() {
        SeamsTest.CountingEngine engine = new SeamsTest.CountingEngine() {
            @Override
            public StoredItem store(byte[] key, Data data) throws StorageFullException {
                full = kept.size() > 6;
                return super.store(key, data);
            }
        };
        assertThat(offer(engine)).isEqualTo("in force ");
        assertThat(engine.kept).isEmpty();
    }
}
