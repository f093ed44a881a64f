package org.cachemanager.eviction.clock.internal;

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
 * CLOCK: a ring of entries and a hand. Where the hand stands on an entry that was not read since it last came by, that
 * one goes; one that was read is spared, and has to be read again before the hand is back. New entries come in behind
 * the hand. The ring is a queue here, whose cold end is where the hand stands.
 *
 * <p>Hits in about the numbers that the least recently used would have, for a hit that writes one number and takes no
 * lock. Like that one it is flushed by a scan, and knows nothing of sizes. With more chances than one, reads are
 * counted up to there, and each round of the hand takes one off: what is read often stays longer (generalised CLOCK),
 * and what was popular once takes longer to go.
 *
 * <p>Corbató: "A Paging Experiment with the Multics System", MIT Project MAC, 1968. With a count: Smith: "Sequentiality
 * and Prefetching in Database Systems", ACM TODS 3(3), 1978.
 */
@Component(
        configurationPid = "org.cachemanager.eviction.clock",
        service = EvictionPolicy.class,
        property = {EvictionPolicy.NAME + "=clock", "service.ranking:Integer=30"})
@Designate(ocd = ClockEviction.Configuration.class)
public final class ClockEviction implements EvictionPolicy {

    private static final int MOST_CHANCES = 15;

    /** After so many entries that were spared the next one goes as it is, so that no call takes long. */
    private static final int MOST_STEPS = 1024;

    /** The parameters of the policy. */
    @ObjectClassDefinition(name = "Cache Manager: CLOCK eviction", description = "A ring of entries and a hand.")
    public @interface Configuration {

        @AttributeDefinition(
                name = "chances",
                description = "How many reads of an entry count, each for one round of the hand, between 1 and 15",
                min = "1",
                max = "15")
        int chances() default 1;
    }

    private final EntryQueue ring = new EntryQueue();
    private volatile int chances;

    @Activate
    public ClockEviction(Configuration configuration) {
        this(configuration.chances());
    }

    ClockEviction(int chances) {
        this.chances = checked(chances);
    }

    /** Reads that were counted stay counted, up to the new number. */
    @Modified
    void modified(Configuration configuration) {
        chances(configuration.chances());
    }

    void chances(int most) {
        chances = checked(most);
    }

    private static int checked(int chances) {
        if (chances < 1 || chances > MOST_CHANCES) {
            throw new IllegalArgumentException(
                    "chances is " + chances + "; it must lie between 1 and " + MOST_CHANCES + ".");
        }
        return chances;
    }

    @Override
    public void limit(long maxBytes) {
        // Whoever asks for victims keeps the limit; the order does not depend on it.
    }

    @Override
    public boolean touch(Entry entry) {
        int mark = entry.mark();
        if (mark < chances) {
            entry.mark(Math.max(0, mark) + 1);
        }
        return false;
    }

    @Override
    public void hit(Entry entry) {
        // All is said by the mark.
    }

    @Override
    public void add(Entry entry) {
        entry.mark(0);
        ring.addWarmest(entry);
    }

    @Override
    public void replace(Entry old, Entry fresh) {
        fresh.mark(old.mark());
        ring.replace(old, fresh);
    }

    @Override
    public void remove(Entry entry) {
        ring.remove(entry);
    }

    @Override
    public @Nullable Entry victim() {
        Entry hand = ring.coldest();
        for (int i = 0; i < MOST_STEPS && hand != null && hand.mark() > 0; i++) {
            hand.mark(Math.min(hand.mark(), chances) - 1);
            ring.moveToWarmest(hand);
            hand = ring.coldest();
        }
        return ring.pollColdest();
    }

    @Override
    public void drain(Consumer<Entry> next) {
        for (Entry entry = victim(); entry != null; entry = victim()) {
            next.accept(entry);
        }
    }
}
