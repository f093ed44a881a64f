package org.cachemanager.eviction.lru.internal;

import java.util.function.Consumer;
import org.cachemanager.api.eviction.Entry;
import org.cachemanager.api.eviction.EntryQueue;
import org.cachemanager.api.eviction.EvictionPolicy;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Component;

/**
 * Evicts the entry that was not read for the longest time: one queue, a hit moves its entry to the warm end.
 *
 * <p>Simple and well understood; a scan of keys that are read once flushes it, and each hit asks for the policy's lock.
 */
@Component(
        service = EvictionPolicy.class,
        property = {EvictionPolicy.NAME + "=lru", "service.ranking:Integer=50"})
public final class LruEviction implements EvictionPolicy {

    private final EntryQueue queue = new EntryQueue();

    @Override
    public void limit(long maxBytes) {
        // Whoever asks for victims keeps the limit; the order does not depend on it.
    }

    @Override
    public boolean touch(Entry entry) {
        return true;
    }

    @Override
    public void hit(Entry entry) {
        queue.moveToWarmest(entry);
    }

    @Override
    public void add(Entry entry) {
        queue.addWarmest(entry);
    }

    @Override
    public void replace(Entry old, Entry fresh) {
        fresh.mark(old.mark());
        queue.replace(old, fresh);
    }

    @Override
    public void remove(Entry entry) {
        queue.remove(entry);
    }

    @Override
    public @Nullable Entry victim() {
        return queue.pollColdest();
    }

    @Override
    public void drain(Consumer<Entry> next) {
        for (Entry entry = queue.pollColdest(); entry != null; entry = queue.pollColdest()) {
            next.accept(entry);
        }
    }
}
