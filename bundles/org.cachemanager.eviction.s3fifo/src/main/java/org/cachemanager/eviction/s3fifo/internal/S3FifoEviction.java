package org.cachemanager.eviction.s3fifo.internal;

import java.util.function.Consumer;
import org.cachemanager.api.eviction.Entry;
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
 * <p>Where most of what is read again is read again soon, but not soon enough for a small queue of the usual size, or
 * where other keys become popular all the time, that price is high: a database's traffic at night had 28 % hits where
 * first in, first out had 43 %. Hence a {@link Rehearsal} on a sample of the keys tells whether one queue alone would
 * do better, either first in, first out or as a clock, where what was read goes round once more; then it is that. It
 * begins as a clock.
 *
 * <p>Yang, Zhang, Qiu, Yue, Rashmi: "FIFO Queues Are All You Need for Cache Eviction", SOSP 2023. A choice between
 * policies by small caches that share a sample of the requests is as old as Qureshi, Jaleel, Patt, Steely, Emer:
 * "Adaptive Insertion Policies for High Performance Caching", ISCA 2007.
 */
@Component(
        configurationPid = "org.cachemanager.eviction.s3fifo",
        service = EvictionPolicy.class,
        property = {EvictionPolicy.NAME + "=s3fifo", "service.ranking:Integer=100"})
@Designate(ocd = S3FifoEviction.Configuration.class)
public final class S3FifoEviction implements EvictionPolicy {

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

    private final Queues queues;
    private final Rehearsal rehearsal;

    @Activate
    public S3FifoEviction(Configuration configuration) {
        this(configuration.small_queue());
    }

    S3FifoEviction(double smallShare) {
        rehearsal = new Rehearsal(checked(smallShare));
        queues = new Queues(rehearsal.mode());
    }

    @Modified
    void modified(Configuration configuration) {
        rehearsal.usual(checked(configuration.small_queue()));
    }

    private static double checked(double share) {
        if (!(share >= 0.01 && share <= 0.9)) {
            throw new IllegalArgumentException("small_queue is " + share + "; it must lie between 0.01 and 0.9.");
        }
        return share;
    }

    @Override
    public void limit(long maxBytes) {
        queues.limit(maxBytes);
        rehearsal.limit(maxBytes);
    }

    @Override
    public boolean touch(Entry entry) {
        int mark = entry.mark();
        if (!rehearsal.isSampled(entry)) {
            if (mark < Queues.MAX_MARK) {
                entry.mark(mark + 1);
            }
            return false;
        }
        boolean isPopular = mark >= Rehearsal.READS_AT_ONCE;
        boolean tells = !isPopular || mark >= 2 * Rehearsal.READS_AT_ONCE;
        entry.mark(isPopular && tells ? Rehearsal.READS_AT_ONCE + 1 : mark + 1);
        return tells;
    }

    @Override
    public void hit(Entry entry) {
        rehearse(entry, entry.mark() > Rehearsal.READS_AT_ONCE ? Rehearsal.READS_AT_ONCE : 1);
    }

    @Override
    public void add(Entry entry) {
        queues.add(entry);
        rehearse(entry, 1);
    }

    private void rehearse(Entry entry, int reads) {
        if (rehearsal.isSampled(entry)) {
            rehearsal.read(entry, reads, queues.weight());
            queues.mode(rehearsal.mode());
        }
    }

    @Override
    public void replace(Entry old, Entry fresh) {
        queues.replace(old, fresh);
    }

    @Override
    public void remove(Entry entry) {
        queues.remove(entry);
        rehearsal.remove(entry);
    }

    @Override
    public @Nullable Entry victim() {
        return queues.victim();
    }

    @Override
    public void drain(Consumer<Entry> next) {
        for (Entry entry = victim(); entry != null; entry = victim()) {
            next.accept(entry);
        }
        queues.forget();
        rehearsal.forget();
        queues.mode(rehearsal.mode());
    }

    /** The bytes of memory that the ghost takes. */
    long ghostBytes() {
        return queues.ghostBytes();
    }
}
