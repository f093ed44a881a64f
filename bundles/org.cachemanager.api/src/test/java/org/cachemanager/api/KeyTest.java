package org.cachemanager.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.Test;

public class KeyTest {

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    public void keys_areEqualWhenNamespaceAndKeyAre() {
        Key key = Key.of(Namespace.of(bytes("ns")), bytes("k"));

        assertThat(key).isEqualTo(Key.ofBytes(bytes("ns|k"))).hasSameHashCodeAs(Key.ofBytes(bytes("ns|k")));
        assertThat(key).isNotEqualTo(Key.of(Namespace.of(bytes("n")), bytes("sk")));
        assertThat(Key.of(Namespace.of(bytes("")), bytes("k"))).isEqualTo(Key.ofBytes(bytes("|k")));
    }

    @Test
    public void toString_doesNotTellTheKey() {
        assertThat(Key.ofBytes(bytes("ns|secret")).toString()).isEqualTo("Key[9 bytes]");
    }

    @Test
    public void data_ofAPart_givesThatPartAndNoMore() {
        Data data = Data.of(bytes("abcdef"), 2, 3);

        assertThat(data.length()).isEqualTo(3);
        assertThat(data.toByteArray()).isEqualTo(bytes("cde"));
        assertThat(data.piece(0).remaining()).isEqualTo(3);
        assertThat(data.piece(0).array()).hasSize(6);
        assertThatThrownBy(() -> data.piece(1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> Data.of(bytes("abc"), 2, 2)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
