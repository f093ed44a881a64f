package org.cachemanager.api.admin;

import java.time.Duration;

/**
 * A lock that somebody holds.
 *
 * @param namespace the namespace in readable form
 * @param key the key in readable form
 * @param lapsesIn how long until the lease lapses
 * @param waiters how many callers wait
 */
public record HeldLock(String namespace, String key, Duration lapsesIn, int waiters) {}
