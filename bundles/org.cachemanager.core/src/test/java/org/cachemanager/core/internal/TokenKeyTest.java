package org.cachemanager.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Base64;
import java.util.UUID;
import org.cachemanager.api.PeerMark;
import org.cachemanager.api.encryption.NamespaceText;
import org.cachemanager.testkit.ManualClock;
import org.junit.Test;

/** The tokens that are sealed for peers. */
public class TokenKeyTest {

    private static final PeerMark MARK = new PeerMark(new UUID(1, 1), 7);
    private static final String ONE = Base64.getEncoder().encodeToString(new byte[] {1});
    private static final String TWO = Base64.getEncoder().encodeToString(new byte[] {2});
    private static final long MARGIN = 30_000;

    private final ManualClock clock = new ManualClock();
    private final TestCipher cipher = new TestCipher();
    private final TokenKey key = new TokenKey(clock, cipher, ONE);

    private byte[] token(String name, PeerMark mark, long marginMillis) {
        byte[] bytes = TestNode.bytes(name + "|k");
        return key.token(bytes, name.length(), mark, marginMillis).name();
    }

    private byte[] token() {
        return token("abc", MARK, MARGIN);
    }

    @Test
    public void token_saysTheNamespaceTheTimeAndTheMark() throws Exception {
        NamespaceText text = NamespaceText.parse(key.open(token()));
        assertThat(text.namespace()).isEqualTo("abc");
        assertThat(text.timestampMillis()).isEqualTo(clock.epochMillis() / 1000 * 1000);
        assertThat(text.peer()).isEqualTo(MARK);
    }

    @Test
    public void token_isUsedForASecond() {
        byte[] first = token();
        clock.advance(Duration.ofSeconds(1));
        assertThat(token()).isSameAs(first);
        clock.advance(Duration.ofMillis(1));
        assertThat(token()).isNotSameAs(first);
    }

    @Test
    public void token_isUsedForATenthOfTheMargin_orASecondWhereThereIsNone() {
        byte[] first = token("abc", MARK, 2000);
        clock.advance(Duration.ofMillis(200));
        assertThat(token("abc", MARK, 2000)).isSameAs(first);
        clock.advance(Duration.ofMillis(1));
        assertThat(token("abc", MARK, 0)).isSameAs(first);
        assertThat(token("abc", MARK, 2000)).isNotSameAs(first);
    }

    @Test
    public void clockThatIsSetBack_hasANewOneMade() {
        byte[] first = token();
        clock.stepWall(Duration.ofMillis(-1));
        assertThat(token()).isNotSameAs(first);
    }

    @Test
    public void tokens_areOfOneNamespaceAndMark() throws Exception {
        for (int i = 0; i < 1000; i++) {
            PeerMark mark = new PeerMark(new UUID(i % 7, 1), i % 11);
            NamespaceText text = NamespaceText.parse(key.open(token("n" + i % 13, mark, MARGIN)));
            assertThat(text.namespace()).isEqualTo("n" + i % 13);
            assertThat(text.peer()).isEqualTo(mark);
        }
        byte[] first = token();
        token("other", MARK, MARGIN);
        assertThat(token()).as("beside that of another namespace").isSameAs(first);
    }

    @Test
    public void same_isTheSameKeyOfTheSameCipher() {
        assertThat(key.isSame(new TokenKey(clock, cipher, ONE))).isTrue();
        assertThat(key.isSame(new TokenKey(clock, cipher, TWO))).isFalse();
        assertThat(key.isSame(new TokenKey(clock, new TestCipher(), ONE))).isFalse();
    }
}
