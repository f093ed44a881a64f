package org.cachemanager.api;

import java.util.Objects;

/**
 * Why a call was refused; a refused call has changed nothing.
 *
 * @param reason what a caller tells apart
 * @param message a sentence that a person can act on; never holds a key, a token, a secret or data
 */
public record Failure(Reason reason, String message) {

    /** The reasons that a caller handles differently. */
    public enum Reason {
        /** The namespace can't be one: too long, or with a {@code |}. */
        BAD_NAMESPACE,
        /** The namespace token is not accepted. */
        REFUSED,
        /** The item is larger than any that is allowed. */
        TOO_LARGE,
        /** There is no room to admit the call now; later there may be. */
        NO_ROOM,
        /** The node can't serve this now: it is starting, stopping, or a part is missing. */
        UNAVAILABLE,
        /** A peer was asked that does not serve the key now; it is not its fault. */
        ELSEWHERE,
        /** Nobody listens where the call was to be passed on to. */
        NOBODY,
        /**
         * A peer that is there says that it can't carry this call out: the fault is the call's, or a fault of its own.
         */
        FAILED
    }

    public Failure {
        Objects.requireNonNull(reason);
        Objects.requireNonNull(message);
    }
}
