package org.cachemanager.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.cachemanager.api.Data;
import org.junit.Test;

public class RequestsTest {

    /** Parses with foreign bytes on both sides, and in pieces, and wants the same of both. */
    private static SetRequest set(String json) throws ProtocolException {
        return set(json.getBytes(UTF_8));
    }

    private static SetRequest set(byte[] body) throws ProtocolException {
        byte[] framed = new byte[body.length + 24];
        Arrays.fill(framed, (byte) '"');
        System.arraycopy(body, 0, framed, 7, body.length);
        SetRequest request = Requests.set(framed, 7, body.length);
        SetRequest same = Requests.set(pieces(body));
        assertThat(same.key().toByteArray()).isEqualTo(request.key().toByteArray());
        assertThat(same.namespace().toByteArray()).isEqualTo(request.namespace().toByteArray());
        assertThat(same.data().toByteArray()).isEqualTo(request.data().toByteArray());
        assertThat(same.ttlSeconds()).isEqualTo(request.ttlSeconds());
        return request;
    }

    private static BodyPieces pieces(byte[] body) {
        BodyPieces pieces = new BodyPieces();
        ByteBuffer rest = ByteBuffer.wrap(body);
        for (int size = 1; rest.hasRemaining(); size = 3 * size + 1) {
            int count = Math.min(size, rest.remaining());
            pieces.append(rest.slice(rest.position(), count));
            rest.position(rest.position() + count);
        }
        return pieces;
    }

    private static GetRequest get(String json) throws ProtocolException {
        byte[] body = json.getBytes(UTF_8);
        return Requests.get(body, 0, body.length);
    }

    private static ErrorCode codeOf(ThrowingCallable call) {
        ProtocolException e = catchThrowableOfType(ProtocolException.class, call);
        assertThat(e).isNotNull();
        return e.code();
    }

    private static ErrorCode refusal(String json) {
        ErrorCode code = codeOf(() -> get(json));
        assertThat(codeOf(() -> Requests.get(pieces(json.getBytes(UTF_8))))).isEqualTo(code);
        return code;
    }

    private static String with(String value) {
        return "{\"namespace\":\"n\",\"key\":\"k\",\"max_wait_time\":" + value + "}";
    }

    private static ErrorCode ttlRefusal(String value) {
        return codeOf(() -> set("{\"namespace\":\"n\",\"key\":\"k\",\"data\":\"\",\"ttl\":" + value + "}"));
    }

    private static long ttl(String value) throws ProtocolException {
        return set("{\"namespace\":\"n\",\"key\":\"k\",\"data\":\"\",\"ttl\":" + value + "}")
                .ttlSeconds();
    }

    @Test
    public void set_plain() throws Exception {
        SetRequest request = set("{\"namespace\":\"ns\",\"key\":\"k1\",\"data\":\"a\\\"b\\\\\",\"ttl\":900}");

        assertThat(request.namespace().toByteArray()).asString().isEqualTo("ns");
        assertThat(request.key().toByteArray()).asString().isEqualTo("k1");
        assertThat(request.data().toByteArray()).asString().isEqualTo("a\\\"b\\\\");
        assertThat(request.ttlSeconds()).isEqualTo(900);
    }

    @Test
    public void set_dataAnywhereAmongBlanks_keptAsItCame() throws Exception {
        String data = "\\u2620 ☠ 😀 \\ud800 \\u0000 , } \\\" x";
        for (String body : new String[] {
            "{\"data\":\"%s\",\"ttl\":1,\"key\":\"k\",\"namespace\":\"n\"}",
            " \n{ \"key\" : \"k\" , \"namespace\":\"ü☠😀\",\"x\":{\"data\":\"no\"},"
                    + "\"data\" \t:\r\n \"%s\" \n , \"ttl\" : \"1\" } \n",
            "{\"ttl\":1,\"key\":\"k\",\"namespace\":\"\",\"data\":\"%s\"  }",
            "{\"data\":\"first\",\"ttl\":1,\"key\":\"k\",\"namespace\":\"\",\"data\":\"%s\"}",
            "{\"data\":null,\"ttl\":1,\"key\":\"k\",\"namespace\":\"\",\"data\":\"%s\",\"y\":[1,[{}],\"s\"]}"
        }) {
            SetRequest request = set(body.formatted(data));
            assertThat(new String(request.data().toByteArray(), UTF_8)).isEqualTo(data);
        }
    }

