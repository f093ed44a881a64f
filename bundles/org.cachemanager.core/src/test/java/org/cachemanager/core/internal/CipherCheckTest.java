package org.cachemanager.core.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.cachemanager.api.encryption.Keyring;
import org.cachemanager.api.encryption.RefusedTokenException;
import org.junit.Test;

/** A cipher that breaks one rule is found out, and by that rule. */
public class CipherCheckTest {

    private static final String OPENED = "it opened ";

    /** A sound cipher, to be bent at one place. */
    private static class Bent extends TestCipher {

        byte[] sealed(byte[] token) {
            return token;
        }

        byte[] opened(Keyring sound, byte[] token) throws RefusedTokenException {
            return sound.open(token);
        }

        @Override
        public final Keyring keyring(List<byte[]> raw) {
            Keyring sound = super.keyring(raw);
            return new Keyring() {
                @Override
                public byte[] seal(byte[] text) {
                    return sealed(sound.seal(text));
                }

                @Override
                public byte[] open(byte[] token) throws RefusedTokenException {
                    return opened(sound, token);
                }
            };
        }
    }

    /** Puts something before each token, and takes it away again. */
    private static final class Prefixed extends Bent {
        private final byte[] prefix;

        Prefixed(String prefix) {
            this.prefix = prefix.getBytes(US_ASCII);
        }

        Prefixed(byte prefix) {
            this.prefix = new byte[] {prefix};
        }

        @Override
        byte[] sealed(byte[] token) {
            byte[] longer = Arrays.copyOf(prefix, prefix.length + token.length);
            System.arraycopy(token, 0, longer, prefix.length, token.length);
            return longer;
        }

        @Override
        byte[] opened(Keyring sound, byte[] token) throws RefusedTokenException {
            if (token.length < prefix.length || !Arrays.equals(prefix, Arrays.copyOf(token, prefix.length))) {
                throw RefusedTokenException.unopened();
            }
            return sound.open(Arrays.copyOfRange(token, prefix.length, token.length));
        }
    }

    private static String found(TestCipher cipher) {
        Throwable found = Quarantine.examine(new CipherCheck(), cipher);
        return found == null ? "" : Quarantine.describe(found);
    }

    @Test
    public void soundOne_passes() {
        assertThat(found(new TestCipher())).isEmpty();
        assertThat(found(new Bent())).isEmpty();
    }

    @Test
    public void keyThatIsMadeTwice_isFound() {
        assertThat(found(new TestCipher() {
                    @Override
                    public byte[] newKey() {
                        return new byte[] {1, 2, 3};
                    }
                }))
                .isEqualTo("it made the same key twice");
    }

    @Test
    public void textThatIsAnother_isFound() {
        assertThat(found(new Bent() {
                    @Override
                    byte[] opened(Keyring sound, byte[] token) throws RefusedTokenException {
                        byte[] text = sound.open(token);
                        text[0]++;
                        return text;
                    }
                }))
                .isEqualTo("it did not open what it had sealed");
    }

    @Test
    public void secondKey_thatOpensWrongly_isFound() {
        assertThat(found(new TestCipher() {
                    @Override
                    public Keyring keyring(List<byte[]> raw) {
                        Keyring sound = super.keyring(raw);
                        if (raw.size() == 1) {
                            return sound;
                        }
                        return new Keyring() {
                            @Override
                            public byte[] seal(byte[] text) {
                                return sound.seal(text);
                            }

                            @Override
                            public byte[] open(byte[] token) {
                                return new byte[] {1};
                            }
                        };
                    }
                }))
                .isEqualTo("it did not open under the second of two keys");
    }

    @Test
    public void secondKey_thatIsNotTried_isFound() {
        assertThat(found(new TestCipher() {
                    @Override
                    public Keyring keyring(List<byte[]> raw) {
                        return super.keyring(raw.subList(0, 1));
                    }
                }))
                .contains("RefusedTokenException");
    }

    @Test
    public void tokenThatShowsTheText_isFound() {
        assertThat(found(new Prefixed("quarantine"))).isEqualTo("its token shows the text");
    }

    @Test
    public void tokenThatIsNotPlainAscii_isFound() {
        for (byte odd : new byte[] {' ', '\n', '"', '\\', 0x7F, (byte) 0xE4, 0}) {
            assertThat(found(new Prefixed(odd))).as("%d", odd).isEqualTo("its token is not plain ASCII");
        }
        for (byte plain : new byte[] {'!', '~', '#', '['}) {
            assertThat(found(new Prefixed(plain))).as("%d", plain).isEmpty();
        }
    }

    /** Opens, besides what is sound, what some rule of a test says. */
    private static String foundWhenItOpens(Predicate<byte[]> also) {
        return found(new Bent() {
            @Override
            byte[] opened(Keyring sound, byte[] token) throws RefusedTokenException {
                try {
                    return sound.open(token);
                } catch (RefusedTokenException e) {
                    if (also.test(token)) {
                        return token;
                    }
                    throw e;
                }
            }
        });
    }

    @Test
    public void tokensThatAreNone_andAreOpened_areFound() {
        assertThat(foundWhenItOpens(token -> token.length == 0)).isEqualTo(OPENED + "an empty token");
        assertThat(foundWhenItOpens(token -> token.length > 0 && token[0] == 'n'))
                .isEqualTo(OPENED + "a plain text");
        assertThat(foundWhenItOpens(token -> token.length == 45)).isEqualTo(OPENED + "half a token");
        int whole = new TestCipher()
                .keyring(List.of(new byte[] {1}))
                .seal("namespace=quarantine|timestamp=1795392000".getBytes(US_ASCII))
                .length;
        assertThat(foundWhenItOpens(token -> token.length == whole)).isEqualTo(OPENED + "a token of another key");
        byte[][] first = new byte[1][];
        assertThat(foundWhenItOpens(token -> {
                    boolean changed = first[0] != null && token.length == whole;
                    first[0] = token;
                    return changed && token[0] == 'A';
                }))
                .isEqualTo(OPENED + "a changed token");
    }

    @Test
    public void tokenThatIsChangedAnywhere_andOpened_isFound() {
        for (int at : new int[] {0, 25, 80}) {
            assertThat(foundWhenItOpens(token -> token.length > at && (token[at] == 'A' || token[at] == 'B')))
                    .as("changed at %d", at)
                    .startsWith(OPENED);
        }
    }

    @Test
    @SuppressWarnings("NullAway") // what a careless implementer does
    public void nullInsteadOfARefusal_isFound() {
        assertThat(found(new Bent() {
                    @Override
                    byte[] opened(Keyring sound, byte[] token) throws RefusedTokenException {
                        return token.length == 0 ? null : sound.open(token);
                    }
                }))
                .isEqualTo("it gave null for an empty token");
    }
}
