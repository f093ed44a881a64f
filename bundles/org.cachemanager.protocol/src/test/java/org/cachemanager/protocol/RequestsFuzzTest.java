package org.cachemanager.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.cachemanager.testkit.Fuzz;
import org.junit.Test;

/** Mutated bodies are parsed or refused, by every parser, and the same whether they come at once or in pieces. */
public class RequestsFuzzTest {

    private static final List<byte[]> VALID = Stream.of(
                    "{\"namespace\":\"secret-ns\",\"key\":\"secret-key\",\"max_wait_time\":30}",
                    "{\"namespace\":\"secret-ns\",\"key\":\"k\\u00e9\\ud83d\\ude00\\ud800\\n\","
                            + "\"max_wait_time\":\"0.5\"}",
                    "{\"max_wait_time\":1e3,\"key\":\"\u2620\uD83D\uDE00\",\"namespace\":\"n\"}",
                    "{\"namespace\":\"n\",\"key\":\"k\",\"data\":\"{\\\"a\\\":[1,2]}\\u0000\\\\\",\"ttl\":900}",
                    "{\"namespace\":\"n\",\"key\":\"k\",\"data\":\"\",\"ttl\":\"900\"}",
                    "{\"namespace\":\"n\",\"key\":\"k\",\"data\":\"d\",\"ttl\":60,\"expiry\":17,\"stamp\":18}",
                    " {\"ttl\" : 60.9 , \"data\" : \"secret \u00e9\" , \"key\" : \"k\" , \"namespace\" : \"n\" } ",
                    "{\"namespace\":\"n\",\"key\":\"k\",\"data\":\"" + "d".repeat(70_000) + "\",\"ttl\":5}",
                    "{\"namespace\":\"n\",\"key\":\"k\",\"a\":{\"b\":[1,{\"c\":null}],\"key\":\"x\"},"
                            + "\"data\":\"d\",\"ttl\":5,\"z\":[[]]}",
                    "{\"key\":1,\"key\":\"k\",\"data\":{},\"data\":\"d\",\"ttl\":0,\"ttl\":7,"
                            + "\"namespace\":null,\"namespace\":\"n\"}",
                    "{\"namespace\":\"n\",\"key\":\"" + "\\u2620".repeat(3000) + "\"}",
                    "{}")
            .map(body -> body.getBytes(UTF_8))
            .toList();

    /** A way to parse a body, and what it gave, as text. */
    @FunctionalInterface
    private interface Parser<B> {
        Object parse(B body) throws ProtocolException;
    }

    private static <B> String outcome(Parser<B> parser, B body) {
        try {
            return described(parser.parse(body));
        } catch (ProtocolException e) {
            assertThat(e).hasMessageNotContaining("secret");
            assertThat(e.getMessage()).hasSizeLessThan(200);
            return e.code().toString();
        }
    }

    private static String described(Object parsed) {
        if (parsed instanceof GetRequest get) {
            return described(get.namespace(), get.key()) + get.maxWait();
        }
        if (parsed instanceof SetRequest set) {
            return described(set.namespace(), set.key())
                    + set.ttlSeconds()
                    + new String(set.data().toByteArray(), UTF_8);
        }
        if (parsed instanceof DeleteRequest delete) {
            return described(delete.namespace(), delete.key());
        }
        return parsed.getClass().getSimpleName();
    }

    private static String described(Text namespace, Text key) {
        return new String(namespace.toByteArray(), UTF_8) + '|' + new String(key.toByteArray(), UTF_8) + '|';
    }

    private static BodyPieces pieces(byte[] body) {
        BodyPieces pieces = new BodyPieces();
        int half = body.length / 2;
        pieces.append(ByteBuffer.wrap(body, 0, half));
        pieces.append(ByteBuffer.wrap(body, half, body.length - half));
        return pieces;
    }

    @Test
    public void body_mutated_isParsedOrRefused_atOnceAndInPiecesAlike() {
        Fuzz.run(VALID, body -> {
            assertThat(outcome(b -> Requests.get(b, 0, b.length), body))
                    .isEqualTo(outcome(b -> Requests.get(b), pieces(body)));
            assertThat(outcome(b -> Requests.set(b, 0, b.length), body))
                    .isEqualTo(outcome(b -> Requests.set(b), pieces(body)));
            assertThat(outcome(b -> Requests.give(b, 0, b.length), body))
                    .isEqualTo(outcome(b -> Requests.give(b), pieces(body)));
            assertThat(outcome(b -> Requests.delete(b, 0, b.length), body))
                    .isEqualTo(outcome(b -> Requests.delete(b), pieces(body)));
        });
    }

    @Test
    public void response_mutated_isParsedOrRefused() {
        List<byte[]> valid = Stream.of(
                        "{\"data\":\"d\\n\",\"lock\":false,\"expiry\":1795300000}",
                        "{\"data\":null,\"lock\":true,\"expiry\":0}",
                        "{\"deleted\":true}",
                        "{\"error\":\"e\",\"code\":\"c\"}",
                        "\"ok\"")
                .map(body -> body.getBytes(UTF_8))
                .toList();
        Fuzz.run(valid, body -> {
            assertThat(outcome(Responses::parseGet, body)).isEqualTo(outcome(b -> Responses.parseGet(b), pieces(body)));
            assertThat(outcome(Responses::parseSet, body)).isNotEmpty();
            assertThat(outcome(Responses::parseDelete, body)).isNotEmpty();
            assertThat(outcome(Responses::parseError, body)).isNotEmpty();
        });
    }
}
