package org.cachemanager.core.internal;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.cachemanager.api.Call;
import org.cachemanager.api.Data;
import org.cachemanager.api.Failure;
import org.cachemanager.api.GetReply;
import org.cachemanager.api.Item;
import org.cachemanager.api.Key;
import org.cachemanager.api.Namespace;
import org.cachemanager.api.Reply;
import org.cachemanager.api.admin.HeldLock;
import org.cachemanager.api.admin.Seam;
import org.cachemanager.api.admin.Statistics;
import org.cachemanager.api.storage.StorageEngine;
import org.cachemanager.core.internal.PlainCache.Caller;
import org.cachemanager.core.internal.PlainCache.Lease;
import org.cachemanager.core.internal.PlainCache.Stored;

/** A core and a plain model of it, to which the same happens. */
final class Rig {

    static final long UNLIMITED = 1L << 40;
    private static final long SHORT_NANOS = 20_000_000_000L;
    private static final long MOMENT_NANOS = 400_000_000;

    private static final KeyHash HASH = new KeyHash(1, 2);
    private static final String[] NAMESPACES = {"ns", "n", ""};
    private static final long[] TTLS = {1, 1, 2, 3, 10, 60, 3600, 315_360_000};

    final TestNode node;
    final PlainCache model;
    private final boolean limited;
    private final Map<String, Key> keys = new HashMap<>();
    private final List<Waiting> calls = new ArrayList<>();
    private final List<Held> held = new ArrayList<>();
    private final RigUploads uploads;
    private int ids;
    private long evicted;
    private long expired;

    /** A call that was made, and who made it. */
    private record Waiting(Caller caller, Call call) {}

    /** An item that is being read. */
    private record Held(Item item, Stored stored) {}

    Rig(long limit) {
        limited = limit < UNLIMITED;
        node = new TestNode(limit);
        model = new PlainCache(limit, name -> key(name).bytes().length);
        uploads = new RigUploads(node, model);
        SeamsTest.CountingEngine engine = new SeamsTest.CountingEngine();
        node.core.seams.storage.add(new Selection.Candidate<>(engine, "counting", 1, "test"));
        node.core.seams.eviction.add(new Selection.Candidate<>(new SeamsTest.Fifo(), "fifo", 1, "test"));
        for (int i = 0; i < Step.KEYS; i++) {
            String namespace = NAMESPACES[i % NAMESPACES.length];
            String key = "k".repeat(1 + i / NAMESPACES.length);
            keys.put("|" + i, Key.of(Namespace.of(TestNode.bytes(namespace)), TestNode.bytes(key)));
        }
        node.clock.runDue();
    }

    /** Takes a step on both sides; returns what differs. */
    List<String> take(Step step) {
        model.at(node.clock.nanos(), node.clock.epochMillis());
        String key = "|" + step.key();
        model.replaced = false;
        switch (step.kind()) {
            case LOOK -> get(key, 0, false);
            case GET -> get(key, Math.min(step.nanos(), 3_600_000_000_000L), false);
            case GET_AND_HOLD -> get(key, step.pick() % 2 * step.nanos(), true);
            case SET -> set(key, step);
            case DELETE -> delete(key);
            case CANCEL -> cancel(step.pick());
            case RELEASE -> release(step.pick());
            case PASS -> pass(duration(key, step));
            case RESERVE -> uploads.reserve(step);
            case GIVE_BACK -> uploads.giveBack(step.pick());
            case FLUSH -> model.flushed(node.core.admin().flush());
            case STEP_WALL -> stepWall(step);
            case LIMIT -> limit(step.pick());
            case POLICY -> node.core.admin().use(Seam.EVICTION, step.pick() % 2 == 0 ? "fifo" : "builtin");
            case STORAGE -> storage(step.pick() % 2 == 0 ? "counting" : "builtin");
            case LOCKS -> locks();
        }
        compare();
        return model.differences();
    }