    @Test
    public void set_largeOverPieces_dataInPieces() throws Exception {
        String data = "☠\\n0123456789".repeat(100_000);
        byte[] body =
                ("{\"x\":\"ü\",\"data\":\"" + data + "\",\"namespace\":\"n\",\"key\":\"k\",\"ttl\":5}").getBytes(UTF_8);

        Data found = Requests.set(pieces(body)).data();

        assertThat(found.pieces()).isGreaterThan(20);
        assertThat(new String(found.toByteArray(), UTF_8)).isEqualTo(data);
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (int i = 0; i < found.pieces(); i++) {
            byte[] piece = new byte[found.piece(i).remaining()];
            found.piece(i).get(piece);
            joined.writeBytes(piece);
        }
        assertThat(joined.toByteArray()).isEqualTo(found.toByteArray()).hasSize(found.length());
    }

    @Test
    public void set_boundariesOfPieces_dataIsRight() throws Exception {
        for (int length = BodyPieces.PIECE_BYTES - 70; length < BodyPieces.PIECE_BYTES + 4; length++) {
            String data = "x".repeat(length);
            assertThat(set("{\"data\":\"" + data + "\",\"namespace\":\"n\",\"key\":\"k\",\"ttl\":5}")
                            .data()
                            .length())
                    .isEqualTo(length);
        }
    }

    @Test
    public void set_lastOfRepeatedFieldsCounts() throws Exception {
        SetRequest request = set("{\"key\":5,\"namespace\":null,\"ttl\":true,\"data\":\"a\",\"key\":\"k\","
                + "\"namespace\":\"n\",\"ttl\":7,\"data\":\"b\"}");

        assertThat(request.key().toByteArray()).asString().isEqualTo("k");
        assertThat(request.data().toByteArray()).asString().isEqualTo("b");
        assertThat(request.ttlSeconds()).isEqualTo(7);
        assertThat(codeOf(() -> set("{\"key\":\"k\",\"namespace\":\"n\",\"ttl\":7,\"data\":\"b\",\"data\":5}")))
                .isEqualTo(ErrorCode.WRONG_TYPE);
    }

    @Test
    public void key_escapedOrNot_sameBytes() throws Exception {
        byte[] raw = get("{\"namespace\":\"\",\"key\":\"a☠😀\"}").key().toByteArray();
        byte[] escaped = get("{\"namespace\":\"\",\"key\":\"\\u0061\\u2620\\ud83d\\ude00\"}")
                .key()
                .toByteArray();
        byte[] lone = get("{\"namespace\":\"\",\"key\":\"\\ud83d\"}").key().toByteArray();

        assertThat(escaped).isEqualTo(raw);
        assertThat(lone).containsExactly(0xED, 0xA0, 0xBD);
    }

    @Test
    public void key_againstTheRules_refused() {
        assertThat(refusal("{\"namespace\":\"n\",\"key\":\"\"}")).isEqualTo(ErrorCode.BAD_KEY);
        assertThat(refusal("{\"namespace\":\"n\",\"key\":\"a|b\"}")).isEqualTo(ErrorCode.BAD_KEY);
        assertThat(refusal("{\"namespace\":\"n\",\"key\":\"a\\u007cb\"}")).isEqualTo(ErrorCode.BAD_KEY);
        assertThat(refusal("{\"namespace\":\"n\",\"key\":1}")).isEqualTo(ErrorCode.WRONG_TYPE);
        assertThat(refusal("{\"namespace\":\"n\"}")).isEqualTo(ErrorCode.MISSING_FIELD);
        assertThat(refusal("{\"key\":\"n\"}")).isEqualTo(ErrorCode.MISSING_FIELD);
    }

    @Test
    public void lengths_atAndOverTheirBounds() throws Exception {
        String longest = "k".repeat(Limits.MAX_KEY_BYTES);
        assertThat(get("{\"namespace\":\"n\",\"key\":\"" + longest + "\"}")
                        .key()
                        .length())
                .isEqualTo(Limits.MAX_KEY_BYTES);
        assertThat(get("{\"namespace\":\"n\",\"key\":\"" + "\\u006b".repeat(Limits.MAX_KEY_BYTES) + "\"}")
                        .key()
                        .length())
                .isEqualTo(Limits.MAX_KEY_BYTES);
        assertThat(refusal("{\"namespace\":\"n\",\"key\":\"" + longest + "k\"}"))
                .isEqualTo(ErrorCode.OUT_OF_RANGE);
        assertThat(refusal("{\"namespace\":\"n\",\"key\":\"\\n" + longest + "\"}"))
                .isEqualTo(ErrorCode.OUT_OF_RANGE);
        String longestOfPeer = "n".repeat(Limits.MAX_NAMESPACE_BYTES + Limits.MAX_MARK_BYTES);
        assertThat(get("{\"key\":\"k\",\"namespace\":\"" + longestOfPeer + "\"}")
                        .namespace()
                        .length())
                .isEqualTo(longestOfPeer.length());
        assertThat(refusal("{\"key\":\"k\",\"namespace\":\"" + longestOfPeer + "n\"}"))
                .isEqualTo(ErrorCode.OUT_OF_RANGE);
    }

