package org.cachemanager.api.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.cachemanager.api.PeerMark;
import org.junit.Test;

public class NamespaceTextTest {

    private static NamespaceText parse(String text) throws RefusedTokenException {
        return NamespaceText.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    public void parse_takesFieldsInAnyOrder_andIgnoresUnknownOnes() throws Exception {
        NamespaceText text =
                parse("x=1& timestamp =1795300000.25&namespace=a=b&peer=1d20de92-12bd-4067-8563-8d63e83429cc");

        assertThat(text.namespace()).isEqualTo("a=b");
        assertThat(text.timestampMillis()).isEqualTo(1_795_300_000_250L);
        assertThat(text.peer()).isEqualTo(new PeerMark(UUID.fromString("1d20de92-12bd-4067-8563-8d63e83429cc"), 0));
        assertThat(parse(new String(text.toBytes(), StandardCharsets.US_ASCII)).namespace())
                .isEqualTo("a=b");
    }

    @Test
    public void parse_refusesWhatNamesNoNamespace() {
        for (String text : new String[] {
            "", "timestamp=1", "namespace=", "namespace=a|b", "namespace=é", "namespace", "namespace=a&peer=nobody"
        }) {
            assertThatThrownBy(() -> parse(text)).as(text).isInstanceOf(RefusedTokenException.class);
        }
    }

    @Test
    public void timestamp_thatIsNoNumber_isNeverTimely_butForAMarginOfZero() throws Exception {
        for (String stamp :
                new String[] {"NaN", "Infinity", "-Infinity", "1e9", "0x10", "", " ", "1.", "9".repeat(40)}) {
            NamespaceText text = parse("namespace=a&timestamp=" + stamp);

            assertThat(text.isTimely(1_795_300_000_000L, 30_000)).as(stamp).isFalse();
            assertThat(text.isTimely(1_795_300_000_000L, 0)).as(stamp).isTrue();
        }
    }

    @Test
    public void isTimely_includesBothEndsOfTheMargin() throws Exception {
        NamespaceText text = parse("namespace=a&timestamp=1000");

        assertThat(text.isTimely(1_030_000, 30_000)).isTrue();
        assertThat(text.isTimely(1_030_001, 30_000)).isFalse();
        assertThat(text.isTimely(970_000, 30_000)).isTrue();
        assertThat(text.isTimely(969_999, 30_000)).isFalse();
    }
}
