package org.cachemanager.eviction.s3fifo.internal;

import java.util.function.Consumer;
import org.cachemanager.api.eviction.Entry;
import org.cachemanager.api.eviction.EntryQueue;
import org.cachemanager.api.eviction.EvictionPolicy;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * S3-FIFO: three queues, of which two hold entries. A new entry goes through a small queue; what was read twice there
 * moves to the main queue, the rest leaves quickly, and only its fingerprint stays for a while in a ghost. What comes
 * back while it is remembered goes to the main queue at once. An entry of the main queue that was read since it was
 * last looked at goes round again.
 *
 * <p>Quick demotion keeps a scan from flushing what is popular, and a hit only counts up to three in the entry's mark:
 * no lock, no moving. The price: an entry that is read once, and again only after it has left both the small queue and
 * the ghost, is never kept. All sizes are in bytes.
 *
 * <p>Yang, Zhang, Qiu, Yue, Rashmi: "FIFO Queues Are All You Need for Cache Eviction", SOSP 2023.
 */
@Component(
        configurationPid = "org.cachemanager.eviction.s3fifo",
        service = EvictionPolicy.class,
        property = {EvictionPolicy.NAME + "=s3fifo", "service.ranking:Integer=100"})
@Designate(ocd = S3FifoEviction.Configuration.class)
public final class S3FifoEviction implements EvictionPolicy {

    private static final int MAX_MARK = 3;
    private static final int READ_TWICE = 2;

    /** After so many entries that were spared the next one goes as it is, so that no call takes long. */
    private static final int MOST_STEPS = 1024;

    /** The ghost's slots may take one byte for so many bytes that the entries count. */
    private static final int GHOST_SHARE = 32;

    private static final long SMALL = 1;
    private static final long MAIN = 2;

    /** The parameters of the policy. */
    @ObjectClassDefinition(name = "Cache Manager: S3-FIFO eviction", description = "A small, a main and a ghost queue.")
    public @interface Configuration {

        @AttributeDefinition(
                name = "small_queue",
                description = "The share of the bytes that the small queue has, between 0.01 and 0.9",
                min = "0.01",
                max = "0.9")
        double small_queue() default 0.1;
    }

    private final EntryQueue small = new EntryQueue();
    private final EntryQueue main = new EntryQueue();
    private final Ghost ghost = new Ghost();
    private volatile double smallShare;
    private long limit = Long.MAX_VALUE;

    @Activate
    public S3FifoEviction(Configuration configuration) {
        this(configuration.small_queue());
    }

    S3FifoEviction(double smallShare) {
        this.smallShare = checked(smallShare);
    }

    @Modified
    void modified(Configuration configuration) {
        smallShare = checked(configuration.small_queue());
    }

    private static double checked(double share) {
        if (!(share >= 0.01 && share <= 0.9)) {
            throw new IllegalArgumentException("small_queue is " + share + "; it must lie between 0.01 and 0.9.");
        }
        return share;
    }

    @Override
    public void limit(long maxBytes) {
        limit = maxBytes;
        boundGhost();
    }

    @Override
    public boolean touch(Entry entry) {
        int mark = entry.mark();
        if (mark < MAX_MARK) {
            entry.mark(mark + 1);
        }
        return false;
    }

    @Override
    public void hit(Entry entry) {
        // touch has counted it.
    }

    @Override
    public void add(Entry entry) {
        entry.mark(0);
        if (ghost.take(entry.hash())) {
            place(entry, main, MAIN);
        } else {
            place(entry, small, SMALL);
        }
    }

    private static void place(Entry entry, EntryQueue queue, long word) {
        queue.addWarmest(entry);
        entry.word(word);
    }

    @Override
    public void replace(Entry old, Entry fresh) {
        fresh.mark(old.mark());
        fresh.word(old.word());
        queue(old).replace(old, fresh);
        old.word(0);
    }

    @Override
    public void remove(Entry entry) {
        queue(entry).remove(entry);
        entry.word(0);
    }

    private EntryQueue queue(Entry entry) {
        return entry.word() == MAIN ? main : small;
    }

    @Override
    public @Nullable Entry victim() {
        boundGhost();
        for (int i = 0; i < MOST_STEPS; i++) {
            Entry coldest = candidates().coldest();
            if (coldest == null) {
                return null;
            }
            if (!isSpared(coldest)) {
                return evict(coldest);
            }
        }
        Entry coldest = candidates().coldest();
        return coldest == null ? null : evict(coldest);
    }

    /** The queue from which the next one goes. */
    private EntryQueue candidates() {
        boolean smallIsOver = small.weight() >= smallShare * bytes();
        return main.isEmpty() || (smallIsOver && !small.isEmpty()) ? small : main;
    }

    /** The bytes that the two queues share. */
    private long bytes() {
        return Math.min(limit, small.weight() + main.weight());
    }

    private void boundGhost() {
        long bytes = bytes();
        ghost.bound(bytes - (long) (smallShare * bytes), bytes / GHOST_SHARE);
    }

    /** Moves the coldest of a queue to the warm end of the main queue if it was read enough. */
    private boolean isSpared(Entry coldest) {
        int mark = Math.min(coldest.mark(), MAX_MARK);
        boolean inSmall = coldest.word() == SMALL;
        if (mark < (inSmall ? READ_TWICE : 1)) {
            return false;
        }
        queue(coldest).remove(coldest);
        coldest.mark(inSmall ? 0 : mark - 1);
        place(coldest, main, MAIN);
        return true;
    }

    private Entry evict(Entry entry) {
        if (entry.word() == SMALL) {
            ghost.add(entry.hash(), entry.weight());
        }
        remove(entry);
        return entry;
    }

    @Override
    public void drain(Consumer<Entry> next) {
        for (Entry entry = victim(); entry != null; entry = victim()) {
            next.accept(entry);
        }
        ghost.clear();
    }

    /** The bytes of memory that the ghost takes. */
    long ghostBytes() {
        return ghost.memoryBytes();
    }
}
