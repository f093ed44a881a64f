package org.cachemanager.eviction.s3fifo.internal;

import java.util.function.Consumer;
import org.cachemanager.api.eviction.Entry;
import org.cachemanager.api.eviction.EvictionPolicy;
import org.jspecify.annotations.Nullable;

/** S3-FIFO with a small queue of a tenth, whatever comes. */
final class Fixed implements EvictionPolicy {

    private final Queues queues = new Queues(Mode.s3Fifo(0.1));

    @Override
    public void limit(long maxBytes) {
        queues.limit(maxBytes);
    }

    @Override
    public boolean touch(Entry entry) {
        entry.mark(Math.min(entry.mark() + 1, Queues.MAX_MARK));
        return false;
    }

    @Override
    public void hit(Entry entry) {
        throw new AssertionError("nobody asked for it");
    }

    @Override
    public void add(Entry entry) {
        queues.add(entry);
    }

    @Override
    public void replace(Entry old, Entry fresh) {
        queues.replace(old, fresh);
    }

    @Override
    public void remove(Entry entry) {
        queues.remove(entry);
    }

    @Override
    public @Nullable Entry victim() {
        return queues.victim();
    }

    @Override
    public void drain(Consumer<Entry> next) {
        throw new UnsupportedOperationException();
    }
}
