package org.cachemanager.api.peer;

/**
 * Which of several copies of an item one is.
 *
 * @param expiryMillis the instant from which on it is not served, in milliseconds since the epoch
 * @param stamp when it was set, by the hybrid clock of its owner: of two copies the one with the greater stamp is the
 *     newer
 */
public record Version(long expiryMillis, long stamp) {}
