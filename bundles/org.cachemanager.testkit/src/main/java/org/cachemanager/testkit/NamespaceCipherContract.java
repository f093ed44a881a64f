package org.cachemanager.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.cachemanager.api.encryption.Keyring;
import org.cachemanager.api.encryption.NamespaceCipher;
import org.cachemanager.api.encryption.RefusedTokenException;
import org.junit.Before;
import org.junit.Test;

/** What every namespace cipher must do. */
public abstract class NamespaceCipherContract {

    private static final byte[] TEXT =
            "namespace=PLUGIN#check_disk&timestamp=1795300000".getBytes(StandardCharsets.US_ASCII);

    /** The longest text that any node seals: a plain namespace of 4 KiB and the fields beside it. */
    private static final int LONGEST_TEXT = 4096 + 128;

    private final Random random = new Random(42);
    private NamespaceCipher cipher;
    private byte[] key;
    private Keyring keyring;

    /** The cipher under test. */
    protected abstract NamespaceCipher newCipher();

    @Before
    public void makeKeyring() {
        cipher = newCipher();
        key = cipher.newKey();
        keyring = cipher.keyring(List.of(key));
    }

    @Test
    public void open_whatWasSealed_givesTheText() throws RefusedTokenException {
        for (int length = 0; length <= LONGEST_TEXT; length += length < 100 ? 1 : 97) {
            byte[] text = new byte[length];
            random.nextBytes(text);
            assertThat(keyring.open(keyring.seal(text)))
                    .as("a text of %d bytes", length)
                    .isEqualTo(text);
        }
    }

    @Test
    public void seal_anyText_givesPrintableAscii() {
        for (int i = 0; i < 200; i++) {
            for (byte b : keyring.seal(TEXT)) {
                assertThat(b).isBetween((byte) '!', (byte) '~').isNotIn((byte) '"', (byte) '\\', (byte) '\'');
            }
        }
    }

    @Test
    public void seal_theSameText_givesAnotherTokenEachTime() {
        Set<String> tokens = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            tokens.add(new String(keyring.seal(TEXT), StandardCharsets.US_ASCII));
        }
        assertThat(tokens).hasSize(1000);
    }

    @Test
    public void open_anyByteChanged_isRefused() {
        byte[] token = keyring.seal(TEXT);
        for (int at = 0; at < token.length; at++) {
            for (int value : new int[] {token[at] ^ 1, token[at] ^ 2, 'A', '=', '\n', ' ', 0, 0x80}) {
                byte[] tampered = token.clone();
                tampered[at] = (byte) value;
                if (tampered[at] != token[at]) {
                    refused(keyring, tampered, "byte " + at + " set to " + value);
                }
            }
        }
    }

    @Test
    public void open_cutOrLengthened_isRefused() {
        byte[] token = keyring.seal(TEXT);
        for (int length = 0; length < token.length; length++) {
            refused(keyring, Arrays.copyOf(token, length), "cut to " + length);
            refused(keyring, Arrays.copyOfRange(token, token.length - length, token.length), "the end alone");
        }
        for (String tail : List.of("=", "A", "\n", "\r\n", " ", "\0", "AAAA")) {
            refused(keyring, join(token, tail.getBytes(StandardCharsets.US_ASCII)), "with a tail");
            refused(keyring, join(tail.getBytes(StandardCharsets.US_ASCII), token), "with a head");
        }
        refused(keyring, join(token, token), "twice");
    }

    @Test
    public void open_sealedUnderAForeignKey_isRefused() {
        byte[] foreign = cipher.keyring(List.of(cipher.newKey())).seal(TEXT);
        refused(keyring, foreign, "a foreign key");
    }

    @Test
    public void open_severalKeys_anyOpens() throws RefusedTokenException {
        byte[] other = cipher.newKey();
        byte[] third = cipher.newKey();
        Keyring rotated = cipher.keyring(List.of(third, other, key));
        assertThat(rotated.open(keyring.seal(TEXT))).isEqualTo(TEXT);
        assertThat(rotated.open(cipher.keyring(List.of(other)).seal(TEXT))).isEqualTo(TEXT);
        assertThat(rotated.open(rotated.seal(TEXT))).isEqualTo(TEXT);
    }

    @Test
    public void seal_severalKeys_usesTheFirst() throws RefusedTokenException {
        byte[] token = cipher.keyring(List.of(key, cipher.newKey())).seal(TEXT);
        assertThat(keyring.open(token)).isEqualTo(TEXT);
    }

    @Test
    public void open_noToken_isRefused() {
        for (String text : List.of("", "=", "====", "namespace", "PLUGIN#check_disk", "\u0000\u0001", "☠", "AAAA")) {
            refused(keyring, text.getBytes(StandardCharsets.UTF_8), text);
        }
        for (int length : new int[] {1, 15, 16, 32, 47, 48, 64, 100, 8192, 8193, 100_000, 10_000_000}) {
            byte[] garbage = new byte[length];
            random.nextBytes(garbage);
            refused(keyring, garbage, length + " random bytes");
            refused(keyring, Base64.getEncoder().encode(garbage), length + " random bytes in Base64");
        }
    }

    @Test
    public void keyring_badKey_saysWhichAndHidesIt() {
        for (int length : new int[] {0, 1, 1000}) {
            byte[] bad = new byte[length];
            Arrays.fill(bad, (byte) 0x5A);
            Throwable thrown = catchThrowable(() -> cipher.keyring(List.of(key, bad, cipher.newKey())));
            assertThat(thrown).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("2");
            if (length > 0) {
                assertThat(thrown.toString())
                        .doesNotContain("ZZ", HexFormat.of().formatHex(bad).substring(0, 2) + "5a", "WlpaWl", "90, 90");
            }
        }
    }

    @Test
    public void keyring_noKey_isRefused() {
        assertThatThrownBy(() -> cipher.keyring(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    public void keyring_keyChangedAfterwards_keepsItsCopy() throws RefusedTokenException {
        byte[] mine = key.clone();
        Keyring copied = cipher.keyring(List.of(mine));
        Arrays.fill(mine, (byte) 0);
        assertThat(keyring.open(copied.seal(TEXT))).isEqualTo(TEXT);
    }

    @Test
    public void newKey_eachTime_isAnotherThatWorks() throws RefusedTokenException {
        Set<String> keys = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            byte[] fresh = cipher.newKey();
            keys.add(HexFormat.of().formatHex(fresh));
            Keyring ring = cipher.keyring(List.of(fresh));
            assertThat(ring.open(ring.seal(TEXT))).isEqualTo(TEXT);
        }
        assertThat(keys).hasSize(100);
    }

    @Test
    public void open_manyThreads_eachGetsItsOwn() {
        Threads.run(4, thread -> {
            for (int i = 0; i < 500; i++) {
                byte[] text = ("namespace=n" + thread + "-" + i).getBytes(StandardCharsets.US_ASCII);
                byte[] token = keyring.seal(text);
                assertThat(keyring.open(token)).isEqualTo(text);
                token[i % token.length] ^= 1;
                refused(keyring, token, "a byte changed");
            }
        });
    }

    private static void refused(Keyring keyring, byte[] token, String what) {
        Throwable thrown = catchThrowable(() -> keyring.open(token));
        assertThat(thrown).as(what).isInstanceOf(RefusedTokenException.class);
        assertThat(thrown.getMessage()).as("what a person can do").isNotBlank();
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
