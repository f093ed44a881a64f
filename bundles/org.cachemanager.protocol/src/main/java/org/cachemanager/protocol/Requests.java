package org.cachemanager.protocol;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.cachemanager.api.Data;
import org.cachemanager.protocol.JsonText.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * The bodies of requests: parsed for a server, rendered for a client. Stateless; any thread may call it.
 *
 * <p>What parsing gives lies in the body's own arrays as far as it can: it is valid as long as nobody writes there.
 */
public final class Requests {

    private static final int NANOS_DIGITS = 9;

    private Requests() {}

    /** Parses the body of {@code get_data}. */
    public static GetRequest get(byte[] body, int offset, int length) throws ProtocolException {
        return get(new ArrayBody(body, offset, length));
    }

    /** Parses the body of {@code get_data}. */
    public static GetRequest get(BodyPieces body) throws ProtocolException {
        return get((Body) body);
    }

    private static GetRequest get(Body body) throws ProtocolException {
        RequestReader fields = RequestReader.read(body, RequestReader.Kind.GET);
        return new GetRequest(fields.namespace(), fields.key(), fields.maxWait(), fields.peer());
    }

    /** Parses the body of {@code set_data}. */
    public static SetRequest set(byte[] body, int offset, int length) throws ProtocolException {
        return set(new ArrayBody(body, offset, length));
    }

    /** Parses the body of {@code set_data}. */
    public static SetRequest set(BodyPieces body) throws ProtocolException {
        return set((Body) body);
    }

    private static SetRequest set(Body body) throws ProtocolException {
        RequestReader fields = RequestReader.read(body, RequestReader.Kind.SET);
        return new SetRequest(fields.namespace(), fields.key(), fields.data(), fields.ttlSeconds(), fields.peer());
    }

    /** Parses the body of {@code delete_data}. */
    public static DeleteRequest delete(byte[] body, int offset, int length) throws ProtocolException {
        return delete(new ArrayBody(body, offset, length));
    }

    /** Parses the body of {@code delete_data}. */
    public static DeleteRequest delete(BodyPieces body) throws ProtocolException {
        return delete((Body) body);
    }

    private static DeleteRequest delete(Body body) throws ProtocolException {
        RequestReader fields = RequestReader.read(body, RequestReader.Kind.DELETE);
        return new DeleteRequest(fields.namespace(), fields.key(), fields.peer());
    }

    /** The body of a {@code get_data}. */
    public static byte[] render(GetRequest request) {
        Bytes bytes = name(request.namespace(), request.key(), request.peer());
        BigDecimal seconds = BigDecimal.valueOf(request.maxWait().toNanos(), NANOS_DIGITS);
        bytes.ascii(",\"max_wait_time\":").ascii(seconds.stripTrailingZeros().toPlainString());
        return bytes.ascii("}").toByteArray();
    }

    /** The body of a {@code delete_data}. */
    public static byte[] render(DeleteRequest request) {
        return name(request.namespace(), request.key(), request.peer())
                .ascii("}")
                .toByteArray();
    }

    /** The body of a {@code set_data}, in pieces: the data is not copied. */
    public static List<ByteBuffer> render(SetRequest request) {
        List<ByteBuffer> pieces = new ArrayList<>();
        pieces.add(setHead(request));
        Data data = request.data();
        for (int i = 0; i < data.pieces(); i++) {
            pieces.add(data.piece(i));
        }
        pieces.add(setTail(request));
        return pieces;
    }

    /** What comes before the data in the body of a {@code set_data}. */
    public static ByteBuffer setHead(SetRequest request) {
        Bytes head = name(request.namespace(), request.key(), request.peer()).ascii(",\"data\":\"");
        return ByteBuffer.wrap(head.toByteArray());
    }

    /** What comes behind the data in the body of a {@code set_data}. */
    public static ByteBuffer setTail(SetRequest request) {
        Bytes tail = new Bytes(32)
                .ascii("\",\"ttl\":")
                .ascii(Long.toString(request.ttlSeconds()))
                .ascii("}");
        return ByteBuffer.wrap(tail.toByteArray());
    }

    private static Bytes name(Text namespace, Text key, @Nullable UUID peer) {
        Bytes bytes = new Bytes(namespace.length() + key.length() + 128).ascii("{\"namespace\":");
        JsonText.quote(bytes, namespace);
        bytes.ascii(",\"key\":");
        JsonText.quote(bytes, key);
        if (peer != null) {
            bytes.ascii(",\"peer\":\"").ascii(peer.toString()).ascii("\"");
        }
        return bytes;
    }
}
