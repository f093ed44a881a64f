package org.cachemanager.core.internal;

import org.jspecify.annotations.Nullable;

/**
 * What an implementation of a seam goes through before it may come into force: a short check of its contract, on a
 * thread of its own, with nothing of the cache's.
 *
 * <p>It finds out what would do harm at once: a part that throws, loops, forgets, or gives back what it was not given.
 * The contract kits, which who writes one runs, ask a thousand times more.
 */
final class Quarantine {

    /** A part does not do what its contract says; the message says what. */
    static final class FaultException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        FaultException(String message) {
            super(message);
        }
    }

    /**
     * A check of one seam's contract.
     *
     * @param <T> the seam's interface
     */
    @FunctionalInterface
    interface Check<T> {

        /** Throws, whatever it is, when the part does not keep to the contract; leaves it as it was found. */
        void pass(T part) throws Exception;
    }

    private Quarantine() {}

    /** What is wrong with a part, for a person to read; null: nothing was found. */
    static <T> @Nullable Throwable examine(Check<T> check, T part) {
        try {
            check.pass(part);
            return null;
        } catch (Exception | LinkageError | StackOverflowError | OutOfMemoryError | AssertionError e) {
            return e;
        }
    }

    /** What was found, as an operator reads it: the middle of a sentence, without a full stop of its own. */
    static String describe(Throwable found) {
        String what = found instanceof FaultException ? String.valueOf(found.getMessage()) : "it threw " + found;
        return what.endsWith(".") ? what.substring(0, what.length() - 1) : what;
    }

    /** Throws when something is not as the contract says. */
    static void require(boolean kept, String otherwise) {
        if (!kept) {
            throw new FaultException(otherwise);
        }
    }
}
