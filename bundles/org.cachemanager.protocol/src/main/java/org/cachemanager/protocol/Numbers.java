package org.cachemanager.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Numbers of seconds, as a JSON number or as a string that holds one. */
final class Numbers {

    private static final int MAX_LENGTH = 1000;
    private static final int MAX_QUICK_DIGITS = 9;
    private static final int NANOS_DIGITS = 9;

    /** A JSON number; the exponent so short that a power of ten by it is cheap. */
    private static final Pattern NUMBER =
            Pattern.compile("-?(0|[1-9][0-9]{0,999})(\\.[0-9]{1,999})?([eE][+-]?[0-9]{1,3})?");

    private Numbers() {}

    /** How long the token at which the parser stands says to wait; what is more than nothing stays so. */
    static Duration maxWait(JsonParser parser) throws IOException, ProtocolException {
        String rule = "max_wait_time must be a number of seconds from 0 to 3600, or a string that holds one.";
        long quick = quick(parser);
        if (quick >= 0 && quick <= Limits.MAX_WAIT.toSeconds()) {
            return quick == 0 ? Duration.ZERO : Duration.ofSeconds(quick);
        }
        BigDecimal seconds = exact(parser, rule);
        if (seconds == null
                || seconds.signum() < 0
                || seconds.compareTo(BigDecimal.valueOf(Limits.MAX_WAIT.toSeconds())) > 0) {
            throw new ProtocolException(ErrorCode.OUT_OF_RANGE, rule);
        }
        return Duration.ofNanos(seconds.movePointRight(NANOS_DIGITS)
                .setScale(0, RoundingMode.UP)
                .longValueExact());
    }

    /** The life, in whole seconds, that the token at which the parser stands says. */
    static long ttlSeconds(JsonParser parser) throws IOException, ProtocolException {
        String rule = "ttl must be a number of seconds from 1 to 315360000, or a string that holds one.";
        long quick = quick(parser);
        if (quick >= 1 && quick <= Limits.MAX_TTL_SECONDS) {
            return quick;
        }
        BigDecimal seconds = exact(parser, rule);
        if (seconds == null
                || seconds.compareTo(BigDecimal.ONE) < 0
                || seconds.compareTo(BigDecimal.valueOf(Limits.MAX_TTL_SECONDS + 1)) >= 0) {
            throw new ProtocolException(ErrorCode.OUT_OF_RANGE, rule);
        }
        return seconds.setScale(0, RoundingMode.DOWN).longValueExact();
    }

    /** A few digits without anything else, which is how numbers come nearly always; -1 when it is not that. */
    private static long quick(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT || parser.getTextLength() > MAX_QUICK_DIGITS) {
            return -1;
        }
        char[] digits = parser.getTextCharacters();
        int offset = parser.getTextOffset();
        long number = 0;
        for (int i = offset; i < offset + parser.getTextLength(); i++) {
            if (digits[i] == '-') {
                return -1;
            }
            number = 10 * number + digits[i] - '0';
        }
        return number;
    }

    /** The number; null when it is written in a way that no sensible number needs. */
    private static @Nullable BigDecimal exact(JsonParser parser, String rule) throws IOException, ProtocolException {
        JsonToken token = parser.currentToken();
        if (token != JsonToken.VALUE_STRING && !token.isNumeric()) {
            throw new ProtocolException(ErrorCode.WRONG_TYPE, rule);
        }
        String text = parser.getText();
        if (text.length() > MAX_LENGTH || !NUMBER.matcher(text).matches()) {
            return null;
        }
        return new BigDecimal(text);
    }
}
