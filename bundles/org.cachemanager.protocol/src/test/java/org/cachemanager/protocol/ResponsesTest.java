package org.cachemanager.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;
import org.cachemanager.api.Data;
import org.cachemanager.api.NodeStatus;
import org.junit.Test;

public class ResponsesTest {

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    private static String text(ByteBuffer buffer) {
        return new String(bytes(buffer), UTF_8);
    }

    @Test
    public void found_asOneAndInParts() throws Exception {
        Data data = JsonText.toData("{\"a\": \"☠\"}");
        ByteBuffer whole = ByteBuffer.allocate(Responses.foundOverhead() + data.length());
        Responses.putFound(whole, data, 1_700_000_000_999L);

        String expected = "{\"data\":\"{\\\"a\\\": \\\"☠\\\"}\",\"lock\":false,\"expiry\":1700000000}";
        assertThat(text(whole.flip().duplicate())).isEqualTo(expected);
        assertThat(text(Responses.foundHead()) + text(data.piece(0)) + text(Responses.foundTail(1_700_000_000_999L)))
                .isEqualTo(expected);
        GetResponse response = Responses.parseGet(bytes(whole));
        assertThat(JsonText.toString(requireNonNull(response.data()))).isEqualTo("{\"a\": \"☠\"}");
        assertThat(response.lock()).isFalse();
        assertThat(response.expirySeconds()).isEqualTo(1_700_000_000);
    }

    @Test
    public void constants_parseBack() throws Exception {
        assertThat(text(Responses.locked())).isEqualTo("{\"data\":null,\"lock\":true,\"expiry\":0}");
        assertThat(text(Responses.absent())).isEqualTo("{\"data\":null,\"lock\":false,\"expiry\":0}");
        assertThat(text(Responses.stored())).isEqualTo("\"ok\"");
        assertThat(Responses.parseGet(bytes(Responses.locked()))).isEqualTo(new GetResponse(null, true, 0));
        assertThat(Responses.parseSet(bytes(Responses.stored()))).isTrue();
        assertThat(Responses.parseDelete(bytes(Responses.deleted(true)))).isTrue();
        assertThat(Responses.parseDelete(bytes(Responses.deleted(false)))).isFalse();
    }

    @Test
    public void error_parsesBack() throws Exception {
        assertThat(Responses.parseError(bytes(Responses.error(ErrorCode.BAD_KEY, "Say \"what\"."))))
                .isEqualTo(new ErrorResponse("Say \"what\".", "bad_key"));
    }

    @Test
    public void status_hasTheFixedFields() {
        UUID ref = UUID.fromString("1d20de92-12bd-4067-8563-8d63e83429cc");
        UUID down = UUID.fromString("2d20de92-12bd-4067-8563-8d63e83429cc");
        NodeStatus status = new NodeStatus(
                ref,
                4581,
                List.of(new NodeStatus.Peer(ref, 0, null), new NodeStatus.Peer(down, 1_700_000_000, "http://a:1")),
                3,
                1255,
                10_000,
                77,
                List.of(new NodeStatus.InForce("eviction", "s3fifo", "lru")),
                List.of("http://b:1"));

        assertThat(text(Responses.status(status)))
                .isEqualTo("{\"ref\":\"" + ref + "\",\"uptime\":4581,\"available_peer_refs\":[\"" + ref
                        + "\"],\"peers\":[{\"ref\":\"" + ref + "\",\"deactivated\":0},{\"ref\":\"" + down
                        + "\",\"deactivated\":1700000000}],\"cache_items\":3,\"cache_size\":1255,"
                        + "\"cache_percent\":12.6,\"max_item_size\":77,"
                        + "\"seams\":{\"eviction\":{\"configured\":\"s3fifo\",\"in_force\":\"lru\"}}}");
    }
}
