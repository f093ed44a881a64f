package org.cachemanager.encryption.aesgcm.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.Assert.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.cachemanager.api.encryption.NamespaceText;
import org.cachemanager.api.encryption.RefusedTokenException;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;
import org.junit.runners.Parameterized.Parameters;

/** Every token vector of this cipher. */
@RunWith(Parameterized.class)
public class AesGcmVectorsTest {

    private final JsonNode vector;

    public AesGcmVectorsTest(String name, JsonNode vector) {
        this.vector = vector;
    }

    @Parameters(name = "{0}")
    public static List<Object[]> vectors() throws IOException {
        try (InputStream file = AesGcmVectorsTest.class.getResourceAsStream("/aesgcm-tokens.json")) {
            List<Object[]> all = new ArrayList<>();
            new ObjectMapper()
                    .readTree(Objects.requireNonNull(file))
                    .get("cases")
                    .forEach(vector -> all.add(new Object[] {vector.get("name").asText(), vector}));
            assertThat(all).hasSizeGreaterThan(15);
            return all;
        }
    }

    private String decode() throws RefusedTokenException {
        List<byte[]> keys = Stream.of(vector.get("keys").asText().split(","))
                .map(Base64.getDecoder()::decode)
                .toList();
        byte[] token = vector.get("token").asText().getBytes(StandardCharsets.UTF_8);
        NamespaceText text =
                NamespaceText.parse(new AesGcmEncryption().keyring(keys).open(token));
        long now = vector.get("now").asLong() * 1000;
        if (!text.isTimely(now, vector.get("margin").asLong() * 1000)) {
            throw new RefusedTokenException("not in its time");
        }
        return text.namespace();
    }

    @Test
    public void token_isOpenedOrRefusedAsTheVectorSays() throws Exception {
        if (vector.has("namespace")) {
            assertThat(decode()).isEqualTo(vector.get("namespace").asText());
        } else {
            assertThat(vector.has("refused")).isTrue();
            assertThrows(RefusedTokenException.class, this::decode);
        }
    }
}
