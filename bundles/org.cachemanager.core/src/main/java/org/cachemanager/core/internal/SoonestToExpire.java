package org.cachemanager.core.internal;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.cachemanager.api.eviction.Entry;
import org.cachemanager.api.eviction.EntryQueue;
import org.cachemanager.api.eviction.EvictionPolicy;
import org.jspecify.annotations.Nullable;

/** The policy that is always there: what would expire first goes first. In force when no bundle offers one. */
final class SoonestToExpire implements EvictionPolicy {

    private static final int BUCKET_MILLIS = 1000;

    private final TreeMap<Long, EntryQueue> queues = new TreeMap<>();

    @Override
    public void limit(long maxBytes) {
        // Whoever asks for victims keeps the limit; the order does not depend on it.
    }

    @Override
    public boolean touch(Entry entry) {
        return false;
    }

    @Override
    public void hit(Entry entry) {
        // Being read does not make an entry live longer.
    }

    @Override
    public void add(Entry entry) {
        queues.computeIfAbsent(bucket(entry), second -> new EntryQueue()).addWarmest(entry);
    }

    @Override
    public void replace(Entry old, Entry fresh) {
        fresh.mark(old.mark());
        remove(old);
        add(fresh);
    }

    @Override
    public void remove(Entry entry) {
        EntryQueue queue = queues.get(bucket(entry));
        if (queue != null) {
            queue.remove(entry);
            if (queue.isEmpty()) {
                queues.remove(bucket(entry));
            }
        }
    }

    @Override
    public @Nullable Entry victim() {
        Map.Entry<Long, EntryQueue> first = queues.firstEntry();
        if (first == null) {
            return null;
        }
        Entry entry = first.getValue().coldest();
        if (entry != null) {
            remove(entry);
        }
        return entry;
    }

    @Override
    public void drain(Consumer<Entry> next) {
        for (Entry entry = victim(); entry != null; entry = victim()) {
            next.accept(entry);
        }
    }

    private static Long bucket(Entry entry) {
        return entry.expiryMillis() / BUCKET_MILLIS;
    }
}
