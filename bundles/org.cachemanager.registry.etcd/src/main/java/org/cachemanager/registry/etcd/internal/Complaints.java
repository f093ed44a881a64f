package org.cachemanager.registry.etcd.internal;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.cachemanager.api.host.Time;

/** What was told to the log within the last hour: each thing once, and sixteen at most. Guarded by who has it. */
final class Complaints {

    private static final int MOST = 16;
    private static final int MOST_SHOWN = 200;
    private static final Duration KEPT = Duration.ofHours(1);

    private final Time time;
    private final Map<String, Long> toldNanos = new LinkedHashMap<>();

    Complaints(Time time) {
        this.time = time;
    }

    /** Whether something is to be told now. */
    boolean isNew(String what) {
        long now = time.nanos();
        toldNanos.values().removeIf(since -> now - since >= KEPT.toNanos());
        return toldNanos.size() < MOST && toldNanos.putIfAbsent(what, now) == null;
    }

    /** All of it is over; whether there was any. */
    boolean clear() {
        boolean any = !toldNanos.isEmpty();
        toldNanos.clear();
        return any;
    }

    /** A text of the registry as it may stand in the log. */
    static String shown(String text) {
        String plain = text.substring(0, Math.min(text.length(), MOST_SHOWN)).replaceAll("[^ -~]", "?");
        return plain.length() < text.length() ? plain + '…' : plain;
    }
}
