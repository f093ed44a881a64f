package org.cachemanager.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.cachemanager.api.Call;
import org.cachemanager.api.Failure;
import org.cachemanager.api.Namespace;
import org.cachemanager.api.PeerMark;
import org.cachemanager.api.Reply;
import org.cachemanager.api.encryption.Keyring;
import org.cachemanager.api.encryption.NamespaceCipher;
import org.cachemanager.api.encryption.NamespaceText;
import org.cachemanager.api.encryption.RefusedTokenException;
import org.cachemanager.testkit.ManualClock;
import org.junit.Test;

public class GateTest {

    /** A token is the key, a dot, and the text. */
    private static final class DotCipher implements NamespaceCipher {
        int opened;

        @Override
        public Keyring keyring(List<byte[]> keys) {
            List<String> names = keys.stream()
                    .map(k -> Base64.getEncoder().encodeToString(k))
                    .toList();
            return new Keyring() {
                @Override
                public byte[] seal(byte[] text) {
                    return TestNode.bytes(names.get(0) + "." + text(text));
                }

                @Override
                public byte[] open(byte[] token) throws RefusedTokenException {
                    opened++;
                    for (String name : names) {
                        if (text(token).startsWith(name + ".")) {
                            return TestNode.bytes(text(token).substring(name.length() + 1));
                        }
                    }
                    throw new RefusedTokenException("no key");
                }
            };
        }

        @Override
        public byte[] newKey() {
            return new byte[16];
        }
    }

    private static final String ONE = Base64.getEncoder().encodeToString(TestNode.bytes("one"));
    private static final String TWO = Base64.getEncoder().encodeToString(TestNode.bytes("two"));

    private static final UUID PEER = UUID.fromString("c9d7e9a8-6a0f-4b57-9c80-b1f1f1a8a3b4");

    private final ManualClock clock = new ManualClock();
    private final Gate gate = new Gate(clock, new Deadlines(clock), () -> {}, () -> this.changes++);
    private final DotCipher cipher = new DotCipher();
    private final List<String> events = new ArrayList<>();
    private int changes;

    private static String text(byte[] bytes) {
        return new String(bytes, java.nio.charset.StandardCharsets.UTF_8);
    }

    private Call open(String token) {
        byte[] bytes = TestNode.bytes("xx" + token + "yy");
        return gate.open(bytes, 2, bytes.length - 4, new Reply<>() {
            @Override
            public void completed(Namespace result) {
                events.add(text(result.name()));
            }

            @Override
            public void failed(Failure failure) {
                events.add("failed " + failure.reason());
            }
        });
    }

    private String token(String key, String name) {
        return key + "." + text(new NamespaceText(name, clock.epochMillis(), null).toBytes());
    }

    private void encrypted(String... keys) {
        gate.configure(List.of(keys), Duration.ofSeconds(30));
        gate.use(cipher);
    }

    @Test
    public void plain_takesTheNameAsItIs_withinItsBounds() {
        open("PLUGIN#check_disk");
        open("a|b");
        open("n".repeat(4096));
        open("n".repeat(4097));

        assertThat(events)
                .containsExactly("PLUGIN#check_disk", "failed BAD_NAMESPACE", "n".repeat(4096), "failed BAD_NAMESPACE");
    }

    @Test
    public void token_isOpenedOnce_butItsTimeIsCheckedAtEveryCall() {
        encrypted(ONE);
        String token = token(ONE, "abc");
        open(token);
        open(token);
        assertThat(cipher.opened).isEqualTo(1);
        clock.advance(Duration.ofSeconds(30));
        open(token);
        clock.advance(Duration.ofMillis(1));
        open(token);
        clock.stepWall(Duration.ofMinutes(-2));
        open(token);

        assertThat(events).containsExactly("abc", "abc", "abc", "failed REFUSED", "failed REFUSED");
    }

    /** Which of those that were opened it is, is found by its end alone; what it is, is not. */
    @Test
    public void tokenThatEndsAsOneThatWasOpened_isAnother() {
        encrypted(ONE);
        String token = token(ONE, "n".repeat(100) + "&end=aVeryLongEndOfATokenThatIsTheSame");
        open(token);
        open("!" + token.substring(1));
        open(token.substring(0, token.indexOf("nnn")) + "m" + token.substring(token.indexOf("nnn") + 1));

        assertThat(events).containsExactly("n".repeat(100), "failed REFUSED", "m" + "n".repeat(99));
    }

    @Test
    public void requiresTokens_whereThereAreKeys_whateverElseThereIs() {
        assertThat(gate.requiresTokens()).isFalse();
        gate.configure(List.of(ONE), Duration.ofSeconds(30));
        assertThat(gate.requiresTokens()).isTrue();
        gate.use(cipher);
        gate.use(null);
        assertThat(gate.requiresTokens()).isTrue();
        gate.configure(List.of(), Duration.ofSeconds(30));
        assertThat(gate.requiresTokens()).isFalse();
    }

    @Test
    public void encrypted_neverTakesAPlainName() {
        encrypted(ONE);
        open("abc");
        open("");
        open("x".repeat(8193));

        assertThat(events).containsExactly("failed REFUSED", "failed REFUSED", "failed BAD_NAMESPACE");
    }

    private String tokenOfPeer(String key, UUID peer, String name) {
        return key + "." + text(new NamespaceText(name, clock.epochMillis(), new PeerMark(peer, 1)).toBytes());
    }

    private String sealedFor(UUID peer) {
        Namespace sealed = gate.seal(peer, TestNode.bytes("abc|k"), 3, new PeerMark(TestNode.REF, 7));
        return text(Objects.requireNonNull(sealed).name());
    }