    @Test
    public void maxWait_asNumberOrString() throws Exception {
        assertThat(get("{\"namespace\":\"n\",\"key\":\"k\"}").maxWait()).isZero();
        assertThat(get(with("0")).maxWait()).isZero();
        assertThat(get(with("2")).maxWait()).hasSeconds(2);
        assertThat(get(with("\"900\"")).maxWait()).hasSeconds(900);
        assertThat(get(with("0.25")).maxWait()).hasMillis(250);
        assertThat(get(with("\"1e3\"")).maxWait()).hasSeconds(1000);
        assertThat(get(with("3600.0")).maxWait()).hasSeconds(3600);
        assertThat(get(with("1E-9")).maxWait()).isEqualTo(Duration.ofNanos(1));
        assertThat(get(with("-0")).maxWait()).isZero();
        assertThat(get(with("0e-999")).maxWait()).isZero();
    }

    @Test
    public void maxWait_betweenNanoseconds_isRoundedUp_soThatItStaysAWait() throws Exception {
        for (String value : new String[] {"1e-10", "\"0.0000000001\"", "1e-999"}) {
            assertThat(get(with(value)).maxWait()).as(value).isEqualTo(Duration.ofNanos(1));
        }
        assertThat(get(with("1.0000000001")).maxWait()).isEqualTo(Duration.ofNanos(1_000_000_001));
        assertThat(get(with("3599.9999999999")).maxWait()).hasSeconds(3600);
    }

    @Test
    public void maxWait_senseless_refused() {
        for (String value : new String[] {
            "-1",
            "3600.1",
            "3601",
            "\"\"",
            "\" 1\"",
            "\"NaN\"",
            "\"Infinity\"",
            "\"0x10\"",
            "\"1_0\"",
            "1e999999999",
            "\"1e999999999\"",
            "-0.1",
            "\"" + "1".repeat(2000) + "\"",
            "\"\u0661\"",
            "1e400",
            "\"1.\"",
            "\"+1\""
        }) {
            assertThat(refusal(with(value))).as(value).isEqualTo(ErrorCode.OUT_OF_RANGE);
        }
        for (String value : new String[] {"null", "true", "[1]", "{}"}) {
            assertThat(refusal(with(value))).as(value).isEqualTo(ErrorCode.WRONG_TYPE);
        }
        for (String value : new String[] {"NaN", "01", "1.", ".5", "+1", "0x1", "-", "1e"}) {
            assertThat(refusal(with(value))).as(value).isEqualTo(ErrorCode.BAD_JSON);
        }
    }

    @Test
    public void ttl_cutToWholeSeconds() throws Exception {
        assertThat(ttl("1")).isEqualTo(1);
        assertThat(ttl("1.999")).isEqualTo(1);
        assertThat(ttl("\"900\"")).isEqualTo(900);
        assertThat(ttl("315360000")).isEqualTo(315_360_000);
        assertThat(ttl("315360000.9")).isEqualTo(315_360_000);
        assertThat(ttl("3e2")).isEqualTo(300);
    }

    @Test
    public void ttl_senseless_refused() {
        for (String value : new String[] {"0", "0.9", "-1", "315360001", "\"x\"", "0.99999999999999999999999"}) {
            assertThat(ttlRefusal(value)).as(value).isEqualTo(ErrorCode.OUT_OF_RANGE);
        }
        for (String value : new String[] {"true", "null", "[]", "{\"a\":1}"}) {
            assertThat(ttlRefusal(value)).as(value).isEqualTo(ErrorCode.WRONG_TYPE);
        }
    }

    @Test
    public void body_notOneObject_refused() {
        for (String body : new String[] {
            "",
            " ",
            "{",
            "{}x",
            "{}{}",
            "{\"a\":1,}",
            "{'a':1}",
            "{\"a\":\"\n\"}",
            "nul",
            "{\"a\":\"\\x\"}",
            "\ufeff{}",
            "{\"key\":\"k\",\"namespace\":\"n\"",
            "{\"a\":1 \"b\":2}",
            "{\"data\":\"}"
        }) {
            assertThat(refusal(body)).as(body).isEqualTo(ErrorCode.BAD_JSON);
        }
        for (String body : new String[] {"[]", "\"s\"", "1", "null", "[{\"key\":1}]"}) {
            assertThat(refusal(body)).as(body).isEqualTo(ErrorCode.NOT_AN_OBJECT);
        }
        assertThat(refusal("{\"a\":" + "[".repeat(100_000))).isEqualTo(ErrorCode.OUT_OF_RANGE);
        byte[] wide = "{\"namespace\":\"n\",\"key\":\"k\"}".getBytes(java.nio.charset.StandardCharsets.UTF_16LE);
        assertThat(codeOf(() -> Requests.get(wide, 0, wide.length))).isEqualTo(ErrorCode.BAD_JSON);
    }

