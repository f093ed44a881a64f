package org.cachemanager.protocol;

import java.util.Objects;

/**
 * A body that breaks the protocol. The message is a sentence for the one who sent it; it holds nothing of the body but
 * names of fields that the protocol knows.
 */
public class ProtocolException extends Exception {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    /**
     * @param code the word that stays the same
     * @param message what a person can do about it
     */
    public ProtocolException(ErrorCode code, String message) {
        super(Objects.requireNonNull(message), null, false, false);
        this.code = Objects.requireNonNull(code);
    }

    /** The word that stays the same. */
    public ErrorCode code() {
        return code;
    }

    /** What a person can do about it. */
    public String sentence() {
        return String.valueOf(getMessage());
    }
}