    /** Every call, item and timer comes to its end. */
    List<String> end() {
        uploads.end();
        while (!held.isEmpty()) {
            release(0);
        }
        pass(7_300_000_000_000L);
        model.must(model.leases.isEmpty(), "locks are left: {}", model.leases.keySet());
        model.must(node.core.admin().locks(10).isEmpty(), "locks are left");
        model.flushed(node.core.admin().flush());
        compare();
        model.must(node.core.room.used() == 0, "{} bytes are left", node.core.room.used());
        statistics();
        return model.differences();
    }

    private void statistics() {
        Statistics s = node.core.admin().statistics();
        List<Long> counted = List.of(
                s.misses(), s.hits(), s.waits(), s.coalescedHits(), s.locksGiven(), s.sets(), s.deletes(), s.refused());
        List<Long> expected = List.of(
                model.misses,
                model.hits,
                model.waits,
                model.coalesced,
                model.given,
                model.sets,
                model.deletes,
                model.refused);
        model.must(counted.equals(expected), "counted {}, not {}", counted, expected);
    }

    private void get(String key, long wait, boolean hold) {
        Caller caller = new Caller(ids++, key, wait, model.nanos);
        Call call = node.core.cache().get(key(key), Duration.ofNanos(wait), new Answer(caller, hold));
        model.must(call.equals(Call.ANSWERED) == caller.answered, "{} was given {}", caller.id, call);
        model.returned(caller);
        if (caller.waiting) {
            calls.add(new Waiting(caller, call));
        }
    }

    private Key key(String key) {
        return java.util.Objects.requireNonNull(keys.get(key));
    }

    /** Tells the model what came, and when. */
    private final class Answer implements GetReply {
        private final Caller caller;
        private final boolean hold;

        Answer(Caller caller, boolean hold) {
            this.caller = caller;
            this.hold = hold;
        }

        private void now() {
            model.at(node.clock.nanos(), node.clock.epochMillis());
        }

        @Override
        public void found(Item item) {
            now();
            String data = new String(item.data().toByteArray(), StandardCharsets.UTF_8);
            model.found(caller, data, item.expiryMillis(), hold);
            Stored stored = model.items.get(caller.key);
            if (hold && stored != null) {
                held.add(new Held(item, stored));
            } else {
                item.release();
            }
        }

        @Override
        public void locked() {
            now();
            model.locked(caller);
        }

        @Override
        public void absent() {
            now();
            model.absent(caller);
        }

        @Override
        public void failed(Failure failure) {
            now();
            model.refused(caller, failure.reason().name());
        }
    }

    private void set(String key, Step step) {
        int size = step.pick() % 50 == 0 ? step.pick() / 50 % 6000 : step.pick() / 50 % 400;
        String data = (ids++ + "x".repeat(size)).substring(0, Math.max(1, size));
        long ttl = TTLS[step.pick() % TTLS.length];
        long weight = weigh(key, data);
        Stored item = new Stored(key, data, model.wallMillis + ttl * 1000, weight);
        model.sets(item, weight > model.limit / 16 * 7 || data.length() > model.limit / 16 * 7);
        node.core.cache().set(key(key), Data.of(TestNode.bytes(data)), ttl, new Reply<>() {
            @Override
            public void completed(Integer length) {
                model.isSet();
                model.must(length == data.length(), "{} bytes were set, not {}", length, data.length());
            }

            @Override
            public void failed(Failure failure) {
                model.notSet(failure.reason().name());
            }
        });
        model.setReturned();
    }

    private long weigh(String key, String data) {
        StorageEngine engine = node.core.storage.inForce();
        return IndexEntry.OVERHEAD_BYTES + engine.footprint(key(key).bytes().length, data.length());
    }

    private void delete(String key) {
        node.core.cache().delete(key(key), new Reply<>() {
            @Override
            public void completed(Boolean was) {
                model.deleted(key, was);
            }

            @Override
            public void failed(Failure failure) {
                model.must(false, "a deletion failed: {}", failure);
            }
        });
    }

    private void cancel(int pick) {
        if (!calls.isEmpty()) {
            Waiting waiting = calls.remove(pick % calls.size());
            model.cancelled(waiting.caller, waiting.call.cancel());
        }
    }

    private void release(int pick) {
        if (!held.isEmpty()) {
            Held reading = held.remove(pick % held.size());
            model.released(reading.stored);
            reading.item.release();
        }
    }

