package org.cachemanager.api.encryption;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.cachemanager.api.PeerMark;
import org.jspecify.annotations.Nullable;

/**
 * What is sealed in a namespace token: {@code namespace=<name>&timestamp=<epoch seconds>}, and {@code peer=<mark>} in
 * the calls between nodes.
 *
 * @param namespace the name, ASCII, not empty, without {@code |} and {@code &}
 * @param timestampMillis when it was sealed, in milliseconds since the epoch; null when it does not say, or says no
 *     number
 * @param peer the mark of the node that passes the call on; null in a client's call
 */
public record NamespaceText(
        String namespace,
        @Nullable Long timestampMillis,
        @Nullable PeerMark peer) {

    private static final Pattern SECONDS = Pattern.compile("[+-]?[0-9]{1,18}(\\.[0-9]{1,18})?");

    /**
     * Reads the text of a token that was opened.
     *
     * @throws RefusedTokenException if it is not ASCII, not made of fields, or names no namespace that can be one
     */
    public static NamespaceText parse(byte[] text) throws RefusedTokenException {
        Map<String, String> fields = fields(text);
        String namespace = fields.get("namespace");
        if (namespace == null || namespace.isEmpty() || namespace.indexOf('|') >= 0) {
            throw new RefusedTokenException(
                    "The namespace token names no usable namespace; ask its maker for a new one.");
        }
        return new NamespaceText(namespace, millis(fields.get("timestamp")), mark(fields.get("peer")));
    }

    private static Map<String, String> fields(byte[] text) throws RefusedTokenException {
        Map<String, String> fields = new HashMap<>();
        for (byte b : text) {
            if (b < 0) {
                throw new RefusedTokenException(
                        "The namespace token does not hold a text; ask its maker for a new one.");
            }
        }
        for (String field : new String(text, StandardCharsets.US_ASCII).split("&", -1)) {
            int equals = field.indexOf('=');
            if (equals >= 0) {
                fields.put(field.substring(0, equals).trim(), field.substring(equals + 1));
            }
        }
        return fields;
    }

    private static @Nullable Long millis(@Nullable String seconds) {
        if (seconds == null || !SECONDS.matcher(seconds.trim()).matches()) {
            return null;
        }
        BigDecimal millis = new BigDecimal(seconds.trim()).movePointRight(3);
        BigDecimal most = BigDecimal.valueOf(Long.MAX_VALUE / 2);
        return millis.min(most)
                .max(most.negate())
                .setScale(0, RoundingMode.FLOOR)
                .longValue();
    }

    private static @Nullable PeerMark mark(@Nullable String peer) throws RefusedTokenException {
        try {
            return peer == null ? null : PeerMark.parse(peer);
        } catch (IllegalArgumentException e) {
            throw new RefusedTokenException("The namespace token names a peer by no valid ref.");
        }
    }

    /**
     * Whether the token is in its time.
     *
     * @param nowMillis the clock of the one who asks, in milliseconds since the epoch
     * @param marginMillis the greatest difference allowed, on either side; 0: any token is in its time
     */
    public boolean isTimely(long nowMillis, long marginMillis) {
        return marginMillis == 0
                || (timestampMillis != null
                        && timestampMillis >= nowMillis - marginMillis
                        && timestampMillis <= nowMillis + marginMillis);
    }

    /** The text to seal, with the timestamp in whole seconds. */
    public byte[] toBytes() {
        StringBuilder text = new StringBuilder("namespace=").append(namespace);
        if (timestampMillis != null) {
            text.append("&timestamp=").append(Math.floorDiv(timestampMillis, 1000L));
        }
        if (peer != null) {
            text.append("&peer=").append(peer);
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }
}
