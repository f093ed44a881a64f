package org.cachemanager.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.cachemanager.api.Data;
import org.cachemanager.api.PeerMark;
import org.cachemanager.api.peer.Version;
import org.junit.Test;

/** The mark of the node that passes a call on, and what a node reads in the answers to such calls. */
public class PeerFieldTest {

    private static final PeerMark REF = new PeerMark(UUID.fromString("1d20de92-12bd-4067-8563-8d63e83429cc"), 0);
    private static final Text NAMESPACE = Text.of("n");
    private static final Text KEY = Text.of("k");

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static DeleteRequest delete(String peer) throws ProtocolException {
        byte[] body = bytes("{\"namespace\":\"n\",\"key\":\"k\"" + peer + "}");
        return Requests.delete(body, 0, body.length);
    }

    @Test
    public void render_withAPeer_parsesBack() throws ProtocolException {
        byte[] get = Requests.render(new GetRequest(NAMESPACE, KEY, Duration.ofSeconds(5), REF));
        byte[] delete = Requests.render(new DeleteRequest(NAMESPACE, KEY, REF));
        ByteArrayOutputStream set = new ByteArrayOutputStream();
        for (ByteBuffer piece : Requests.render(new SetRequest(NAMESPACE, KEY, Data.of(bytes("d")), 60, REF, null))) {
            byte[] part = new byte[piece.remaining()];
            piece.get(part);
            set.writeBytes(part);
        }

        assertThat(Requests.get(get, 0, get.length).peer()).isEqualTo(REF);
        assertThat(Requests.get(get, 0, get.length).maxWait()).hasSeconds(5);
        assertThat(Requests.delete(delete, 0, delete.length).peer()).isEqualTo(REF);
        SetRequest read = Requests.set(set.toByteArray(), 0, set.size());
        assertThat(read.peer()).isEqualTo(REF);
        assertThat(read.ttlSeconds()).isEqualTo(60);
        assertThat(read.data().toByteArray()).isEqualTo(bytes("d"));
    }

    @Test
    public void peer_absentOrRepeated_theLastCounts() throws ProtocolException {
        String ref = ",\"peer\":\"" + REF + '"';

        assertThat(delete("").peer()).isNull();
        assertThat(delete(",\"peer\":5" + ref).peer()).isEqualTo(REF);
        assertThat(delete(ref.toUpperCase(java.util.Locale.ROOT).replace("PEER", "peer"))
                        .peer())
                .isEqualTo(REF);
        assertThatThrownBy(() -> delete(ref + ",\"peer\":5")).isInstanceOf(ProtocolException.class);
    }

    @Test
    public void peer_noRef_isRefused() {
        for (String value : List.of(
                "null",
                "5",
                "true",
                "{}",
                "[\"" + REF + "\"]",
                "\"\"",
                "\"1-1-1-1-1\"",
                "\" " + REF + "\"",
                "\"" + REF + "0\"",
                "\"" + "x".repeat(36) + "\"",
                "\"" + "x".repeat(100_000) + "\"")) {
            assertThatThrownBy(() -> delete(",\"peer\":" + value))
                    .as(value)
                    .isInstanceOfSatisfying(
                            ProtocolException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.WRONG_TYPE));
        }
    }

    private static byte[] stored(String more) {
        return bytes("{\"namespace\":\"n\",\"key\":\"k\",\"data\":\"d\",\"ttl\":60" + more + '}');
    }

    @Test
    public void set_withWhatGiveAloneTakes_ignoresIt() throws ProtocolException {
        for (String more : List.of(
                ",\"expiry\":0",
                ",\"stamp\":1",
                ",\"expiry\":0,\"stamp\":1",
                ",\"expiry\":\"never\",\"stamp\":{}",
                ",\"stamp\":99999999999999999999")) {
            byte[] body = stored(more);
            SetRequest request = Requests.set(body, 0, body.length);
            assertThat(request.ttlSeconds()).as(more).isEqualTo(60);
            assertThat(request.version()).as(more).isNull();
        }
    }

    @Test
    public void give_needsExpiryAndStamp() throws ProtocolException {
        byte[] body = stored(",\"expiry\":0,\"stamp\":1");
        SetRequest request = Requests.give(body, 0, body.length);
        assertThat(request.data().toByteArray()).isEqualTo(bytes("d"));
        assertThat(request.version()).isEqualTo(new Version(0, 1));
        for (String more : List.of("", ",\"expiry\":0", ",\"stamp\":1", ",\"expiry\":0,\"stamp\":\"1\"")) {
            byte[] lacking = stored(more);
            assertThatThrownBy(() -> Requests.give(lacking, 0, lacking.length))
                    .as(more)
                    .isInstanceOf(ProtocolException.class);
        }
    }

    @Test
    public void parseRef_ofAStatus_givesIt() throws ProtocolException {
        assertThat(Responses.parseRef(bytes("{\"peers\":[{\"ref\":\"x\"}],\"ref\":\"" + REF + "\",\"uptime\":5}")))
                .isEqualTo(REF.ref());
        for (String status : List.of("{}", "[]", "{\"ref\":5}", "{\"ref\":\"me\"}", "\"" + REF + "\"", "")) {
            assertThatThrownBy(() -> Responses.parseRef(bytes(status)))
                    .as(status)
                    .isInstanceOf(ProtocolException.class);
        }
    }

    @Test
    public void parseGet_withoutAField_orOfAnotherType_isRefused() {
        for (String answer : List.of(
                "{}",
                "{\"lock\":false,\"expiry\":0}",
                "{\"data\":5,\"lock\":false,\"expiry\":0}",
                "{\"data\":null,\"lock\":\"true\",\"expiry\":0}",
                "{\"data\":null,\"lock\":0,\"expiry\":0}",
                "{\"data\":null,\"lock\":false,\"expiry\":\"0\"}",
                "{\"data\":null,\"lock\":false,\"expiry\":99999999999999999999}",
                "{\"data\":null,\"lock\":false}")) {
            assertThatThrownBy(() -> Responses.parseGet(bytes(answer)))
                    .as(answer)
                    .isInstanceOf(ProtocolException.class);
        }
    }
}
