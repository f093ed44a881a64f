package org.cachemanager.eviction.tinylfu.internal;

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
 * W-TinyLFU: an entry comes into a window, where the least recently used goes; but before it goes for good, it is
 * compared with who would go from the main region, and the one of the two that was asked for more often of late stays.
 * How often is estimated by a {@link Sketch}, which remembers keys that are not there any more, and ages.
 *
 * <p>Few policies have more hits where some keys are more popular than others, and neither a scan nor items that are
 * asked for once get into the main region. Where what counts is how recent a request is, it needs a large window, and a
 * small one where it is how frequent: a {@link Climber} finds the share that serves best by trying several at the same
 * time on a sample of the keys. The price: each hit asks for the policy's lock; a sketch of some eight bytes an entry,
 * and some 400 KB for the climber. All sizes are in bytes; a heavy entry stands for its admission like any other.
 *
 * <p>Einziger, Friedman, Manes: "TinyLFU: A Highly Efficient Cache Admission Policy", ACM Transactions on Storage
 * 13(4), 2017. Einziger, Eytan, Friedman, Manes: "Adaptive Software Cache Management", Middleware 2018.
 */
@Component(
        configurationPid = "org.cachemanager.eviction.tinylfu",
        service = EvictionPolicy.class,
        property = {EvictionPolicy.NAME + "=tinylfu", "service.ranking:Integer=45"})
@Designate(ocd = TinyLfuEviction.Configuration.class)
public final class TinyLfuEviction implements EvictionPolicy {

    private static final double LEAST_SHARE = 0.001;
    private static final double MOST_SHARE = 0.99;

    /** The parameters of the policy. */
    @ObjectClassDefinition(
            name = "Cache Manager: W-TinyLFU eviction",
            description = "A window and a main region, into which the more frequent come.")
    public @interface Configuration {

        @AttributeDefinition(
                name = "least_window",
                description = "The least share of the bytes that the window has, between 0.001 and most_window",
                min = "0.001",
                max = "0.99")
        double least_window() default 0.01;

        @AttributeDefinition(
                name = "most_window",
                description = "The greatest share of the bytes that the window has, between least_window and 0.99;"
                        + " the same as least_window for a window that does not adapt",
                min = "0.001",
                max = "0.99")
        double most_window() default 0.9;
    }

    /** The shares between which the window adapts; equal to none but itself. */
    static final class Shares {
        private final double least;
        private final double most;

        Shares(double least, double most) {
            if (!(least >= LEAST_SHARE && least <= most && most <= MOST_SHARE)) {
                throw new IllegalArgumentException("least_window is " + least + ", most_window is " + most
                        + "; they must lie between " + LEAST_SHARE + " and " + MOST_SHARE + ", in this order.");
            }
            this.least = least;
            this.most = most;
        }

        static Shares of(Configuration configuration) {
            return new Shares(configuration.least_window(), configuration.most_window());
        }
    }

    private final Sketch sketch = new Sketch();
    private final Regions regions = new Regions(sketch);
    private final Climber climber = new Climber(sketch);
    private volatile Shares shares;
    private Shares inForce;

    @Activate
    public TinyLfuEviction(Configuration configuration) {
        this(Shares.of(configuration));
    }

    TinyLfuEviction(Shares shares) {
        this.shares = shares;
        inForce = shares;
        climber.ladder(shares.least, shares.most);
        regions.windowShare(climber.share());
    }

    /** Nothing is forgotten; the window goes to its new size as entries come and go. */
    @Modified
    void modified(Configuration configuration) {
        shares(Shares.of(configuration));
    }

    /** Changes the shares; any thread. They are in force from the next request that is noted. */
    void shares(Shares next) {
        shares = next;
    }

    @Override
    public void limit(long maxBytes) {
        regions.limit(maxBytes);
        climber.limit(maxBytes);
    }

    @Override
    public boolean touch(Entry entry) {
        return true;
    }

    @Override
    public void hit(Entry entry) {
        regions.hit(entry);
        learn(entry);
    }

    @Override
    public void add(Entry entry) {
        regions.add(entry);
        sketch.fit(regions.size());
        learn(entry);
    }

    private void learn(Entry entry) {
        Shares wanted = shares;
        if (!wanted.equals(inForce)) {
            inForce = wanted;
            climber.ladder(wanted.least, wanted.most);
        }
        sketch.count(entry.hash());
        climber.request(entry, regions.weight());
        regions.windowShare(climber.share());
    }

    @Override
    public void replace(Entry old, Entry fresh) {
        regions.replace(old, fresh);
    }

    @Override
    public void remove(Entry entry) {
        regions.remove(entry);
        climber.remove(entry);
        sketch.fit(regions.size());
    }

    @Override
    public @Nullable Entry victim() {
        Entry victim = regions.victim();
        sketch.fit(regions.size());
        return victim;
    }

    @Override
    public void drain(Consumer<Entry> next) {
        for (Entry entry = regions.victim(); entry != null; entry = regions.victim()) {
            next.accept(entry);
        }
        regions.forget();
        sketch.forget();
        climber.forget();
        regions.windowShare(climber.share());
    }

    /** The share of the bytes that the window has. */
    double windowShare() {
        return climber.share();
    }

    /** The bytes of memory that the sketch takes. */
    long sketchBytes() {
        return sketch.memoryBytes();
    }
}
