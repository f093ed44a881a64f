package org.cachemanager.core.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.cachemanager.api.eviction.Entry;
import org.cachemanager.api.eviction.EvictionPolicy;
import org.cachemanager.core.internal.IndexEntry.Standing;
import org.jspecify.annotations.Nullable;

/**
 * The eviction policy in force, under its lock.
 *
 * <p>An entry's standing tells whether the policy has it, so that what happens to one entry on two threads may come in
 * any order: who was replaced before it was added is not added any more. While the lock is held nobody but the policy
 * is called; the index may be read, whose locks are never held by who asks for this one.
 *
 * <p>A policy that throws is put out of force at once: the built-in one takes over with every entry. So is one that
 * does not come back, by who waits for its lock.
 */
final class Eviction {

    /** How many victims that are busy are put back before one goes all the same. */
    private static final int MOST_SPARED = 64;

    private final Index index;
    private final BiConsumer<EvictionPolicy, Throwable> broke;
    private final int patience;

    /** Read without a lock; written under the lock of the one that ends, or of the object when that does not end. */
    private volatile Reign reign;

    private volatile long limit = Long.MAX_VALUE;

    /**
     * The built-in policy in force.
     *
     * @param broke told, under no lock, of a policy that threw or did not come back, and is out of force
     * @param patience how long one waits for a policy that does not get on: see {@link Reign}
     */
    Eviction(Index index, BiConsumer<EvictionPolicy, Throwable> broke, int patience) {
        this.index = index;
        this.broke = broke;
        this.patience = patience;
        this.reign = new Reign(builtIn(), patience);
    }

    /**
     * Tells the policy of a hit: at once if its lock is free. Under contention the hit is dropped, as policies allow.
     */
    void touched(IndexEntry entry) {
        Reign now = reign;
        try {
            if (now.policy.touch(entry) && now.tryEnter()) {
                hit(now, entry);
            }
        } catch (RuntimeException | LinkageError e) {
            putOutOfForce(now, e);
        }
    }

    private void hit(Reign now, IndexEntry entry) {
        try {
            if (now == reign && isKept(entry)) {
                now.policy.hit(entry);
            }
        } finally {
            Outcasts.end();
            now.leave();
        }
    }

    void added(IndexEntry entry) {
        change(policy -> {
            if (entry.standing == Standing.NEW) {
                policy.add(entry);
                keep(entry, policy);
            }
        });
    }

    /** Puts one entry in another's place, whose standing ends. */
    void replaced(IndexEntry old, IndexEntry fresh) {
        change(policy -> {
            boolean placed = isKept(old);
            old.standing = Standing.GONE;
            if (fresh.standing != Standing.NEW) {
                if (placed) {
                    policy.remove(old);
                }
                return;
            }
            if (placed) {
                policy.replace(old, fresh);
            } else {
                policy.add(fresh);
            }
            keep(fresh, policy);
        });
    }

    void gone(IndexEntry entry) {
        change(policy -> {
            boolean placed = isKept(entry);
            entry.standing = Standing.GONE;
            if (placed) {
                policy.remove(entry);
            }
        });
    }

    /**
     * The entry that is to go, which the policy has let go of; null when it has none.
     *
     * @param busy entries that had better stay: some are put back, as if they were new, before one goes all the same
     */
    @Nullable
    IndexEntry victim(Predicate<IndexEntry> busy) {
        IndexEntry[] victim = new IndexEntry[1];
        change(policy -> {
            IndexEntry picked = pick(policy);
            for (int spared = 0; picked != null && spared < MOST_SPARED && busy.test(picked); spared++) {
                policy.add(picked);
                picked = pick(policy);
            }
            if (picked != null) {
                picked.standing = Standing.GONE;
                victim[0] = picked;
            }
        });
        return victim[0];
    }

    private @Nullable IndexEntry pick(EvictionPolicy policy) {
        IndexEntry picked = (IndexEntry) policy.victim();
        Outcasts.check();
        if (picked != null && !isKept(picked)) {
            throw new IllegalStateException("The policy gave a victim that it had let go before.");
        }
        return picked;
    }

    void limit(long bytes) {
        limit = bytes;
        change(policy -> policy.limit(limit));
    }

