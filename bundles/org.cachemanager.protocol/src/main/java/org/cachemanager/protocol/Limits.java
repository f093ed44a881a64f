package org.cachemanager.protocol;

import java.time.Duration;

/** The bounds that the protocol sets. */
public final class Limits {

    /** The most bytes of a key in canonical form. */
    public static final int MAX_KEY_BYTES = 16 * 1024;

    /** The most bytes of a namespace or token in canonical form; a plain name may have fewer. */
    public static final int MAX_NAMESPACE_BYTES = 8 * 1024;

    /** What a token may have more that a node has made of a client's, to pass its call on. */
    public static final int MAX_MARK_BYTES = 256;

    /** The longest that a caller may wait. */
    public static final Duration MAX_WAIT = Duration.ofHours(1);

    /** The longest life of an item: ten years. */
    public static final long MAX_TTL_SECONDS = 315_360_000;

    /** The most bytes that one byte of a text takes when it is escaped. */
    private static final int ESCAPED = 6;

    /** Field names, numbers, white space, and fields that the protocol does not know. */
    private static final int SLACK_BYTES = 16 * 1024;

    /** The most bytes that a body may have besides its {@code data}. */
    public static final int MAX_BYTES_WITHOUT_DATA = ESCAPED * (MAX_KEY_BYTES + MAX_NAMESPACE_BYTES) + SLACK_BYTES;

    private Limits() {}
}
