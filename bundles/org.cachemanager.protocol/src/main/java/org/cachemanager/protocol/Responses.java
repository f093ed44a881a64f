package org.cachemanager.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.cachemanager.api.Data;
import org.cachemanager.api.NodeStatus;
import org.cachemanager.api.peer.Greeting;
import org.cachemanager.protocol.JsonText.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * The bodies of responses: rendered for a server, parsed for a client. Stateless; any thread may call it. Buffers that
 * are given out are the receiver's own, and read only where their bytes are shared.
 */
public final class Responses {

    private static final byte[] FOUND_HEAD = ascii("{\"data\":\"");
    private static final byte[] FOUND_TAIL = ascii("\",\"lock\":false,\"expiry\":");
    private static final byte[] FOUND_EXPIRY = ascii(",\"lock\":false,\"expiry\":");
    private static final byte[] OBJECT_END = ascii("}");
    private static final ByteBuffer LOCKED = constant("{\"data\":null,\"lock\":true,\"expiry\":0}");
    private static final ByteBuffer ABSENT = constant("{\"data\":null,\"lock\":false,\"expiry\":0}");
    private static final ByteBuffer STORED = constant("\"ok\"");
    private static final ByteBuffer DELETED = constant("{\"deleted\":true}");
    private static final ByteBuffer NOT_DELETED = constant("{\"deleted\":false}");
    private static final int MAX_LONG_DIGITS = 20;

    private Responses() {}

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static ByteBuffer constant(String text) {
        return ByteBuffer.wrap(ascii(text)).asReadOnlyBuffer();
    }

    /** The most bytes that a found item takes besides its data. */
    public static int foundOverhead() {
        return FOUND_HEAD.length + FOUND_TAIL.length + MAX_LONG_DIGITS + 1;
    }

    /** What comes before the data of a found item. */
    public static ByteBuffer foundHead() {
        return ByteBuffer.wrap(FOUND_HEAD).asReadOnlyBuffer();
    }

    /** What comes behind the data of a found item. */
    public static ByteBuffer foundTail(long expiryMillis) {
        ByteBuffer tail = ByteBuffer.allocate(foundOverhead());
        putTail(tail, expiryMillis);
        return tail.flip();
    }

    /**
     * Puts a found item into a buffer, all of it.
     *
     * @param target has room for {@link #foundOverhead()} and the data
     */
    public static void putFound(ByteBuffer target, Data data, long expiryMillis) {
        target.put(FOUND_HEAD);
        data.copyTo(0, target);
        putTail(target, expiryMillis);
    }

    private static void putTail(ByteBuffer target, long expiryMillis) {
        target.put(FOUND_TAIL);
        putLong(target, Math.floorDiv(expiryMillis, 1000L));
        target.put((byte) '}');
    }

    static void putLong(ByteBuffer target, long number) {
        if (number < 0) {
            target.put(ascii(Long.toString(number)));
            return;
        }
        int digits = 1;
        for (long rest = number; rest >= 10; rest /= 10) {
            digits++;
        }
        long rest = number;
        for (int at = target.position() + digits - 1; at >= target.position(); at--) {
            target.put(at, (byte) ('0' + rest % 10));
            rest /= 10;
        }
        target.position(target.position() + digits);
    }

    /** The caller has the lock. */
    public static ByteBuffer locked() {
        return LOCKED.duplicate();
    }

    /** The item is missing. */
    public static ByteBuffer absent() {
        return ABSENT.duplicate();
    }

    /** The item is stored. */
    public static ByteBuffer stored() {
        return STORED.duplicate();
    }

    /** Whether there was an item that is deleted now. */
    public static ByteBuffer deleted(boolean deleted) {
        return (deleted ? DELETED : NOT_DELETED).duplicate();
    }

    /** A refusal. */
    public static ByteBuffer error(ErrorCode code, String sentence) {
        Bytes bytes = new Bytes(sentence.length() + 64).ascii("{\"error\":");
        JsonText.quote(bytes, sentence);
        bytes.ascii(",\"code\":\"").ascii(code.word()).ascii("\"}");
        return ByteBuffer.wrap(bytes.toByteArray());
    }

