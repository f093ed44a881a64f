package org.cachemanager.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.cachemanager.api.Data;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a {@code peer/look_up}: an array with an element for each key. {@code {"data":"...","expiry":N}} is an
 * item, {@code {"data":null}} says that it is missing, and {@code null} that the key is to be asked for alone.
 */
public final class LookUps {

    /** The most bytes of an answer: what does not fit is to be asked for alone. */
    public static final int MOST_BYTES = 64 * 1024;

    private static final int FIRST_BYTES = 2 * 1024;
    private static final byte[] DATA = ascii("{\"data\":\"");
    private static final byte[] EXPIRY = ascii(",\"expiry\":");
    private static final byte[] ABSENT = ascii("{\"data\":null}");
    private static final byte[] ALONE = ascii("null");
    private static final byte[] BEGIN = ascii("[");
    private static final byte[] NEXT = ascii(",");
    private static final byte[] CLOSE = ascii("}");
    private static final byte[] END = ascii("]");
    private static final int MAX_NUMBER = 20;

    /** What every element may come to that is no item, with what separates it, and the end. */
    private static final int RESERVE = LookUpsRequest.MOST_KEYS * (ABSENT.length + 1) + 2;

    private ByteBuffer answer = ByteBuffer.allocate(FIRST_BYTES).put(BEGIN);
    private boolean begun;

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private LookUps element(byte[] text) {
        room(text.length + 2);
        if (begun) {
            answer.put(NEXT);
        }
        begun = true;
        answer.put(text);
        return this;
    }

    private void room(int bytes) {
        if (answer.remaining() < bytes) {
            int capacity = Math.max(2 * answer.capacity(), answer.position() + bytes);
            answer = ByteBuffer.allocate(capacity).put(answer.flip());
        }
    }

    /** Adds an item; false, and nothing is added, if there is no room for it. */
    public boolean found(Data data, long expiryMillis) {
        int length = DATA.length + EXPIRY.length + data.length() + MAX_NUMBER + 3;
        if (data.length() > MOST_BYTES || answer.position() + length + RESERVE > MOST_BYTES) {
            return false;
        }
        room(length + 2);
        element(DATA);
        data.copyTo(0, answer);
        answer.put((byte) '"').put(EXPIRY);
        Responses.putLong(answer, Math.floorDiv(expiryMillis, 1000L));
        answer.put(CLOSE);
        return true;
    }

    /** Adds that an item is missing. */
    public void absent() {
        element(ABSENT);
    }

    /** Adds that a key is to be asked for alone. */
    public void alone() {
        element(ALONE);
    }

    /** The whole answer; nothing may be added any more. */
    public ByteBuffer end() {
        room(1);
        return answer.put(END).flip();
    }

    /**
     * Parses an answer.
     *
     * @param body not changed while the data in what is given is in use
     * @return for each key what {@code get_data} would answer, null if that is to be asked
     * @throws ProtocolException if it is anything else
     */
    public static List<@Nullable GetResponse> parse(BodyPieces body) throws ProtocolException {
        byte[] bytes = body.single();
        List<@Nullable GetResponse> all = new ArrayList<>();
        if (bytes == null || body.utf8() != Utf8.WHOLE) {
            throw malformed();
        }
        Scan scan = new Scan(bytes, 0, (int) body.length());
        byte[] separator = BEGIN;
        while (scan.pass(separator)) {
            all.add(element(scan, bytes));
            separator = NEXT;
        }
        if (all.isEmpty() || !scan.pass(END) || !scan.isAtEnd()) {
            throw malformed();
        }
        return all;
    }

    private static @Nullable GetResponse element(Scan scan, byte[] bytes) throws ProtocolException {
        if (scan.pass(ALONE)) {
            return null;
        }
        if (scan.pass(ABSENT)) {
            return new GetResponse(null, false, 0);
        }
        if (scan.pass(DATA)) {
            int from = scan.at();
            boolean whole = scan.passString();
            int to = scan.at() - 1;
            long expiry = whole && scan.pass(EXPIRY) ? scan.number() : -1;
            if (expiry >= 0 && scan.pass(CLOSE)) {
                return new GetResponse(Data.of(bytes, from, to - from), false, expiry);
            }
        }
        throw malformed();
    }

    private static ProtocolException malformed() {
        return new ProtocolException(ErrorCode.BAD_JSON, "The answer to several keys is not what nodes write.");
    }
}
