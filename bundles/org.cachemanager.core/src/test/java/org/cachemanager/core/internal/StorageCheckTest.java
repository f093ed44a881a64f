package org.cachemanager.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.cachemanager.api.Data;
import org.cachemanager.api.storage.StorageEngine;
import org.cachemanager.api.storage.StoredItem;
import org.junit.Test;

/** An engine that breaks one rule is found out, and by that rule. */
public class StorageCheckTest {

    /** A sound engine, to be bent at one place. */
    private static class Bent implements StorageEngine {
        final ByteArrays sound = new ByteArrays();

        @Override
        public long footprint(int keyBytes, int dataBytes) {
            return sound.footprint(keyBytes, dataBytes);
        }

        boolean hasKey(StoredItem item, byte[] key) {
            return item.hasKey(key);
        }

        byte[] key(StoredItem item) {
            return item.key();
        }

        Data data(StoredItem item) {
            return item.data();
        }

        @Override
        public final StoredItem store(byte[] key, Data data) {
            StoredItem item = sound.store(key, data);
            return new StoredItem() {
                @Override
                public boolean hasKey(byte[] other) {
                    return Bent.this.hasKey(item, other);
                }

                @Override
                public byte[] key() {
                    return Bent.this.key(item);
                }

                @Override
                public Data data() {
                    return Bent.this.data(item);
                }

                @Override
                public void free() {
                    item.free();
                }
            };
        }
    }

    private static String found(StorageEngine engine) {
        Throwable found = Quarantine.examine(new StorageCheck(), engine);
        return found == null ? "" : Quarantine.describe(found);
    }

    @Test
    public void soundOne_passes() {
        assertThat(found(new Bent())).isEmpty();
    }

    @Test
    public void keyThatIsNotKnown_isFound() {
        assertThat(found(new Bent() {
                    @Override
                    boolean hasKey(StoredItem item, byte[] key) {
                        return false;
                    }
                }))
                .isEqualTo("an item did not know its key");
    }

    @Test
    public void foreignKeyThatIsTaken_isFound() {
        assertThat(found(new Bent() {
                    @Override
                    boolean hasKey(StoredItem item, byte[] key) {
                        return true;
                    }
                }))
                .isEqualTo("an item took a foreign key for its own");
    }

    @Test
    public void keyThatIsAnother_isFound() {
        assertThat(found(new Bent() {
                    @Override
                    byte[] key(StoredItem item) {
                        return new byte[] {1};
                    }
                }))
                .isEqualTo("an item's key was not what was stored");
    }

    @Test
    public void lengthThatIsAnother_isFound() {
        assertThat(found(new Bent() {
                    @Override
                    Data data(StoredItem item) {
                        byte[] bytes = item.data().toByteArray();
                        return Data.of(Arrays.copyOf(bytes, bytes.length + 1));
                    }
                }))
                .isEqualTo("an item of 1 bytes had another length");
    }

    @Test
    public void byteThatIsAnother_anywhere_isFound() {
        for (int at : new int[] {0, 99, 4094, 69_999}) {
            assertThat(found(new Bent() {
                        @Override
                        Data data(StoredItem item) {
                            byte[] bytes = item.data().toByteArray();
                            if (bytes.length > at) {
                                bytes[at]++;
                            }
                            return Data.of(bytes);
                        }
                    }))
                    .as("at %d", at)
                    .endsWith("bytes was changed");
        }
    }

    @Test
    public void countThatIsTooLow_isFound_andTheLeastThatIsTruePasses() {
        assertThat(found(new Bent() {
                    @Override
                    public long footprint(int keyBytes, int dataBytes) {
                        return keyBytes + dataBytes - 1L;
                    }
                }))
                .isEqualTo("it counts an item for less than its key and data");
        assertThat(found(new Bent() {
                    @Override
                    public long footprint(int keyBytes, int dataBytes) {
                        return (long) keyBytes + dataBytes;
                    }
                }))
                .isEmpty();
    }

    @Test
    public void countThatChanges_isFound() {
        assertThat(found(new Bent() {
                    private int asked;

                    @Override
                    public long footprint(int keyBytes, int dataBytes) {
                        return 100_000L + asked++;
                    }
                }))
                .isEqualTo("it counts the same item differently");
    }

    @Test
    public void everyItem_isFreed_onceAndAtTheEnd() {
        SeamsTest.CountingEngine engine = new SeamsTest.CountingEngine();
        assertThat(found(engine)).isEmpty();
        assertThat(engine.kept).isEmpty();
    }
}