    @Test
    public void body_notUtf8_refusedWhereverItIs() {
        byte[][] faults = {
            {(byte) 0xC0, (byte) 0xAF},
            {(byte) 0xE0, (byte) 0x80, (byte) 0x80},
            {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
            {(byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
            {(byte) 0x80},
            {(byte) 0xE2, (byte) 0x98},
            {(byte) 0xFF}
        };
        for (byte[] fault : faults) {
            byte[] body = "{\"data\":\"0123456789....\",\"namespace\":\"n\",\"key\":\"k\",\"ttl\":5}".getBytes(UTF_8);
            System.arraycopy(fault, 0, body, 19, fault.length);
            assertThat(codeOf(() -> Requests.set(body, 0, body.length))).isEqualTo(ErrorCode.BAD_UTF8);
            assertThat(codeOf(() -> Requests.set(pieces(body)))).isEqualTo(ErrorCode.BAD_UTF8);
        }
    }

    @Test
    public void refusal_doesNotEchoTheBody() {
        ProtocolException e = catchThrowableOfType(
                ProtocolException.class, () -> get("{\"namespace\":\"hush\",\"key\":\"secret\",secret}"));

        assertThat(e.sentence()).doesNotContain("secret").doesNotContain("hush");
    }

    @Test
    public void render_parsesBack() throws Exception {
        Text namespace = Text.of("n\"\\\n\ud800☠😀");
        Text key = Text.of("\udc00\ud83d");
        byte[] body = Requests.render(new GetRequest(namespace, key, Duration.ofMillis(1050)));

        GetRequest request = Requests.get(body, 0, body.length);

        assertThat(request.namespace().toByteArray()).isEqualTo(namespace.toByteArray());
        assertThat(request.key().toByteArray()).isEqualTo(key.toByteArray());
        assertThat(request.maxWait()).hasMillis(1050);
    }

    @Test
    public void renderSet_parsesBack() throws Exception {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        SetRequest sent = new SetRequest(Text.of("n"), Text.of("k"), JsonText.toData("a\"☠\ud800\n"), 60);
        for (ByteBuffer piece : Requests.render(sent)) {
            byte[] bytes = new byte[piece.remaining()];
            piece.get(bytes);
            body.writeBytes(bytes);
        }

        SetRequest request = set(body.toByteArray());

        assertThat(JsonText.toString(request.data())).isEqualTo("a\"☠\ud800\n");
        assertThat(request.ttlSeconds()).isEqualTo(60);
        byte[] delete = Requests.render(new DeleteRequest(Text.of("n"), Text.of("k")));
        assertThat(Requests.delete(delete, 0, delete.length).key().toByteArray())
                .asString()
                .isEqualTo("k");
    }

    @Test
    public void unknownField_withALongNameNumberTextOrNesting_isIgnored() throws Exception {
        String long9 = "9".repeat(20_000);
        for (String field : List.of(
                '"' + "n".repeat(20_000) + "\":1",
                "\"u\":" + long9,
                "\"u\":1." + long9 + "e5",
                "\"u\":\"" + long9 + "\\n\"",
                "\"u\":" + "[".repeat(500) + "]".repeat(500))) {
            assertThat(set("{" + field + ",\"namespace\":\"n\",\"key\":\"k\",\"data\":\"d\",\"ttl\":1}")
                            .ttlSeconds())
                    .isEqualTo(1);
        }
    }

    @Test
    public void repeatedField_whoseEarlierValueIsLong_countsWithTheLast() throws Exception {
        String text = '"' + "v".repeat(20_000) + "\\n\"";
        SetRequest request = set(
                "{\"namespace\":" + text + ",\"key\":" + text + ",\"ttl\":" + text + ",\"data\":" + text + ",\"ttl\":"
                        + "9".repeat(20_000) + ",\"namespace\":\"n\",\"key\":\"k\",\"data\":\"d\",\"ttl\":\"7\"}");

        assertThat(request.key().toByteArray()).isEqualTo("k".getBytes(UTF_8));
        assertThat(request.data().toByteArray()).isEqualTo("d".getBytes(UTF_8));
        assertThat(request.ttlSeconds()).isEqualTo(7);
    }

    @Test
    public void nameOrNumber_longerThanAnyBodyNeeds_isRefused() {
        String most = "9".repeat(Limits.MAX_BYTES_WITHOUT_DATA + 1);
        assertThat(refusal("{\"" + most + "\":1}")).isEqualTo(ErrorCode.OUT_OF_RANGE);
        assertThat(refusal("{\"u\":" + most + "}")).isEqualTo(ErrorCode.OUT_OF_RANGE);
    }
}
