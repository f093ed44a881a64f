package org.cachemanager.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.cachemanager.api.Data;
import org.cachemanager.api.PeerMark;
import org.jspecify.annotations.Nullable;
import org.junit.Test;

/** Several keys in one request, and what is read without a parser. */
public class LookUpsTest {

    private static Text text(String units) {
        return Text.of(units);
    }

    private static String string(Text text) {
        return new String(text.toByteArray(), UTF_8);
    }

    private static BodyPieces pieces(byte[] bytes) {
        BodyPieces body = new BodyPieces();
        body.expect(bytes.length);
        body.append(ByteBuffer.wrap(bytes));
        return body;
    }

    private static BodyPieces pieces(String text) {
        return pieces(text.getBytes(UTF_8));
    }

    private static BodyPieces pieces(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return pieces(bytes);
    }

    @Test
    public void request_parsesBack() throws Exception {
        PeerMark mark = new PeerMark(UUID.fromString("00000000-0000-4000-8000-00000000000a"), 17);
        List<Text> keys = List.of(text("a"), text("\"\\☠\n"), text("c"));
        byte[] body = Requests.render(new LookUpsRequest(text("name"), keys, mark));
        for (LookUpsRequest request : List.of(Requests.lookUps(body, 0, body.length), Requests.lookUps(pieces(body)))) {
            assertThat(string(request.namespace())).isEqualTo("name");
            assertThat(request.keys()).extracting(LookUpsTest::string).containsExactly("a", "\"\\☠\n", "c");
            assertThat(request.peer()).isEqualTo(mark);
        }
    }

    @Test
    public void request_withoutProperKeys_isRefused() {
        String many = "\"k\",".repeat(LookUpsRequest.MOST_KEYS) + "\"k\"";
        for (String keys : List.of(
                "[]",
                "null",
                "\"k\"",
                "[1]",
                "[null]",
                "[\"k\",null,1]",
                "[[\"k\"]]",
                "[{\"k\":[]},\"k\"]",
                "{}",
                "[" + many + "]")) {
            assertThat(refusal(keys)).as(keys).isEqualTo("keys must be an array of 1 to 64 strings.");
        }
        assertThat(refusal("[\"\",1]")).isEqualTo("key is empty; it needs at least one character.");
        assertThat(refusal("[\"a|b\"]")).isEqualTo("key has a | in it, which no key may have.");
        assertThat(refusal("[\"" + "k".repeat(20_000) + "\"]")).isEqualTo("key has more than 16384 bytes; shorten it.");
        assertThat(refusal("[\"k\"")).startsWith("The body is not well-formed JSON");
        assertThat(refusal("[1")).startsWith("The body is not well-formed JSON");
        assertThat(refusal("[1]}{")).startsWith("There is something behind the JSON object");
    }

    private static String refusal(String keys) {
        byte[] body = ("{\"keys\":" + keys + ",\"namespace\":\"n\"}").getBytes(UTF_8);
        try {
            Requests.lookUps(body, 0, body.length);
            return "";
        } catch (ProtocolException e) {
            return e.sentence();
        }
    }

    @Test
    public void request_withProperKeysLast_isTaken() throws Exception {
        byte[] body = "{\"keys\":[1],\"namespace\":\"n\",\"keys\":[\"k\"]}".getBytes(UTF_8);
        assertThat(Requests.lookUps(body, 0, body.length).keys())
                .extracting(LookUpsTest::string)
                .containsExactly("k");
    }

    @Test
    public void answer_parsesBack() throws Exception {
        LookUps answer = new LookUps();
        assertThat(answer.found(Data.of("d\\\"☠".getBytes(UTF_8)), 1_700_000_000_999L))
                .isTrue();
        answer.absent();
        answer.alone();
        assertThat(answer.found(Data.of(new byte[0]), 0)).isTrue();
        List<@Nullable GetResponse> all = LookUps.parse(pieces(answer.end()));
        assertThat(all).hasSize(4);
        GetResponse first = requireNonNull(all.get(0));
        assertThat(requireNonNull(first.data()).toByteArray()).isEqualTo("d\\\"☠".getBytes(UTF_8));
        assertThat(first.expirySeconds()).isEqualTo(1_700_000_000);
        assertThat(all.get(1)).isEqualTo(new GetResponse(null, false, 0));
        assertThat(all.get(2)).isNull();
        assertThat(requireNonNull(requireNonNull(all.get(3)).data()).length()).isZero();
    }

