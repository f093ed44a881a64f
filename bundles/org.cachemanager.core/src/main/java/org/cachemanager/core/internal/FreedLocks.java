package org.cachemanager.core.internal;

import java.util.LinkedHashMap;
import java.util.Map;

/** The locks that were free before it was heard that they had been given, the last of them. Guarded by its owner. */
final class FreedLocks {

    /** Messages of one instant may overtake each other by so much. */
    static final long NEAR_NANOS = 20_000_000;

    /** What was said before then concerns another lock than the one of which is heard now. */
    private static final long LONG_AGO_NANOS = 100_000_000;

    private static final int MOST = 256;

    private final Map<Stripe.LockName, Long> when = new LinkedHashMap<>();

    /** Its owner says that a lock is free that nobody here has. */
    void heard(Stripe.LockName name, long nanos) {
        when.remove(name);
        when.put(name, nanos);
        if (when.size() > MOST) {
            when.remove(when.keySet().iterator().next());
        }
    }

    /** Whether that was said just now, and just after somebody here was to ask for the lock. */
    boolean isFreedSince(Stripe.LockName name, long askedNanos, long now) {
        Long nanos = when.get(name);
        return nanos != null
                && nanos - askedNanos >= 0
                && nanos - askedNanos <= NEAR_NANOS
                && now - nanos <= LONG_AGO_NANOS;
    }
}
