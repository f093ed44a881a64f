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
 * <p>Where most of what is read again is read again soon, but not soon enough for a small queue of the usual size, that
 * price is high: a database's traffic at night had 28 % hits where first in, first out had 43 %. Hence the size is not
 * fixed: a {@link Rehearsal} on a sample of the keys tells whether a small queue of nine tenths would do better.
 *
 * <p>Yang, Zhang, Qiu, Yue, Rashmi: "FIFO Queues Are All You Need for Cache Eviction", SOSP 2023.
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
        queues = new Queues(checked(smallShare));
        rehearsal = new Rehearsal(smallShare);
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
        if (mark >= Queues.MAX_MARK) {
            return false;
        }
        entry.mark(mark + 1);
        return rehearsal.isSampled(entry);
    }

    @Override
    public void hit(Entry entry) {
        rehearse(entry);
    }

    @Override
    public void add(Entry entry) {
        queues.add(entry);
        rehearse(entry);
    }

    private void rehearse(Entry entry) {
        if (rehearsal.isSampled(entry)) {
            queues.smallShare(rehearsal.read(entry, queues.weight()));
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
    }

    /** The bytes of memory that the ghost takes. */
    long ghostBytes() {
        return queues.ghostBytes();
    }
}
