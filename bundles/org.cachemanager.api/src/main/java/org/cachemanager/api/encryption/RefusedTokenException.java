package org.cachemanager.api.encryption;

/** A namespace token is not accepted. The message is for the client and tells nothing that helps to forge one. */
public class RefusedTokenException extends Exception {

    private static final long serialVersionUID = 1L;

    /** @param message what a person can do about it; never holds the token or what it says */
    public RefusedTokenException(String message) {
        super(message, null, false, false);
    }

    /** What no key opens. One message for every reason: which of them it was is no business of the sender's. */
    public static RefusedTokenException unopened() {
        return new RefusedTokenException(
                "No configured key opens the namespace token; make it with a key of this node, and send it unchanged.");
    }
}