    /**
     * Puts a policy in force: it takes over every entry, coldest first. False if it threw; then the built-in one has
     * them.
     */
    boolean use(EvictionPolicy next) {
        Reign old = enter();
        Throwable oldThrew;
        Throwable thrown;
        boolean over;
        try {
            if (old.policy == next) {
                return true;
            }
            List<Entry> order = new ArrayList<>();
            oldThrew = attempt(() -> old.policy.drain(entry -> {
                order.add(entry);
                old.progress();
            }));
            over = old != reign;
            thrown = attempt(() -> takeOver(old, next, oldThrew == null ? () -> order : this::everyEntry));
            if (thrown != null) {
                takeOver(old, builtIn(), this::everyEntry);
            }
        } finally {
            old.leave();
        }
        if (over) {
            return use(next);
        }
        report(old.policy, oldThrew);
        report(next, thrown);
        return thrown == null;
    }

    EvictionPolicy inForce() {
        return reign.policy;
    }

    private static EvictionPolicy builtIn() {
        return new SoonestToExpire();
    }

    /** Has the next policy begin; nothing when the former one's reign has ended by now. */
    private synchronized void takeOver(
            Reign former, EvictionPolicy policy, Supplier<List<? extends Entry>> coldestFirst) {
        if (former != reign) {
            return;
        }
        policy.limit(limit);
        List<? extends Entry> entries = coldestFirst.get();
        for (Entry entry : entries) {
            policy.add(entry);
            former.progress();
        }
        entries.forEach(entry -> keep((IndexEntry) entry, policy));
        reign = new Reign(policy, patience);
    }

    /** Whether the policy in force has the entry; one that another policy had, and lost, it has not. */
    private boolean isKept(IndexEntry entry) {
        return entry.standing == Standing.ADDED && entry.keeper == reign.policy;
    }

    private static void keep(IndexEntry entry, EvictionPolicy policy) {
        Outcasts.check();
        entry.standing = Standing.ADDED;
        entry.keeper = policy;
    }

    /** Every entry that a policy had, as if it had never been in one. */
    private List<IndexEntry> everyEntry() {
        List<IndexEntry> all = new ArrayList<>();
        for (int i = 0; i < index.stripes(); i++) {
            index.forEach(i, entry -> {
                if (entry.standing == Standing.ADDED) {
                    entry.colder(null);
                    entry.warmer(null);
                    entry.word(0);
                    all.add(entry);
                }
            });
        }
        return all;
    }

    /** Does a step under the lock; again, when the policy fails in it, with the one that takes over. */
    private void change(Consumer<EvictionPolicy> step) {
        Reign now = enter();
        Throwable thrown;
        boolean over;
        try {
            thrown = attempt(() -> step.accept(now.policy));
            over = now != reign;
            if (thrown != null && !over) {
                takeOver(now, builtIn(), this::everyEntry);
            }
        } finally {
            now.leave();
        }
        if (thrown != null && !over) {
            report(now.policy, thrown);
        }
        if (thrown != null || over) {
            change(step);
        }
    }

    /** Puts a policy out of force that threw without the lock, unless another one is in force by now. */
    private void putOutOfForce(Reign asked, Throwable thrown) {
        Reign now = enter();
        boolean still = now == asked;
        try {
            if (still) {
                takeOver(now, builtIn(), this::everyEntry);
            }
        } finally {
            now.leave();
        }
        report(asked.policy, still ? thrown : null);
    }

    private Reign enter() {
        for (; ; ) {
            Reign now = reign;
            if (now.enter(() -> now != reign)) {
                if (now == reign) {
                    return now;
                }
                now.leave();
            } else if (now == reign) {
                giveUp(now);
            }
        }
    }

    /** Ends the reign of a policy that does not come back: by throwing its thread out, or else without its lock. */
    private void giveUp(Reign stalled) {
        Throwable where = stalled.castOut();
        if (stalled.enter(() -> stalled != reign)) {
            stalled.leave();
            return;
        }
        boolean mine;
        synchronized (this) {
            mine = stalled == reign;
            takeOver(stalled, builtIn(), this::everyEntry);
        }
        report(stalled.policy, mine ? where : null);
    }

    private void report(EvictionPolicy asked, @Nullable Throwable thrown) {
        if (thrown != null) {
            broke.accept(asked, thrown);
        }
    }

    private static @Nullable Throwable attempt(Runnable step) {
        try {
            step.run();
            return null;
        } catch (RuntimeException | LinkageError e) {
            return e;
        } finally {
            Outcasts.end();
        }
    }
}
