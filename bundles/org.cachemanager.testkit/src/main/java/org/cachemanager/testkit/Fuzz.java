package org.cachemanager.testkit;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A run of a target over inputs made from valid ones by {@link Mutations}.
 *
 * <p>Each input has a seed of its own, which a failure names: {@code -Dfuzz.seed=} that one begins with the very input.
 * {@code -Dfuzz.inputs=} says how many there are, by default 20,000.
 */
public final class Fuzz {

    private static final int INPUTS = 20_000;
    private static final int SHOWN_BYTES = 2000;

    /** Takes inputs, and throws what is wrong with what they lead to. */
    @FunctionalInterface
    public interface Target {

        /** Takes an input, which is its own. */
        void take(byte[] input) throws Exception;
    }

    private Fuzz() {}

    /** How many inputs a run has. */
    public static int inputs() {
        return Integer.getInteger("fuzz.inputs", INPUTS);
    }

    /** The seed of the first input: the one that is set, or any. */
    public static long seed() {
        return Long.getLong("fuzz.seed", System.nanoTime());
    }

    /** Runs all inputs of a seed on; what the target throws comes with the seed of its input. */
    public static void run(List<byte[]> valid, Target target) {
        long first = seed();
        run(valid, first, first + inputs(), target);
    }

    /**
     * Runs some inputs.
     *
     * @param from the seed of the first
     * @param to the seed behind the last
     */
    public static void run(List<byte[]> valid, long from, long to, Target target) {
        Mutations mutations = new Mutations(valid);
        for (long seed = from; seed < to; seed++) {
            byte[] input = mutations.input(seed);
            byte[] kept = input.clone();
            try {
                target.take(input);
            } catch (Exception | AssertionError | StackOverflowError e) {
                throw new AssertionError("-Dfuzz.seed=" + seed + " begins with this input: " + shown(kept), e);
            }
        }
    }

    private static String shown(byte[] input) {
        String text = new String(input, StandardCharsets.ISO_8859_1);
        StringBuilder shown = new StringBuilder();
        text.chars().limit(SHOWN_BYTES).forEach(c -> {
            if (c >= ' ' && c < 0x7F) {
                shown.append((char) c);
            } else {
                shown.append(String.format("<%02X>", c));
            }
        });
        return shown + (input.length > SHOWN_BYTES ? "... of " + input.length + " bytes" : "");
    }
}
