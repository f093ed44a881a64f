package org.cachemanager.eviction.fifo.internal;

import java.util.function.Consumer;
import org.cachemanager.api.eviction.Entry;
import org.cachemanager.api.eviction.EntryQueue;
import org.cachemanager.api.eviction.EvictionPolicy;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Component;

/**
 * Evicts the entry that was set first: one queue, and a hit does nothing.
 *
 * <p>An item that is set again keeps its place: what counts is how long its key has been there.
 */
@Component(
        service = EvictionPolicy.class,
        property = {EvictionPolicy.NAME + "=fifo", "service.ranking:Integer=40"})
public final class FifoEviction implements EvictionPolicy {

    private final EntryQueue queue = new EntryQueue();

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