    @Test
    public void answer_thatIsFull_saysSo_andFits() throws Exception {
        LookUps answer = new LookUps();
        int taken = 0;
        for (int i = 0; i < LookUpsRequest.MOST_KEYS; i++) {
            if (answer.found(Data.of("x".repeat(3000).getBytes(UTF_8)), 5_000)) {
                taken++;
            } else {
                answer.alone();
            }
        }
        assertThat(answer.found(Data.of(new byte[LookUps.MOST_BYTES]), 5_000)).isFalse();
        ByteBuffer body = answer.end();
        assertThat(body.remaining()).isLessThanOrEqualTo(LookUps.MOST_BYTES);
        List<@Nullable GetResponse> all = LookUps.parse(pieces(body));
        assertThat(all).hasSize(LookUpsRequest.MOST_KEYS);
        assertThat(Collections.frequency(all, null)).isEqualTo(LookUpsRequest.MOST_KEYS - taken);
        assertThat(taken).isBetween(18, 22);
    }

    @Test
    public void answer_ofAnotherForm_isRefused() {
        for (String answer : List.of(
                "",
                "[",
                "]",
                "[]",
                "{}",
                "[null",
                "[null,]",
                "[null]x",
                "[null null]",
                "[{\"data\":\"x\"}]",
                "[{\"data\":\"x,\"expiry\":5}]",
                "[{\"data\":\"x\n\",\"expiry\":5}]",
                "[{\"data\":\"\\x\",\"expiry\":5}]",
                "[{\"data\":\"\\u12g4\",\"expiry\":5}]",
                "[{\"data\":\"x\",\"expiry\":-5}]",
                "[{\"data\":\"x\",\"expiry\":05}]",
                "[{\"data\":\"x\",\"expiry\":9999999999999999999}]",
                "[{\"data\":\"x\",\"expiry\":5}",
                "[{\"data\":\"x")) {
            assertThatThrownBy(() -> LookUps.parse(pieces(answer))).as(answer).isInstanceOf(ProtocolException.class);
        }
        byte[] broken = "[{\"data\":\"x\",\"expiry\":5}]".getBytes(UTF_8);
        broken[10] = (byte) 0xFF;
        assertThatThrownBy(() -> LookUps.parse(pieces(broken))).isInstanceOf(ProtocolException.class);
    }

    /** What is read at a glance is what the parser reads. */
    @Test
    public void found_ofAnyBytes_isReadAsByTheParser() {
        Random random = new Random(5);
        String[] parts = {
            "x", "abcdefgh", "\\n", "\\u00e9", "\\", "\"", "\\\"", "☠", "\u007f", "\t", ",\"expiry\":1", " "
        };
        int found = 0;
        for (int i = 0; i < 20_000; i++) {
            StringBuilder data = new StringBuilder();
            for (int part = random.nextInt(8); part > 0; part--) {
                data.append(parts[random.nextInt(random.nextInt(4) == 0 ? parts.length : 4)]);
            }
            byte[] body = ("{\"data\":\"" + data + "\",\"lock\":false,\"expiry\":" + random.nextInt(2000) + "}")
                    .getBytes(UTF_8);
            if (random.nextInt(50) == 0) {
                body[random.nextInt(body.length)] = (byte) random.nextInt(256);
            }
            List<@Nullable GetResponse> both = new ArrayList<>();
            both.add(response(body));
            both.add(response(pieces(body)));
            assertThat(describe(both.get(1))).as(new String(body, UTF_8)).isEqualTo(describe(both.get(0)));
            found += both.get(0) == null ? 0 : 1;
        }
        assertThat(found).isBetween(8_000, 19_500);
    }

    private static @Nullable GetResponse response(byte[] body) {
        try {
            return Responses.parseGet(body);
        } catch (ProtocolException e) {
            return null;
        }
    }

    private static @Nullable GetResponse response(BodyPieces body) {
        try {
            return Responses.parseGet(body);
        } catch (ProtocolException e) {
            return null;
        }
    }

    private static String describe(@Nullable GetResponse response) {
        if (response == null) {
            return "none";
        }
        Data data = response.data();
        return (data == null ? "absent" : new String(data.toByteArray(), UTF_8))
                + response.lock()
                + response.expirySeconds();
    }
}