    /** How a node that was greeted sees the others. */
    public static ByteBuffer greeting(Greeting greeting) {
        return ByteBuffer.wrap(ascii("{" + fields(greeting) + "}"));
    }

    static String fields(Greeting greeting) {
        return "\"ref\":\"" + greeting.ref() + "\",\"view\":" + greeting.view() + ",\"epoch\":" + greeting.epoch()
                + ",\"clock\":" + greeting.clock() + ",\"reported\":" + greeting.reported() + ",\"since\":"
                + greeting.since() + ",\"started\":" + greeting.started() + ",\"begun\":" + greeting.begun();
    }

    /** How the node is. */
    public static ByteBuffer status(NodeStatus status) {
        return ByteBuffer.wrap(StatusDocument.render(status));
    }

    /** Parses what {@code get_data} answered; the data is a part of {@code body}. */
    public static GetResponse parseGet(byte[] body) throws ProtocolException {
        ResponseReader fields = ResponseReader.read(new ArrayBody(body, 0, body.length));
        return new GetResponse(fields.data(), fields.flag("lock"), fields.number("expiry"));
    }

    /** Parses what {@code get_data} answered; the data is a part of {@code body}. */
    public static GetResponse parseGet(BodyPieces body) throws ProtocolException {
        GetResponse usual = usual(body);
        if (usual != null) {
            return usual;
        }
        ResponseReader fields = ResponseReader.read(body);
        return new GetResponse(fields.data(), fields.flag("lock"), fields.number("expiry"));
    }

    /** What an answer says that was written as this product does; null: it takes a parser. */
    private static @Nullable GetResponse usual(BodyPieces body) {
        byte[] bytes = body.single();
        if (bytes == null || body.utf8() != Utf8.WHOLE) {
            return null;
        }
        Scan scan = new Scan(bytes, 0, (int) body.length());
        if (!scan.pass(FOUND_HEAD)) {
            return null;
        }
        int from = scan.at();
        if (!scan.passString()) {
            return null;
        }
        int to = scan.at() - 1;
        long expiry = scan.pass(FOUND_EXPIRY) ? scan.number() : -1;
        return expiry >= 0 && scan.pass(OBJECT_END) && scan.isAtEnd()
                ? new GetResponse(Data.of(bytes, from, to - from), false, expiry)
                : null;
    }

    /** Parses what {@code set_data} answered: whether it is the word that says that the item is stored. */
    public static boolean parseSet(byte[] body) throws ProtocolException {
        return Json.string(body).equals("ok");
    }

    /** Parses what {@code delete_data} answered: whether there was an item. */
    public static boolean parseDelete(byte[] body) throws ProtocolException {
        return ResponseReader.read(new ArrayBody(body, 0, body.length)).flag("deleted");
    }

    /**
     * Parses what {@code status} answered: the node's ref.
     *
     * @throws ProtocolException if it tells none
     */
    public static UUID parseRef(byte[] body) throws ProtocolException {
        return ref(ResponseReader.read(new ArrayBody(body, 0, body.length)));
    }

    /** Parses what {@code peer/greet} answered. */
    public static Greeting parseGreeting(byte[] body) throws ProtocolException {
        ResponseReader fields = ResponseReader.read(new ArrayBody(body, 0, body.length));
        return new Greeting(
                ref(fields),
                fields.number("view"),
                fields.number("epoch"),
                fields.number("clock"),
                0,
                fields.number("since"),
                fields.number("started"),
                fields.number("begun"));
    }

    private static UUID ref(ResponseReader fields) throws ProtocolException {
        String text = fields.text("ref");
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw new ProtocolException(ErrorCode.WRONG_TYPE, "The ref is not a UUID.");
        }
    }

    /** Parses the body of a refusal. */
    public static ErrorResponse parseError(byte[] body) throws ProtocolException {
        ResponseReader fields = ResponseReader.read(new ArrayBody(body, 0, body.length));
        return new ErrorResponse(fields.text("error"), fields.text("code"));
    }
}
