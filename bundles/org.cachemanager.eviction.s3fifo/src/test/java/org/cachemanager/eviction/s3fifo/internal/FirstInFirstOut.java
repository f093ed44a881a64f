package org.cachemanager.eviction.s3fifo.internal;

import java.util.function.Consumer;
import org.cachemanager.api.eviction.Entry;
import org.cachemanager.api.eviction.EntryQueue;
import org.cachemanager.api.eviction.EvictionPolicy;
import org.jspecify.annotations.Nullable;

/** What every policy must be compared with. */
final class FirstInFirstOut implements EvictionPolicy {

    private final EntryQueue queue = new EntryQueue();

    @Override
    public void limit(long maxBytes) {
        // The order does not depend on it.
    }

    @Override
    public boolean touch(Entry entry) {
        return false;
    }

    @Override
    public void hit(Entry entry) {
        throw new AssertionError("nobody asked for it");
    }

    @Override
    public void add(Entry entry) {
        queue.addWarmest(entry);
    }

    @Override
    public void replace(Entry old, Entry fresh) {
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
        throw new UnsupportedOperationException();
    }
}
