package org.cachemanager.protocol;

import org.cachemanager.api.Data;

/**
 * What {@code set_data} asks.
 *
 * @param namespace the plain name or the token
 * @param key not empty, without {@code |}
 * @param data the bytes of the JSON string, between the quotes, as they came
 * @param ttlSeconds from 1 to {@link Limits#MAX_TTL_SECONDS}
 */
public record SetRequest(Text namespace, Text key, Data data, long ttlSeconds) {}
