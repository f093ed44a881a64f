package org.cachemanager.protocol;

import java.time.Duration;
import org.cachemanager.api.PeerMark;
import org.jspecify.annotations.Nullable;

/**
 * What {@code get_data} asks.
 *
 * @param namespace the plain name or the token
 * @param key not empty, without {@code |}
 * @param maxWait from zero to an hour
 * @param peer the mark of the node that passes the call on, beside a plain name; null when a client calls
 */
public record GetRequest(
        Text namespace,
        Text key,
        Duration maxWait,
        @Nullable PeerMark peer) {

    /** What a client asks. */
    public GetRequest(Text namespace, Text key, Duration maxWait) {
        this(namespace, key, maxWait, null);
    }
}
