package org.cachemanager.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.cachemanager.api.Data;
import org.cachemanager.api.storage.StorageEngine;
import org.cachemanager.api.storage.StoredItem;
import org.junit.Test;

/** What becomes of items when owners change, where their engine has a fault. */
public class HandoverTest {

    /** More than are looked at in one step. */
    private static final int ITEMS = 600;

    private final TestNode node = new TestNode(1 << 20);
    private final ScriptedTransport script = new ScriptedTransport(node);
    private boolean keyThrows;
    private boolean dataThrows;

    /** An engine that throws when it is asked for what it keeps. */
    private final class FaultyEngine implements StorageEngine {
        private final ByteArrays bytes = new ByteArrays();

        @Override
        public long footprint(int keyBytes, int dataBytes) {
            return bytes.footprint(keyBytes, dataBytes);
        }

        @Override
        public StoredItem store(byte[] key, Data data) {
            StoredItem inner = bytes.store(key, data);
            return new StoredItem() {
                @Override
                public boolean hasKey(byte[] other) {
                    return inner.hasKey(other);
                }

                @Override
                public byte[] key() {
                    if (keyThrows) {
                        throw new IllegalStateException("a fault in key");
                    }
                    return inner.key();
                }

                @Override
                public Data data() {
                    if (dataThrows) {
                        throw new IllegalStateException("a fault in data");
                    }
                    return inner.data();
                }

                @Override
                public void free() {
                    inner.free();
                }
            };
        }
    }

    private void fill() {
        node.core.configure(TestNode.settings(1 << 20, "faulty", "builtin"));
        node.core.seams.storage.add(new Selection.Candidate<>(new FaultyEngine(), "faulty", 1, "test 1.0.0"));
        node.core.peers.use(script);
        for (int i = 0; i < ITEMS; i++) {
            node.set("k" + i, "v" + i, 600);
        }
        assertThat(node.core.index.items()).isEqualTo(ITEMS);
    }

    private void join() {
        node.core.peers.members(Set.of(PeersTest.THERE), () -> true);
        script.probes.get(0).completed(PeersTest.OTHER);
        node.pass(1);
        assertThat(node.core.tenure.owners().nodes()).hasSize(2);
        assertThat(node.core.tenure.view().settled()).isTrue();
        node.pass(10);
        assertThat(node.core.room.used()).isEqualTo(node.core.index.bytes());
    }

    @Test
    public void engineThatThrowsWhenItIsAskedForKeys_losesItsItems_andHoldsNothingUp() {
        fill();
        keyThrows = true;
        join();
        assertThat(node.core.index.items()).isZero();
    }

    @Test
    public void engineThatThrowsWhenItIsRead_losesWhatWasToBeGiven_andKeepsTheRest() {
        fill();
        dataThrows = true;
        join();
        assertThat(node.core.index.items()).isBetween(ITEMS / 3L, ITEMS * 2 / 3L);
    }
}