    /** A random time, or one that ends just before, at or after what is to happen to the key. */
    private long duration(String key, Step step) {
        Stored item = model.items.get(key);
        Lease lease = model.leases.get(key);
        long until = item != null ? (item.expiryMillis - model.wallMillis) * 1_000_000 : 0;
        if (lease != null) {
            until = lease.lapses - model.nanos;
        }
        if (step.pick() % 4 == 0 && until > 0 && until < SHORT_NANOS) {
            return Math.max(0, until + step.pick() / 4 % 5 - 2);
        }
        return switch (step.pick() % 16) {
            case 1 -> step.nanos();
            case 2, 3, 5, 6 -> step.nanos() % SHORT_NANOS;
            default -> step.nanos() % MOMENT_NANOS;
        };
    }

    private void pass(long nanos) {
        node.clock.advance(Duration.ofNanos(nanos));
        model.at(node.clock.nanos(), node.clock.epochMillis());
        sync();
        model.timePassed();
        uploads.timePassed();
    }

    private void stepWall(Step step) {
        node.clock.stepWall(Duration.ofNanos(step.pick() % 2 == 0 ? step.nanos() : -step.nanos()));
        model.wallWasSet(node.clock.epochMillis());
    }

    private void limit(int pick) {
        if (limited) {
            model.limit = 2000L + pick % 12_000;
            node.core.configure(TestNode.settings(model.limit));
            pass(0);
        }
    }

    private void storage(String name) {
        node.core.admin().use(Seam.STORAGE, name);
        pass(0);
        sync();
        for (Stored item : List.copyOf(model.items.values())) {
            long weight = weigh(item.key, item.data);
            if (weight != item.weight) {
                model.moved(item, weight);
            }
        }
    }

    private void locks() {
        Set<String> expected = new HashSet<>();
        model.leases.forEach((key, lease) -> {
            if (lease.lapses > model.nanos) {
                expected.add(describe(key, lease));
            }
        });
        Set<String> seen = new HashSet<>();
        for (HeldLock lock : node.core.admin().locks(Step.KEYS)) {
            if (!lock.lapsesIn().isZero()) {
                String name = lock.namespace() + "|" + lock.key();
                seen.add(name + " " + lock.waiters() + " " + lock.lapsesIn().toNanos());
            }
        }
        model.must(expected.equals(seen), "locks {}, not {}", seen, expected);
    }

    private String describe(String key, Lease lease) {
        String name = new String(key(key).bytes(), StandardCharsets.UTF_8);
        return name + " " + lease.waiters.size() + " " + (lease.lapses - model.nanos);
    }

    /** Tells the model which items went by themselves; each must have been counted. */
    private void sync() {
        Statistics now = node.core.admin().statistics();
        long goneByThemselves = now.evictedItems() - evicted + now.expiredItems() - expired;
        if (goneByThemselves > 0) {
            for (Stored item : List.copyOf(model.items.values())) {
                Key key = key(item.key);
                IndexEntry entry = node.core.index.find(HASH.of(key.bytes()), key);
                if (entry != null) {
                    entry.release();
                } else {
                    model.gone(item);
                    goneByThemselves--;
                }
            }
            boolean allMissed = goneByThemselves == 0 || (goneByThemselves == 1 && model.replaced);
            model.must(allMissed, "{} more items are counted as gone", goneByThemselves);
            model.must(limited || now.evictedItems() == 0, "an item was evicted without need");
        }
        evicted = now.evictedItems();
        expired = now.expiredItems();
    }

    private void compare() {
        sync();
        long items = node.core.cache().status().items();
        model.must(items == model.items.size(), "{} items, not {}", items, model.items.size());
        long listed = node.core.cache().status().sizeBytes();
        model.must(listed == model.listed(), "{} bytes listed, not {}", listed, model.listed());
        long used = node.core.room.used();
        model.must(used == model.used(), "{} bytes accounted, not {}", used, model.used());
        boolean allowed = used <= model.limit || items == 0;
        model.must(allowed, "{} bytes accounted, over the limit of {}", used, model.limit);
    }
}
