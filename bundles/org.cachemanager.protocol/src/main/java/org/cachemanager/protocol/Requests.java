package org.cachemanager.protocol;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.cachemanager.api.Data;
import org.cachemanager.api.PeerMark;
import org.cachemanager.api.peer.Version;
import org.cachemanager.protocol.JsonText.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * The bodies of requests: parsed for a server, rendered for a client. Stateless; any thread may call it.
 *
 * <p>What parsing gives lies in the body's own arrays as far as it can: it is valid as long as nobody writes there.
 */
public final class Requests {

    private static final long NANOS_PER_SECOND = 1_000_000_000;

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
        return new SetRequest(
                fields.namespace(), fields.key(), fields.data(), fields.ttlSeconds(), fields.peer(), null);
    }

    /** Parses the body of {@code peer/give}; the request that it gives has a version. */
    public static SetRequest give(byte[] body, int offset, int length) throws ProtocolException {
        return give(new ArrayBody(body, offset, length));
    }

    /** Parses the body of {@code peer/give}; the request that it gives has a version. */
    public static SetRequest give(BodyPieces body) throws ProtocolException {
        return give((Body) body);
    }

    private static SetRequest give(Body body) throws ProtocolException {
        RequestReader fields = RequestReader.read(body, RequestReader.Kind.GIVE);
        return new SetRequest(
                fields.namespace(), fields.key(), fields.data(), fields.ttlSeconds(), fields.peer(), fields.version());
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

    /** Parses the body of {@code peer/look_up}. */
    public static LookUpsRequest lookUps(byte[] body, int offset, int length) throws ProtocolException {
        return lookUps(new ArrayBody(body, offset, length));
    }

    /** Parses the body of {@code peer/look_up}. */
    public static LookUpsRequest lookUps(BodyPieces body) throws ProtocolException {
        return lookUps((Body) body);
    }

    private static LookUpsRequest lookUps(Body body) throws ProtocolException {
        RequestReader fields = RequestReader.read(body, RequestReader.Kind.LOOK_UP);
        return new LookUpsRequest(fields.namespace(), fields.keys(), fields.peer());
    }

    /** The body of a {@code peer/look_up}. */
    public static byte[] render(LookUpsRequest request) {
        Text namespace = request.namespace();
        int expected = namespace.length() + 128;
        for (Text key : request.keys()) {
            expected += key.length() + 3;
        }
        Bytes bytes = new Bytes(expected).ascii("{\"namespace\":");
        JsonText.quote(bytes, namespace);
        mark(bytes, request.peer()).ascii(",\"keys\":");
        char separator = '[';
        for (Text key : request.keys()) {
            bytes.add(separator);
            JsonText.quote(bytes, key);
            separator = ',';
        }
        return bytes.ascii("]}").toByteArray();
    }

    /** Parses the body of {@code peer/greet}. */
    public static GreetRequest greet(byte[] body, int offset, int length) throws ProtocolException {
        return greet(new ArrayBody(body, offset, length));
    }

    /** Parses the body of {@code peer/greet}. */
    public static GreetRequest greet(BodyPieces body) throws ProtocolException {
        return greet((Body) body);
    }

    private static GreetRequest greet(Body body) throws ProtocolException {
        RequestReader fields = RequestReader.read(body, RequestReader.Kind.GREET);
        return new GreetRequest(fields.namespace(), fields.greeting(), fields.peer());
    }

    /** The body of a {@code peer/greet}. */
    public static byte[] render(GreetRequest request) {
        Bytes bytes = new Bytes(request.namespace().length() + 512).ascii("{\"namespace\":");
        JsonText.quote(bytes, request.namespace());
        return mark(bytes, request.peer())
                .ascii(",")
                .ascii(Responses.fields(request.greeting()))
                .ascii("}")
                .toByteArray();
    }

    /** The body of a {@code get_data}. */
    public static byte[] render(GetRequest request) {
        Bytes bytes = name(request.namespace(), request.key(), request.peer());
        bytes.ascii(",\"max_wait_time\":").ascii(seconds(request.maxWait()));
        return bytes.ascii("}").toByteArray();
    }

    private static String seconds(Duration time) {
        long nanos = time.toNanos();
        String seconds = Long.toString(nanos / NANOS_PER_SECOND);
        String rest = Long.toString(NANOS_PER_SECOND + nanos % NANOS_PER_SECOND);
        int end = rest.length();
        while (end > 1 && rest.charAt(end - 1) == '0') {
            end--;
        }
        return end == 1 ? seconds : seconds + '.' + rest.substring(1, end);
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
        Bytes tail = new Bytes(96).ascii("\",\"ttl\":").ascii(Long.toString(request.ttlSeconds()));
        Version version = request.version();
        if (version != null) {
            tail.ascii(",\"expiry\":" + version.expiryMillis() + ",\"stamp\":" + version.stamp());
        }
        tail.ascii("}");
        return ByteBuffer.wrap(tail.toByteArray());
    }

    private static Bytes name(Text namespace, Text key, @Nullable PeerMark peer) {
        Bytes bytes = new Bytes(namespace.length() + key.length() + 128).ascii("{\"namespace\":");
        JsonText.quote(bytes, namespace);
        bytes.ascii(",\"key\":");
        JsonText.quote(bytes, key);
        return mark(bytes, peer);
    }

    private static Bytes mark(Bytes bytes, @Nullable PeerMark peer) {
        if (peer != null) {
            bytes.ascii(",\"peer\":\"").ascii(peer.toString()).ascii("\"");
        }
        return bytes;
    }
}
