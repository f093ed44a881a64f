package org.cachemanager.api.encryption;

/** A namespace token is not accepted. The message is for the client and tells nothing that helps to forge one. */
public class RefusedTokenException extends Exception {

    private static final long serialVersionUID = 1L;

    /** @param message what a person can do about it; never holds the token or what it says */
    public RefusedTokenException(String message) {
        super(message, null, false, false);
    }
}
