package org.cachemanager.protocol;

/**
 * What {@code delete_data} asks.
 *
 * @param namespace the plain name or the token
 * @param key not empty, without {@code |}
 */
public record DeleteRequest(Text namespace, Text key) {}
