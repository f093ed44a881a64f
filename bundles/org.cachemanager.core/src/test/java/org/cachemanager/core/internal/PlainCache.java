package org.cachemanager.core.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.helpers.MessageFormatter;

/**
 * What a cache that locks must do, in maps and lists: told of each call, each answer and the time of both, it says what
 * should not have been.
 *
 * <p>It takes from the cache which items were evicted, and the order of what happens within a tick of its timers; all
 * else it knows by itself.
 */
final class PlainCache {

    /** How late a timer may be. */
    static final long TICK = 1 << 20;

    /** What a lock counts beside its key. */
    private static final long LOCK_BYTES = 400;

    static final long PURGE_NANOS = 1_000_000_000L;

    /** An item as it was set. */
    static final class Stored {
        final String key;
        final String data;
        final long expiryMillis;
        final long weight;
        boolean listed = true;
        int readers;

        Stored(String key, String data, long expiryMillis, long weight) {
            this.key = key;
            this.data = data;
            this.expiryMillis = expiryMillis;
            this.weight = weight;
        }
    }

    /** A lock that somebody holds. */
    static final class Lease {
        final Deque<Caller> waiters = new ArrayDeque<>();
        long lapses;
    }

    /** Somebody who looks an item up. */
    static final class Caller {
        final int id;
        final String key;
        final long wait;
        final long since;
        boolean waiting;
        boolean answered;

        Caller(int id, String key, long wait, long since) {
            this.id = id;
            this.key = key;
            this.wait = wait;
            this.since = since;
        }
    }

    /** An item that is being set, until it is known whether it was. */
    private record Setting(Stored item, boolean mayBe, String reason, boolean mayFail) {}

    final Map<String, Stored> items = new HashMap<>();
    final Map<String, Lease> leases = new HashMap<>();
    final Set<Stored> held = new HashSet<>();
    private final List<String> differences = new ArrayList<>();
    private final Deque<Caller> dismissed = new ArrayDeque<>();
    private @Nullable Setting setting;
    private final ToIntFunction<String> keyBytes;
    /** Whether the last step put an item in the place of another, which may have gone by itself just before. */
    boolean replaced;

    long limit;
    long inTransit;
    long nanos;
    long wallMillis;
    private long wallSetNanos;
    long hits;
    long misses;
    long waits;
    long coalesced;
    long given;
    long sets;
    long deletes;
    long refused;

    /** @param keyBytes how long a key is that is known by a name */
    PlainCache(long limit, ToIntFunction<String> keyBytes) {
        this.keyBytes = keyBytes;
        this.limit = limit;
    }

    void at(long nowNanos, long nowMillis) {
        nanos = nowNanos;
        wallMillis = nowMillis;
    }

    void wallWasSet(long nowMillis) {
        wallMillis = nowMillis;
        wallSetNanos = nanos;
    }

    void must(boolean so, String what, @Nullable Object... with) {
        if (!so) {
            differences.add("at " + nanos + ": "
                    + MessageFormatter.arrayFormat(what, with).getMessage());
        }
    }

    List<String> differences() {
        return differences;
    }

    private @Nullable Stored live(String key) {
        Stored item = items.get(key);
        return item != null && item.expiryMillis > wallMillis ? item : null;
    }

    // --- look-ups

    void found(Caller caller, String data, long expiryMillis, boolean hold) {
        answer(caller);
        if (caller.waiting) {
            isSet();
            must(caller.equals(dismissed.poll()), "{} was not the next who waited for {}", caller.id, caller.key);
            coalesced++;
        } else {
            hits++;
        }
        Stored item = live(caller.key);
        if (item == null) {
            must(false, "{} found {}, which is not there", caller.id, caller.key);
            return;
        }
        must(item.data.equals(data), "{} found {} in {} instead of {}", caller.id, data, item.key, item.data);
        must(item.expiryMillis == expiryMillis, "{} expires at {}, not {}", item.key, item.expiryMillis, expiryMillis);
        if (hold) {
            item.readers++;
            held.add(item);
        }
    }

    void locked(Caller caller) {
        answer(caller);
        Lease lease = leases.get(caller.key);
        if (caller.waiting) {
            if (lease == null) {
                must(false, "{} inherited a lock that nobody had", caller.id);
                return;
            }
            must(caller.equals(lease.waiters.poll()), "{} inherited, and had not waited longest", caller.id);
            must(lease.lapses <= nanos, "{} inherited {} too early", caller.id, lease.lapses - nanos);
            must(nanos - lease.lapses <= TICK, "{} inherited {} too late", caller.id, nanos - lease.lapses);
        } else {
            must(live(caller.key) == null, "{} was locked, though {} is there", caller.id, caller.key);
            must(caller.wait > 0, "{} was locked, and would not wait", caller.id);
            must(
                    lease == null || (lease.lapses <= nanos && lease.waiters.isEmpty()),
                    "{} was locked, though somebody else is making {}",
                    caller.id,
                    caller.key);
            lease = new Lease();
            leases.put(caller.key, lease);
            misses++;
        }
        lease.lapses = nanos + caller.wait - Math.min(200_000_000, caller.wait / 10);
        given++;
    }

    void absent(Caller caller) {
        answer(caller);
        if (!caller.waiting) {
            misses++;
            must(caller.wait == 0, "{} is to wait, and was told to go", caller.id);
            must(live(caller.key) == null, "{} was told that {} is absent", caller.id, caller.key);
            return;
        }
        Lease lease = leases.get(caller.key);
        must(lease != null && lease.waiters.remove(caller), "{} did not wait for {}", caller.id, caller.key);
        long margin = Math.min(100_000_000, caller.wait / 20);
        long waited = nanos - caller.since;
        must(waited >= caller.wait - margin, "{} waited {} of {}", caller.id, waited, caller.wait);
        must(waited <= lastAnswer(caller), "{} waited {} of {}, too long", caller.id, waited, caller.wait);
    }

