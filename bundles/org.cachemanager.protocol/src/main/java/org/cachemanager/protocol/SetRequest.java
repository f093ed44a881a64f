package org.cachemanager.protocol;

import org.cachemanager.api.Data;
import org.cachemanager.api.PeerMark;
import org.cachemanager.api.peer.Version;
import org.jspecify.annotations.Nullable;

/**
 * What {@code set_data} asks.
 *
 * @param namespace the plain name or the token
 * @param key not empty, without {@code |}
 * @param data the bytes of the JSON string, between the quotes, as they came
 * @param ttlSeconds from 1 to {@link Limits#MAX_TTL_SECONDS}
 * @param peer the mark of the node that passes the call on, beside a plain name; null when a client calls
 * @param version in {@code peer/give}, which copy it is; else null
 */
public record SetRequest(
        Text namespace,
        Text key,
        Data data,
        long ttlSeconds,
        @Nullable PeerMark peer,
        @Nullable Version version) {

    /** What a client asks. */
    public SetRequest(Text namespace, Text key, Data data, long ttlSeconds) {
        this(namespace, key, data, ttlSeconds, null, null);
    }
}
