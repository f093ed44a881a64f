package org.cachemanager.cli.replay;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Which keys are being made or have been and still live, so that one that a second caller is told to make is noticed.
 * Any thread may call it.
 */
final class MadeKeys {

    private static final long BEING_MADE = Long.MIN_VALUE;

    /** A key's item lives until then, in nanoseconds since {@link #origin}; or it is being made. */
    private final ConcurrentMap<String, Long> livesUntil = new ConcurrentHashMap<>();

    private final long origin = System.nanoTime();

    private long now() {
        return System.nanoTime() - origin;
    }

    /**
     * Somebody was given the lock of a key.
     *
     * @return false if that was wrong: another caller has it, or the item lives
     */
    boolean begin(String key) {
        Long before = livesUntil.put(key, BEING_MADE);
        return before == null || (before != BEING_MADE && before <= now());
    }

    /**
     * The item was set.
     *
     * @param begunNanos {@link System#nanoTime()} before it was sent: the item lives that long from then on at least
     */
    void made(String key, long begunNanos, Duration ttl) {
        livesUntil.put(key, begunNanos - origin + ttl.toNanos());
    }

    /** The item could not be set: whoever gets the lock next is right. */
    void givenUp(String key) {
        livesUntil.remove(key);
    }
}
