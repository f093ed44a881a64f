package org.cachemanager.core.internal;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Looks whether a cluster is at rest to which nothing has happened, and no client has come, for long. */
final class SimulatedRest {

    private final SimulatedCluster cluster;
    private final long nowNanos;
    private final Map<String, Long> lapse = new HashMap<>();

    SimulatedRest(SimulatedCluster cluster) {
        this.cluster = cluster;
        this.nowNanos = cluster.time().nanos();
        for (History.Operation call : cluster.history().operations) {
            if (call.isLock()) {
                lapse.merge(call.key, call.end + Locks.lease(call.waitNanos), Math::max);
            }
            lapse.merge(call.key, call.haunts, Math::max);
            if (call.cancelled) {
                long until = call.cancelledAt + History.MOST_DELAY;
                lapse.merge(call.key, until + Locks.lease(call.waitNanos), Math::max);
            }
        }
    }

    void check() {
        for (SimulatedNode node : cluster.running()) {
            checkLocks(node);
            checkItems(node);
            int open = ((Set<?>) read(node.core.cache(), RoutedCache.class, "open")).size();
            if (open > 0) {
                wrong(node, open + " calls are under way");
            }
        }
    }

    private void wrong(SimulatedNode node, String what) {
        cluster.history().wrong(Promise.AT_REST, "node " + node.number + ": " + what);
    }

    private static Object read(Object of, Class<?> type, String name) {
        try {
            Field field = type.getDeclaredField(name);
            field.setAccessible(true);
            return field.get(of);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String text(byte[] key) {
        return new String(key, java.nio.charset.StandardCharsets.UTF_8).replaceFirst(".*\\|", "");
    }

    private void checkLocks(SimulatedNode node) {
        Core core = node.core;
        long bytes = 0;
        for (int i = 0; i < core.index.stripes(); i++) {
            for (KeyLock.View lock : core.index.locks(i)) {
                String key = text(lock.key().bytes());
                bytes += 400 + lock.key().bytes().length;
                long rest = lock.lapsesNanos() - core.time.nanos();
                if (lock.waiters() > 0) {
                    wrong(node, lock.waiters() + " wait for " + key);
                }
                if (nowNanos + rest > lapse.getOrDefault(key, 0L) + History.MOST_DELAY) {
                    wrong(node, "the lock of " + key + " is nobody's, for " + rest / 1e9 + " s");
                }
            }
        }
        long account = ((java.util.concurrent.atomic.AtomicLong) read(core.locks, Locks.class, "bytes")).get();
        if (account != bytes) {
            wrong(node, "the locks weigh " + bytes + " bytes, the account says " + account);
        }
    }

    private void checkItems(SimulatedNode node) {
        Core core = node.core;
        List<IndexEntry> entries = new ArrayList<>();
        for (int i = 0; i < core.index.stripes(); i++) {
            core.index.forEach(i, entries::add);
        }
        long bytes = 0;
        for (IndexEntry entry : entries) {
            bytes += entry.weight();
            byte[] key = entry.stored.key();
            if (entry.expiryMillis() > core.time.epochMillis()
                    && !core.tenure.owners().of(Owners.hash(key)).isHere()) {
                wrong(node, "has an item of another's: " + text(key));
            }
        }
        if (bytes != core.index.bytes() || entries.size() != core.index.items() || bytes != core.room.used()) {
            wrong(
                    node,
                    entries.size() + " items weigh " + bytes + " bytes, the index says " + core.index.items() + " and "
                            + core.index.bytes() + ", the account of room " + core.room.used());
        }
    }
}
