package org.cachemanager.protocol;

import java.util.Locale;

/** The stable words by which a client tells refusals apart: the {@code code} of an error body. */
public enum ErrorCode {
    /** The body is not valid UTF-8. */
    BAD_UTF8,
    /** The body is not JSON. */
    BAD_JSON,
    /** The body is JSON, but not an object. */
    NOT_AN_OBJECT,
    /** A required field is missing. */
    MISSING_FIELD,
    /** A field has the wrong type. */
    WRONG_TYPE,
    /** A number or a text is outside its bounds. */
    OUT_OF_RANGE,
    /** The key is empty or has a {@code |} in it. */
    BAD_KEY,
    /** The namespace can't be one. */
    BAD_NAMESPACE,
    /** The namespace token is not accepted. */
    REFUSED_TOKEN,
    /** The item or the body is larger than any that is allowed. */
    TOO_LARGE,
    /** There is no room to admit the call now. */
    NO_ROOM,
    /** The node can't serve this now. */
    UNAVAILABLE,
    /** A peer has asked a node that does not serve the key now. */
    ELSEWHERE,
    /** There is no such path. */
    NOT_FOUND,
    /** The path does not know the method. */
    METHOD_NOT_ALLOWED,
    /** The request breaks the rules of HTTP, or of this server's limits. */
    BAD_REQUEST,
    /** The request did not arrive in time. */
    TIMEOUT,
    /** The node failed in a way that it should not. */
    INTERNAL_ERROR;

    private final String word = name().toLowerCase(Locale.ROOT);

    /** The word on the wire. */
    public String word() {
        return word;
    }
}
