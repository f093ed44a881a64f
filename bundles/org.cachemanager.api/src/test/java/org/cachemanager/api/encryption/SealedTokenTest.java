package org.cachemanager.api.encryption;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.Test;

public class SealedTokenTest {

    @Test
    public void decode_whatWasEncoded_isTheSame() throws Exception {
        for (int length = 1; length < 100; length++) {
            byte[] sealed = new byte[length];
            sealed[length - 1] = (byte) (length * 37);
            assertThat(SealedToken.decode(SealedToken.encode(sealed))).isEqualTo(sealed);
        }
    }

    @Test
    public void decode_anythingElse_isRefused() {
        for (String token : new String[] {
            "",
            "A",
            "AAA",
            "AAAAA",
            "AA=",
            "AA==AAAA",
            "AAB=",
            "AB==",
            "A===",
            "====",
            "AAA\n",
            "AA A",
            "AA-_",
            "\u00e9AAA"
        }) {
            assertThatThrownBy(() -> SealedToken.decode(token.getBytes(US_ASCII)))
                    .as(token)
                    .isInstanceOf(RefusedTokenException.class);
        }
    }

    @Test
    public void decode_tooLong_isRefusedUnread() throws Exception {
        assertThat(SealedToken.decode("A".repeat(64 * 1024).getBytes(US_ASCII))).hasSize(48 * 1024);
        assertThatThrownBy(() -> SealedToken.decode("A".repeat(64 * 1024 + 4).getBytes(US_ASCII)))
                .isInstanceOf(RefusedTokenException.class);
    }
}