    /** A wait's end; where the tick of the timers is longer than the margin, that tick later. */
    private static long lastAnswer(Caller caller) {
        long margin = Math.min(100_000_000, caller.wait / 20);
        return caller.wait + Math.max(0, TICK - margin * 9 / 10);
    }

    void refused(Caller caller, String reason) {
        answer(caller);
        refused++;
        misses++;
        must(reason.equals("NO_ROOM") && !caller.waiting, "{} was refused: {}", caller.id, reason);
        must(locksMayBeMany(), "{} was refused, though there is room for locks", caller.id);
    }

    private boolean locksMayBeMany() {
        return lockBytes(false) > limit / 8;
    }

    private long lockBytes(boolean surelyThere) {
        long bytes = 0;
        for (Map.Entry<String, Lease> lease : leases.entrySet()) {
            if (!surelyThere || lease.getValue().lapses > nanos) {
                bytes += LOCK_BYTES + keyBytes.applyAsInt(lease.getKey());
            }
        }
        return bytes;
    }

    /** Who was not answered before the call returned waits. */
    void returned(Caller caller) {
        if (caller.answered) {
            return;
        }
        Lease lease = leases.get(caller.key);
        must(live(caller.key) == null, "{} waits for {}, which is there", caller.id, caller.key);
        if (caller.wait == 0 || lease == null || nanos - lease.lapses > TICK) {
            must(false, "{} waits for {}, which nobody makes", caller.id, caller.key);
            return;
        }
        waits++;
        misses++;
        caller.waiting = true;
        lease.waiters.add(caller);
    }

    private void answer(Caller caller) {
        must(!caller.answered, "{} was answered twice", caller.id);
        caller.answered = true;
    }

    void cancelled(Caller caller, boolean inTime) {
        Lease lease = leases.get(caller.key);
        boolean waited = caller.waiting && !caller.answered;
        must(waited == inTime, "{} was cancelled: {}", caller.id, inTime);
        must(!waited || (lease != null && lease.waiters.remove(caller)), "{} waited for nothing", caller.id);
        caller.answered = true;
    }

    void released(Stored item) {
        item.readers--;
        if (item.readers == 0) {
            held.remove(item);
        }
    }

    // --- changes

    void sets(Stored item, boolean tooLarge) {
        long pinned = inTransit;
        boolean readersMatter = false;
        for (Stored reading : held) {
            pinned += reading.weight;
            readersMatter |= reading.listed;
        }
        boolean fits = !tooLarge && pinned + item.weight <= limit;
        boolean free = used() + item.weight <= limit;
        setting = new Setting(item, fits, tooLarge ? "TOO_LARGE" : "NO_ROOM", !fits || (!free && readersMatter));
    }

    /** The item was set, as an answer tells; before those who wait for it are answered. */
    void isSet() {
        Setting now = setting;
        setting = null;
        if (now == null) {
            return;
        }
        Stored item = now.item;
        must(now.mayBe, "{} was set, and can't fit", item.key);
        sets++;
        Stored old = items.put(item.key, item);
        replaced = old != null;
        if (old != null) {
            old.listed = false;
        }
        Lease lease = leases.remove(item.key);
        if (lease != null) {
            dismissed.addAll(lease.waiters);
        }
    }

    void notSet(String reason) {
        Setting now = Objects.requireNonNull(setting);
        must(now.mayFail && reason.equals(now.reason), "{} was refused: {}", now.item.key, reason);
        refused++;
        setting = null;
    }

    void setReturned() {
        must(setting == null, "a set had no answer");
        must(dismissed.isEmpty(), "{} who waited had no answer", dismissed.size());
    }

    void deleted(String key, boolean was) {
        must(was == (live(key) != null), "{} was deleted: {}", key, was);
        deletes += was ? 1 : 0;
        Stored old = items.remove(key);
        if (old != null) {
            old.listed = false;
        }
    }

    void flushed(long removed) {
        must(removed == items.size(), "{} items were flushed of {}", removed, items.size());
        items.values().forEach(item -> item.listed = false);
        items.clear();
    }

    /** An item went by itself. */
    void gone(Stored item) {
        item.listed = false;
        items.remove(item.key);
    }

    /** An item's bytes were moved and weigh otherwise. */
    void moved(Stored old, long weight) {
        old.listed = false;
        items.put(old.key, new Stored(old.key, old.data, old.expiryMillis, weight));
    }

    /** The bytes that count: of items, of those being read that are gone, and in transit. */
    long used() {
        long used = listed() + inTransit;
        for (Stored item : held) {
            used += item.listed ? 0 : item.weight;
        }
        return used;
    }

    long listed() {
        long sum = 0;
        for (Stored item : items.values()) {
            sum += item.weight;
        }
        return sum;
    }

    // --- time

    /** Says who should have been answered and what purged before now. */
    void timePassed() {
        leases.entrySet().removeIf(entry -> {
            Lease lease = entry.getValue();
            boolean over = nanos - lease.lapses > TICK;
            must(!over || lease.waiters.isEmpty(), "nobody inherited the lock of {}", entry.getKey());
            for (Caller caller : lease.waiters) {
                must(nanos - caller.since <= lastAnswer(caller), "{} still waits", caller.id);
            }
            return over;
        });
        for (Stored item : items.values()) {
            long overdue = Math.min((wallMillis - item.expiryMillis) * 1_000_000, nanos - wallSetNanos);
            must(overdue <= PURGE_NANOS, "{} is not purged", item.key);
        }
    }
}
