package org.cachemanager.config.yaml;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Sizes and times as operators write them. */
final class Amounts {

    /** Digits are bounded so that no text makes a number that takes long to work out. */
    private static final Pattern AMOUNT = Pattern.compile("([0-9]{1,19})(\\.[0-9]{1,19})?(?: ?([a-zA-Z]{1,2}))?");

    private Amounts() {}

    /**
     * The bytes that a text stands for, fractions of one cut off; {@code null} when it is not a size, or less than a
     * byte: nobody who wrote so little meant 0, which lifts a limit.
     */
    static @Nullable Long size(String text) {
        return amount(text, true);
    }

    /**
     * The time that a text stands for, fractions of a millisecond cut off; {@code null} when it is not a time, or less
     * than a millisecond: 0 would turn a check off.
     */
    static @Nullable Duration time(String text) {
        Long millis = amount(text, false);
        return millis == null ? null : Duration.ofMillis(millis);
    }

    /** A size as short as it can be said exactly: {@code 10MB}, {@code 1000B}. */
    static String format(long bytes) {
        if (bytes > 0) {
            String[] units = {"GB", "MB", "KB"};
            for (int i = 0; i < units.length; i++) {
                int shift = 30 - 10 * i;
                if (bytes % (1L << shift) == 0) {
                    return (bytes >> shift) + units[i];
                }
            }
        }
        return bytes + "B";
    }

    private static @Nullable Long amount(String text, boolean size) {
        Matcher matcher = AMOUNT.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        String unit = matcher.group(3) == null ? "" : matcher.group(3).toLowerCase(Locale.ROOT);
        String fraction = matcher.group(2) == null ? "" : matcher.group(2);
        long factor = size ? sizeUnit(unit) : timeUnit(unit);
        if (factor == 0 || (unit.isEmpty() && !fraction.isEmpty())) {
            return null;
        }
        BigDecimal amount = new BigDecimal(matcher.group(1).concat(fraction)).multiply(BigDecimal.valueOf(factor));
        boolean vanishes = amount.signum() > 0 && amount.compareTo(BigDecimal.ONE) < 0;
        return vanishes || amount.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0 ? null : amount.longValue();
    }

    /** What one of a unit is, 0 when there is no such unit; that of a number alone has the empty name. */
    private static long sizeUnit(String name) {
        return switch (name) {
            case "", "b" -> 1;
            case "kb" -> 1L << 10;
            case "mb" -> 1L << 20;
            case "gb" -> 1L << 30;
            default -> 0;
        };
    }

    private static long timeUnit(String name) {
        return switch (name) {
            case "ms" -> 1;
            case "", "s" -> 1000;
            case "m" -> 60_000;
            case "h" -> 3_600_000;
            case "d" -> 86_400_000;
            default -> 0;
        };
    }
}
