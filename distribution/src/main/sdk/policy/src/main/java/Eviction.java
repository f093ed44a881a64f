package {{package}};

import java.util.function.Consumer;
import org.cachemanager.api.eviction.Entry;
import org.cachemanager.api.eviction.EntryQueue;
import org.cachemanager.api.eviction.EvictionPolicy;
import org.osgi.service.component.annotations.Component;

/**
 * Evicts the entry that was set first.
 *
 * <p>All methods but {@link #touch} are called under one lock, so plain fields will do. An entry carries what you need
 * to remember of it: a word and two links (which {@link EntryQueue} uses), and a mark that {@link #touch} may set.
 */
@Component(service = EvictionPolicy.class, property = EvictionPolicy.NAME + "={{name}}")
public final class {{Name}}Eviction implements EvictionPolicy {

    private final EntryQueue queue = new EntryQueue();

    @Override
    public void limit(long maxBytes) {
        // For policies whose parts have a share of the bytes.
    }

    @Override
    public boolean touch(Entry entry) {
        // Called at each hit, by many threads at once, without the lock: return true to have hit() called, under it.
        return false;
    }

    @Override
    public void hit(Entry entry) {
        // To become least recently used: return true above, and queue.moveToWarmest(entry) here.
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
    public Entry victim() {
        return queue.pollColdest();
    }

    @Override
    public void drain(Consumer<Entry> next) {
        for (Entry entry = queue.pollColdest(); entry != null; entry = queue.pollColdest()) {
            next.accept(entry);
        }
    }
}
