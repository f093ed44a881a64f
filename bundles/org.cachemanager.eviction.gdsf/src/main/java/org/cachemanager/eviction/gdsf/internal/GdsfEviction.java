package org.cachemanager.eviction.gdsf.internal;

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
 * GreedyDual-Size-Frequency: the entry with the lowest priority goes, and a clock takes over its priority. An entry's
 * priority is the clock as it was at its last read, and what it is worth: how often it was read, divided by its size.
 * So the clock ages what is not read any more, however much it was worth.
 *
 * <p>Where sizes differ by much, a cache holds many small items in the room of a large one, and this policy has the
 * most hits in requests of all that look at frequency and recency. The price: hits in bytes, because large items leave
 * early; that those who need the large ones make them again; and the policy's lock for each hit.
 *
 * <p>No heap is needed for the order. Of entries of about the same worth, the one that was read longest ago has the
 * lowest priority: so there is a queue for each class of {@link Worth}, each ordered by itself, and the lowest of the
 * queues' heads is found by a {@link Tournament}. All takes constant time. Priorities wrap around, and are compared by
 * their differences, which are never near to half of their range: the clock can go on for ever.
 *
 * <p>Cherkasova: "Improving WWW Proxies Performance with Greedy-Dual-Size-Frequency Caching Policy", HP Laboratories,
 * HPL-98-69, 1998; after Cao, Irani: "Cost-Aware WWW Proxy Caching Algorithms", USITS 1997.
 */
@Component(
        configurationPid = "org.cachemanager.eviction.gdsf",
        service = EvictionPolicy.class,
        property = {EvictionPolicy.NAME + "=gdsf", "service.ranking:Integer=20"})
@Designate(ocd = GdsfEviction.Configuration.class)
public final class GdsfEviction implements EvictionPolicy {

    /** The parameters of the policy. */
    @ObjectClassDefinition(name = "Cache Manager: GDSF eviction", description = "Frequency divided by size, aged.")
    public @interface Configuration {

        @AttributeDefinition(
                name = "size_power",
                description = "How much sizes count, between 0 and 1: an item is worth its reads divided by its size to"
                        + " this power; 1 for hits in requests, 0 for hits in bytes",
                min = "0",
                max = "1")
        double size_power() default 1;
    }

    /** Of an entry's word, the lowest bits: how often it was read. */
    private static final int READS_BITS = 6;

    /** Then, the class of its worth; the rest is its priority. */
    private static final int CLASS_BITS = 9;

    private static final int PRIORITY_SHIFT = READS_BITS + CLASS_BITS;
    private static final int READS_MASK = (1 << READS_BITS) - 1;
    private static final int CLASS_MASK = (1 << CLASS_BITS) - 1;

    private final EntryQueue[] queues = new EntryQueue[Worth.classes()];
    private final Tournament tournament = new Tournament();
    private volatile double sizePower;

    /** In the bits of a word's priority, as all priorities are. */
    private long clock;

    @Activate
    public GdsfEviction(Configuration configuration) {
        this(configuration.size_power());
    }

    GdsfEviction(double sizePower) {
        this.sizePower = checked(sizePower);
        for (int i = 0; i < queues.length; i++) {
            queues[i] = new EntryQueue();
        }
    }

    /** What is there is judged anew when it is read or set again. */
    @Modified
    void modified(Configuration configuration) {
        sizePower(configuration.size_power());
    }

    void sizePower(double power) {
        sizePower = checked(power);
    }

    private static double checked(double power) {
        if (!(power >= 0 && power <= 1)) {
            throw new IllegalArgumentException("size_power is " + power + "; it must lie between 0 and 1.");
        }
        return power;
    }

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
        int reads = Math.min(reads(entry.word()) + 1, Worth.MOST_READS);
        takeOut(entry);
        place(entry, reads, clock);
    }

    @Override
    public void add(Entry entry) {
        place(entry, 1, clock);
    }

    @Override
    public void replace(Entry old, Entry fresh) {
        long word = old.word();
        int reads = reads(word);
        int worthClass = worthClass(word);
        fresh.mark(old.mark());
        if (worthClass == Worth.classOf(reads, fresh.weight(), sizePower)) {
            fresh.word(word);
            queues[worthClass].replace(old, fresh);
            old.word(0);
        } else {
            takeOut(old);
            place(fresh, reads, priority(word) - worth(worthClass));
        }
    }

    @Override
    public void remove(Entry entry) {
        takeOut(entry);
    }

    @Override
    public @Nullable Entry victim() {
        int lowest = tournament.lowest();
        Entry victim = lowest < 0 ? null : queues[lowest].coldest();
        if (victim != null) {
            long priority = priority(victim.word());
            clock = priority - clock > 0 ? priority : clock;
            takeOut(victim);
        }
        return victim;
    }

    @Override
    public void drain(Consumer<Entry> next) {
        for (Entry entry = victim(); entry != null; entry = victim()) {
            next.accept(entry);
        }
        clock = 0;
    }

    /** @param since the clock at the entry's last read */
    private void place(Entry entry, int reads, long since) {
        int worthClass = Worth.classOf(reads, entry.weight(), sizePower);
        entry.word(since + worth(worthClass) | (long) worthClass << READS_BITS | reads);
        queues[worthClass].addWarmest(entry);
        if (queues[worthClass].coldest() == entry) {
            announce(worthClass);
        }
    }

    private void takeOut(Entry entry) {
        int worthClass = worthClass(entry.word());
        boolean wasHead = queues[worthClass].coldest() == entry;
        queues[worthClass].remove(entry);
        entry.word(0);
        if (wasHead) {
            announce(worthClass);
        }
    }

    private void announce(int worthClass) {
        Entry head = queues[worthClass].coldest();
        if (head == null) {
            tournament.leave(worthClass);
        } else {
            tournament.enter(worthClass, priority(head.word()));
        }
    }

    private static long worth(int worthClass) {
        return Worth.of(worthClass) << PRIORITY_SHIFT;
    }

    private static long priority(long word) {
        return word >>> PRIORITY_SHIFT << PRIORITY_SHIFT;
    }

    private static int worthClass(long word) {
        return (int) (word >>> READS_BITS) & CLASS_MASK;
    }

    private static int reads(long word) {
        return (int) word & READS_MASK;
    }
}
