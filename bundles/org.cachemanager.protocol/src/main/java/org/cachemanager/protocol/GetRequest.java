package org.cachemanager.protocol;

import java.time.Duration;

/**
 * What {@code get_data} asks.
 *
 * @param namespace the plain name or the token
 * @param key not empty, without {@code |}
 * @param maxWait from zero to an hour
 */
public record GetRequest(Text namespace, Text key, Duration maxWait) {}
