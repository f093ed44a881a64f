package org.cachemanager.encryption.aes.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.cachemanager.api.encryption.Keyring;
import org.cachemanager.api.encryption.NamespaceText;
import org.cachemanager.api.encryption.RefusedTokenException;
import org.cachemanager.testkit.Fuzz;
import org.junit.Before;
import org.junit.Test;

/** The tokens of the vectors, mutated: a keyring with all of their keys refuses every one, in one way. */
public class AesFuzzTest {

    private final Set<String> keys = new LinkedHashSet<>();
    private final Set<String> tokens = new LinkedHashSet<>();
    private Keyring keyring;

    @Before
    public void read() throws IOException {
        try (InputStream file = AesFuzzTest.class.getResourceAsStream("/namespace-tokens.json")) {
            for (JsonNode vector :
                    new ObjectMapper().readTree(Objects.requireNonNull(file)).get("cases")) {
                if (vector.has("namespace")) {
                    keys.addAll(List.of(vector.get("keys").asText().split(",", -1)));
                    tokens.add(vector.get("token").asText());
                }
            }
        }
        keyring = new AesEncryption()
                .keyring(keys.stream().map(Base64.getDecoder()::decode).toList());
    }

    private List<byte[]> valid() throws RefusedTokenException {
        for (String token : tokens) {
            assertThat(keyring.open(token.getBytes(US_ASCII))).isNotEmpty();
        }
        assertThat(tokens).hasSizeGreaterThan(4);
        return tokens.stream().map(token -> token.getBytes(US_ASCII)).toList();
    }

    private void refused(byte[] token) {
        if (!tokens.contains(new String(token, US_ASCII))) {
            assertThatThrownBy(() -> keyring.open(token)).isExactlyInstanceOf(RefusedTokenException.class);
        }
    }

    @Test
    public void token_mutated_isRefused() throws Exception {
        Fuzz.run(valid(), this::refused);
    }

    @Test
    public void sealedBytes_mutated_areRefused() throws Exception {
        List<byte[]> sealed = valid().stream().map(Base64.getDecoder()::decode).toList();
        Fuzz.run(sealed, bytes -> refused(Base64.getEncoder().encode(bytes)));
    }

    @Test
    public void text_mutatedAndSealed_isParsedOrRefused() {
        Keyring keyring = new AesEncryption().keyring(List.of(new byte[16]));
        List<byte[]> texts = Stream.of(
                        "namespace=PLUGIN#check_disk&timestamp=1795300000",
                        " timestamp = 1795300000.25 & namespace =a=b&c=d&namespace=e",
                        "namespace=n&timestamp=1e9")
                .map(text -> text.getBytes(US_ASCII))
                .toList();
        Fuzz.run(texts, text -> {
            try {
                NamespaceText parsed = NamespaceText.parse(keyring.open(keyring.seal(text)));
                assertThat(parsed.namespace()).isNotEmpty();
                assertThat(parsed.isTimely(1_795_300_000_000L, 0)).isTrue();
            } catch (RefusedTokenException e) {
                assertThat(e).hasMessageNotContaining("PLUGIN");
            }
        });
    }
}
