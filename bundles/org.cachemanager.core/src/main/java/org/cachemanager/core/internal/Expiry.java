package org.cachemanager.core.internal;

import java.util.ArrayList;
import java.util.List;

/** When entries expire: a timer wheel by the wall clock, under its own lock, which is held for no call to anybody. */
final class Expiry {

    private final TimerWheel<IndexEntry> wheel;

    Expiry(long nowMillis) {
        wheel = new TimerWheel<>(tick(nowMillis));
    }

    private static long tick(long millis) {
        return Math.max(0, millis >> IndexEntry.EXPIRY_TICK_BITS);
    }

    void added(IndexEntry entry) {
        synchronized (wheel) {
            if (!entry.gone && !entry.isLinked()) {
                wheel.add(entry);
            }
        }
    }

    /** Forgets an entry, which is marked gone already. */
    void gone(IndexEntry entry) {
        synchronized (wheel) {
            wheel.remove(entry);
        }
    }

    /** Takes out entries that have expired, at most so many. */
    List<IndexEntry> expired(long nowMillis, int most) {
        List<IndexEntry> expired = new ArrayList<>();
        synchronized (wheel) {
            while (expired.size() < most) {
                IndexEntry next = wheel.poll(tick(nowMillis));
                if (next == null) {
                    break;
                }
                expired.add(next);
            }
        }
        return expired;
    }
}