    /** A client's is bounded as ever; a peer's says what that one did, and a mark. */
    @Test
    public void tokenOfAPeer_mayBeLongerByItsMark() {
        encrypted(ONE);
        String longest = "x".repeat(8192 - token(ONE, "").length());
        open(token(ONE, longest));
        open(token(ONE, longest + "x"));
        open(tokenOfPeer(ONE, PEER, longest));
        open(tokenOfPeer(ONE, PEER, longest + "x".repeat(256)));
        open("x".repeat(8193));

        assertThat(events)
                .containsExactly(
                        longest, "failed BAD_NAMESPACE", longest, "failed BAD_NAMESPACE", "failed BAD_NAMESPACE");
    }

    /** As when a new key is put first on one node after another, and the old one taken out of them again. */
    @Test
    public void tokenForAPeer_isSealedUnderTheKeyThatItUsedLast_asLongAsThatIsOneOfThese() {
        encrypted(ONE);
        open(tokenOfPeer(ONE, PEER, "abc"));
        gate.configure(List.of(TWO, ONE), Duration.ofSeconds(30));
        assertThat(sealedFor(PEER)).startsWith(ONE + ".");
        assertThat(sealedFor(TestNode.REF)).startsWith(TWO + ".");
        open(tokenOfPeer(TWO, PEER, "abc"));
        assertThat(sealedFor(PEER)).startsWith(TWO + ".");
        open(tokenOfPeer(ONE, PEER, "abc"));
        gate.configure(List.of(TWO), Duration.ofSeconds(30));
        assertThat(sealedFor(PEER)).startsWith(TWO + ".");

        assertThat(events).containsExactly("abc", "abc", "abc");
    }

    @Test
    public void keyThatOpensNothingAnyMore_isForgotten_thoughAPeerUsedItLast() {
        encrypted(ONE);
        open(tokenOfPeer(ONE, PEER, "abc"));
        gate.configure(List.of(TWO), Duration.ofSeconds(30));
        clock.advance(Duration.ofSeconds(31));
        gate.configure(List.of(TWO, ONE), Duration.ofSeconds(30));
        assertThat(sealedFor(PEER)).startsWith(TWO + ".");
    }

    @Test
    public void refusedByAPeer_triesTheOtherKeys_thenTheFirstAgain() {
        assertThat(gate.refused(PEER)).isFalse();
        encrypted(ONE, TWO);
        assertThat(gate.refused(PEER)).isTrue();
        assertThat(sealedFor(PEER)).startsWith(TWO + ".");
        assertThat(gate.refused(PEER)).isFalse();
        assertThat(sealedFor(PEER)).startsWith(ONE + ".");
        gate.use(null);
        assertThat(gate.refused(PEER)).isFalse();
    }

    @Test
    public void cipherThatIsAbsent_parksCalls_untilItComes() {
        gate.configure(List.of(ONE), Duration.ofSeconds(30));
        open(token(ONE, "abc"));
        clock.advance(Duration.ofSeconds(4));
        assertThat(events).isEmpty();
        gate.use(cipher);

        assertThat(events).containsExactly("abc");
        clock.advance(Duration.ofSeconds(10));
        assertThat(events).hasSize(1);
    }

    @Test
    public void cipherThatStaysAway_meansUnavailable_afterFiveSeconds() {
        gate.configure(List.of(ONE), Duration.ofSeconds(30));
        open("abc");
        Call cancelled = open("abc");
        assertThat(cancelled.cancel()).isTrue();
        clock.advance(Duration.ofMillis(5002));

        assertThat(events).containsExactly("failed UNAVAILABLE");
    }

    @Test
    public void cipherThatLeaves_failsClosed() {
        encrypted(ONE);
        String token = token(ONE, "abc");
        open(token);
        gate.use(null);
        open(token);
        open("plain");
        clock.advance(Duration.ofSeconds(6));

        assertThat(events).containsExactly("abc", "failed UNAVAILABLE", "failed UNAVAILABLE");
    }

    @Test
    public void keyThatIsRotatedOut_opensForAWhileMore() {
        encrypted(ONE);
        gate.configure(List.of(TWO), Duration.ofSeconds(30));
        open(token(ONE, "old"));
        open(token(TWO, "new"));
        clock.advance(Duration.ofSeconds(29));
        open(token(ONE, "old"));
        clock.advance(Duration.ofSeconds(2));
        open(token(ONE, "old"));
        open(token(TWO, "new"));

        assertThat(events).containsExactly("old", "new", "old", "failed REFUSED", "new");
    }

    @Test
    public void sameSettingsAgain_keepNothingOld() {
        encrypted(ONE);
        int before = changes;
        gate.configure(List.of(ONE), Duration.ofSeconds(60));
        gate.use(cipher);
        assertThat(clock.scheduled()).isZero();
        assertThat(changes).isEqualTo(before);
        gate.configure(List.of(ONE, TWO), Duration.ofSeconds(60));
        gate.use(new DotCipher());
        assertThat(changes).isEqualTo(before + 2);
    }

    @Test
    public void cipherThatCannotUseTheKeys_failsClosed() {
        gate.configure(List.of(ONE), Duration.ofSeconds(30));
        gate.use(new NamespaceCipher() {
            @Override
            public Keyring keyring(List<byte[]> keys) {
                throw new IllegalArgumentException("key 1 is not one of this cipher");
            }

            @Override
            public byte[] newKey() {
                return new byte[0];
            }
        });
        open("abc");
        clock.advance(Duration.ofSeconds(6));

        assertThat(events).containsExactly("failed UNAVAILABLE");
    }
}
