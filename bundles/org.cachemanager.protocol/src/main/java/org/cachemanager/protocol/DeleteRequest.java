package org.cachemanager.protocol;

import org.cachemanager.api.PeerMark;
import org.jspecify.annotations.Nullable;

/**
 * What {@code delete_data} asks.
 *
 * @param namespace the plain name or the token
 * @param key not empty, without {@code |}
 * @param peer the mark of the node that passes the call on, beside a plain name; null when a client calls
 */
public record DeleteRequest(
        Text namespace, Text key, @Nullable PeerMark peer) {

    /** What a client asks. */
    public DeleteRequest(Text namespace, Text key) {
        this(namespace, key, null);
    }
}
