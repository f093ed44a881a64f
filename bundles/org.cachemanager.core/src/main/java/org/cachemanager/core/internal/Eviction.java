package org.cachemanager.core.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
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
 * <p>A policy that throws is put out of force at once: the built-in one takes over with every entry.
 */
final class Eviction {

    /** How many victims that are busy are put back before one goes all the same. */
    private static final int MOST_SPARED = 64;

    private final ReentrantLock guard = new ReentrantLock();
    private final Index index;
    private final BiConsumer<EvictionPolicy, Throwable> broke;

    /** Read without the lock by {@link #touched}; written under it. */
    private volatile EvictionPolicy policy = new SoonestToExpire();

    private long limit = Long.MAX_VALUE;

    /** @param broke told, under no lock, of a policy that threw and is out of force */
    Eviction(Index index, BiConsumer<EvictionPolicy, Throwable> broke) {
        this.index = index;
        this.broke = broke;
    }

    /**
     * Tells the policy of a hit: at once if its lock is free. Under contention the hit is dropped, as policies allow.
     */
    void touched(IndexEntry entry) {
        EvictionPolicy asked = policy;
        try {
            if (asked.touch(entry) && guard.tryLock()) {
                hit(entry);
            }
        } catch (RuntimeException | LinkageError e) {
            putOutOfForce(asked, e);
        }
    }

    private void hit(IndexEntry entry) {
        try {
            if (isKept(entry)) {
                policy.hit(entry);
            }
        } finally {
            guard.unlock();
        }
    }

    void added(IndexEntry entry) {
        change(() -> {
            if (entry.standing == Standing.NEW) {
                policy.add(entry);
                keep(entry);
            }
        });
    }

    /** Puts one entry in another's place, whose standing ends. */
    void replaced(IndexEntry old, IndexEntry fresh) {
        change(() -> {
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
            keep(fresh);
        });
    }

    void gone(IndexEntry entry) {
        change(() -> {
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
        change(() -> {
            IndexEntry picked = pick();
            for (int spared = 0; picked != null && spared < MOST_SPARED && busy.test(picked); spared++) {
                policy.add(picked);
                picked = pick();
            }
            if (picked != null) {
                picked.standing = Standing.GONE;
                victim[0] = picked;
            }
        });
        return victim[0];
    }

    private @Nullable IndexEntry pick() {
        IndexEntry picked = (IndexEntry) policy.victim();
        if (picked != null && !isKept(picked)) {
            throw new IllegalStateException("The policy gave a victim that it had let go before.");
        }
        return picked;
    }

    void limit(long bytes) {
        change(() -> {
            limit = bytes;
            policy.limit(bytes);
        });
    }

    /**
     * Puts a policy in force: it takes over every entry, coldest first. False if it threw; then the built-in one has
     * them.
     */
    boolean use(EvictionPolicy next) {
        Throwable thrown;
        Throwable oldThrew;
        EvictionPolicy old;
        guard.lock();
        try {
            old = policy;
            if (old == next) {
                return true;
            }
            List<Entry> order = new ArrayList<>();
            oldThrew = attempt(() -> old.drain(order::add));
            thrown = attempt(() -> takeOver(next, oldThrew == null ? order : everyEntry()));
            if (thrown != null) {
                takeOver(new SoonestToExpire(), everyEntry());
            }
        } finally {
            guard.unlock();
        }
        report(old, oldThrew);
        report(next, thrown);
        return thrown == null;
    }

    EvictionPolicy inForce() {
        return policy;
    }

    private void takeOver(EvictionPolicy next, List<? extends Entry> coldestFirst) {
        next.limit(limit);
        coldestFirst.forEach(next::add);
        policy = next;
        coldestFirst.forEach(entry -> keep((IndexEntry) entry));
    }

    /** Whether the policy in force has the entry; one that another policy had, and lost, it has not. */
    private boolean isKept(IndexEntry entry) {
        return entry.standing == Standing.ADDED && entry.keeper == policy;
    }

    private void keep(IndexEntry entry) {
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

    private void change(Runnable step) {
        EvictionPolicy asked;
        Throwable thrown;
        guard.lock();
        try {
            asked = policy;
            thrown = attempt(step);
            if (thrown != null) {
                takeOver(new SoonestToExpire(), everyEntry());
                step.run();
            }
        } finally {
            guard.unlock();
        }
        report(asked, thrown);
    }

    private void putOutOfForce(EvictionPolicy asked, Throwable thrown) {
        guard.lock();
        try {
            if (policy != asked) {
                return;
            }
            takeOver(new SoonestToExpire(), everyEntry());
        } finally {
            guard.unlock();
        }
        report(asked, thrown);
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
        }
    }
}
