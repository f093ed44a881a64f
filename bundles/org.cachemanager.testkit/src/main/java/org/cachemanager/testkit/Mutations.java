package org.cachemanager.testkit;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Inputs made from valid ones: each has one to four changes, all of which follow from its seed. */
public final class Mutations {

    private static final int MOST_CHANGES = 4;
    private static final int MOST_BYTES = 512 * 1024;
    private static final int LONG = 20_000;

    private static final byte[][] WORDS = words(
            "{",
            "}",
            "[",
            "]",
            "\"",
            ",",
            ":",
            "\\",
            "/",
            " ",
            "\n",
            "\t",
            "|",
            "=",
            "+",
            "%",
            "&",
            "-",
            ".",
            "null",
            "true",
            "false",
            "NaN",
            "1e999",
            "-0",
            "1e-400",
            "00",
            "0.1",
            "9223372036854775808",
            "\\u0000",
            "\\ud800",
            "\\udc00",
            "\\u002",
            "\\x",
            "\"data\":",
            "\"key\":\"x\",",
            "\"ttl\":\"60\",",
            "\"namespace\":null,",
            "\"unknown\":{\"a\":[1,{}]},",
            "\"max_wait_time\":0,",
            "/*",
            "//",
            "'",
            "\u2028");

    private static final byte[][] BAD_BYTES = {
        bytes(0xFF),
        bytes(0xC0, 0x80),
        bytes(0xED, 0xA0, 0x80),
        bytes(0xF5, 0x80, 0x80, 0x80),
        bytes(0xE2, 0x82),
        bytes(0x80),
        bytes(0xF0, 0x8F, 0xBF, 0xBF),
        bytes(0),
        bytes(0, 0, 0, 0),
        bytes(0xEF, 0xBB, 0xBF),
        bytes(0x7F)
    };

    private static final byte[][] MARKS = {
        bytes(0xEF, 0xBB, 0xBF),
        bytes(0xFE, 0xFF),
        bytes(0xFF, 0xFE),
        bytes(0, 0, 0xFE, 0xFF),
        bytes(0, '{'),
        bytes('{', 0)
    };

    private final List<byte[]> valid;

    /** Changes one of these at a time. */
    public Mutations(List<byte[]> valid) {
        this.valid = valid.stream().map(byte[]::clone).toList();
    }

    private static byte[][] words(String... words) {
        return Arrays.stream(words)
                .map(word -> word.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    /** The input of a seed. */
    public byte[] input(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] input = valid.get(random.nextInt(valid.size())).clone();
        int changes = 1 + random.nextInt(random.nextInt(1, MOST_CHANGES + 1));
        for (int i = 0; i < changes && input.length < MOST_BYTES; i++) {
            input = change(input, random);
        }
        return input;
    }

    private byte[] change(byte[] input, SplittableRandom random) {
        int at = random.nextInt(input.length + 1);
        int to = random.nextInt(at, input.length + 1);
        return switch (random.nextInt(16)) {
            case 0, 1 -> flip(input, random);
            case 2 -> with(input, random, (byte) random.nextInt(256));
            case 3 -> Arrays.copyOf(input, at);
            case 4 -> spliced(input, at, Arrays.copyOfRange(input, at, to), at);
            case 5 -> spliced(input, at, new byte[0], to);
            case 6 -> other(input, at, random);
            case 7, 8, 9 -> spliced(input, at, any(WORDS, random), at);
            case 10 -> spliced(input, at, any(WORDS, random), to);
            case 11 -> spliced(input, at, any(BAD_BYTES, random), at);
            case 12 -> spliced(input, 0, any(MARKS, random), 0);
            case 13 -> spliced(input, at, number(random), at);
            case 14 -> spliced(input, at, nesting(random), at);
            default -> field(input, random);
        };
    }

    private static byte[] flip(byte[] input, SplittableRandom random) {
        return with(input, random, 1 << random.nextInt(8));
    }

    private static byte[] with(byte[] input, SplittableRandom random, int change) {
        if (input.length > 0) {
            input[random.nextInt(input.length)] ^= (byte) change;
        }
        return input;
    }

    /** The input with a part of it replaced. */
    private static byte[] spliced(byte[] input, int from, byte[] part, int to) {
        byte[] changed = Arrays.copyOf(input, from + part.length + input.length - to);
        System.arraycopy(part, 0, changed, from, part.length);
        System.arraycopy(input, to, changed, from + part.length, input.length - to);
        return changed;
    }

    private static byte[] any(byte[][] all, SplittableRandom random) {
        return all[random.nextInt(all.length)];
    }

    /** The beginning of this one and the end of another. */
    private byte[] other(byte[] input, int at, SplittableRandom random) {
        byte[] other = valid.get(random.nextInt(valid.size()));
        return spliced(
                input, at, Arrays.copyOfRange(other, random.nextInt(other.length + 1), other.length), input.length);
    }

    private static byte[] number(SplittableRandom random) {
        return repeated((byte) ('0' + random.nextInt(10)), random);
    }

    private static byte[] nesting(SplittableRandom random) {
        byte[] nesting = repeated((byte) '[', random);
        if (random.nextBoolean()) {
            byte[] open = "{\"a\":".getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < nesting.length; i++) {
                nesting[i] = open[i % open.length];
            }
        }
        return nesting;
    }

    private static byte[] repeated(byte b, SplittableRandom random) {
        byte[] all = new byte[1 + random.nextInt(1 << random.nextInt(15))];
        Arrays.fill(all, b);
        return all;
    }

    /** The input with one more field, well formed, when it is an object: a long name, a long text, or a long number. */
    private static byte[] field(byte[] input, SplittableRandom random) {
        String[] names = {
            "unknown", "key", "data", "namespace", "ttl", "max_wait_time", "n".repeat(random.nextInt(LONG))
        };
        String[] values = {
            "\"" + "v".repeat(random.nextInt(2 * LONG)) + "\"",
            "9".repeat(1 + random.nextInt(LONG)),
            "[".repeat(50) + "]".repeat(50),
            "\"\\n\\u00e9\\ud83d\\ude00\"",
            "1.5"
        };
        String field = "\"" + names[random.nextInt(names.length)] + "\":" + values[random.nextInt(values.length)] + ",";
        int at = Math.min(1, input.length);
        return spliced(input, at, field.getBytes(StandardCharsets.UTF_8), at);
    }
}
