package org.cachemanager.core.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.cachemanager.api.Key;
import org.jspecify.annotations.Nullable;

/** The one table of entries: by the hash of their keys, in stripes that are locked apart. */
final class Index {

    private static final int STRIPE_BITS = 6;

    private final Stripe[] stripes = new Stripe[1 << STRIPE_BITS];
    private final LongAdder items = new LongAdder();
    private final LongAdder bytes = new LongAdder();

    Index() {
        for (int i = 0; i < stripes.length; i++) {
            stripes[i] = new Stripe();
        }
    }

    Stripe stripe(long hash) {
        return stripes[(int) (hash >>> (Long.SIZE - STRIPE_BITS))];
    }

    /** The entry of a key, retained for the caller, or null. */
    @Nullable
    IndexEntry find(long hash, Key key) {
        return stripe(hash).find(hash, key.bytes());
    }

    /** Puts an entry in, in the place of an older one or of none; under the stripe's lock. */
    void put(Stripe stripe, IndexEntry fresh, @Nullable IndexEntry old) {
        if (old != null) {
            take(stripe, old);
        }
        stripe.insert(fresh);
        items.increment();
        bytes.add(fresh.weight());
    }

    /** Takes an entry out, under the stripe's lock; false when it had gone before. */
    boolean take(Stripe stripe, IndexEntry entry) {
        if (!stripe.remove(entry)) {
            return false;
        }
        items.decrement();
        bytes.add(-entry.weight());
        return true;
    }

    /** Takes an entry out; false when it had gone before. */
    boolean remove(IndexEntry entry) {
        Stripe stripe = stripe(entry.hash());
        long stamp = stripe.lock();
        try {
            return take(stripe, entry);
        } finally {
            stripe.unlock(stamp);
        }
    }

    /** Puts an entry in the place of another of the same key; false when that had gone before. */
    boolean replace(IndexEntry old, IndexEntry fresh) {
        Stripe stripe = stripe(old.hash());
        long stamp = stripe.lock();
        try {
            if (old.gone) {
                return false;
            }
            put(stripe, fresh, old);
            return true;
        } finally {
            stripe.unlock(stamp);
        }
    }

    /** The number of entries. */
    long items() {
        return items.sum();
    }

    /** The bytes that the entries weigh. */
    long bytes() {
        return bytes.sum();
    }

    /** Shows every entry of a stripe, under its lock; the action calls nobody. */
    void forEach(int stripe, Consumer<IndexEntry> action) {
        long stamp = stripes[stripe].lock();
        try {
            stripes[stripe].forEach(action);
        } finally {
            stripes[stripe].unlock(stamp);
        }
    }

    int stripes() {
        return stripes.length;
    }

    /** A walk over all entries that a test picks, some at a time. */
    Walk walk(Predicate<IndexEntry> wanted) {
        return new Walk(wanted);
    }

    /**
     * A walk over the entries, some at a time, each stripe's lock held for a moment only. It meets each entry that
     * stays in, and may meet one twice; used by one thread at a time.
     */
    final class Walk {

        /** About how many entries are shown at a time. */
        static final int STEP = 256;

        private final Predicate<IndexEntry> wanted;
        private final Stripe.Cursor cursor = new Stripe.Cursor();
        private int stripe;

        private Walk(Predicate<IndexEntry> wanted) {
            this.wanted = wanted;
        }

        boolean isOver() {
            return stripe == stripes.length;
        }

        /** Leaves out what is not shown yet. */
        void end() {
            stripe = stripes.length;
        }

        /** The next of the wanted entries, maybe none, each retained for the caller. */
        List<IndexEntry> next() {
            List<IndexEntry> picked = new ArrayList<>();
            Consumer<IndexEntry> pick = entry -> {
                if (wanted.test(entry) && entry.retain()) {
                    picked.add(entry);
                }
            };
            Stripe shown = stripes[stripe];
            long stamp = shown.lock();
            try {
                stripe += shown.show(cursor, STEP, pick) ? 0 : 1;
            } finally {
                shown.unlock(stamp);
            }
            return picked;
        }
    }

    /** Takes every lock of one stripe out. */
    void clearLocks(int stripe, Consumer<KeyLock> taken) {
        removeLocks(stripe, any -> true, taken);
    }

    /** Takes certain locks of one stripe out. */
    void removeLocks(int stripe, Predicate<KeyLock> which, Consumer<KeyLock> taken) {
        long stamp = stripes[stripe].lock();
        try {
            stripes[stripe].locks.values().removeIf(lock -> {
                boolean goes = which.test(lock);
                if (goes) {
                    taken.accept(lock);
                }
                return goes;
            });
        } finally {
            stripes[stripe].unlock(stamp);
        }
    }

    /** Shows the locks of one stripe, under its lock. */
    void forEachLock(int stripe, Consumer<KeyLock> each) {
        long stamp = stripes[stripe].lock();
        try {
            stripes[stripe].locks.values().forEach(each);
        } finally {
            stripes[stripe].unlock(stamp);
        }
    }

    /** The locks of one stripe, as they are now. */
    List<KeyLock.View> locks(int stripe) {
        long stamp = stripes[stripe].lock();
        try {
            return stripes[stripe].locks.values().stream().map(KeyLock::view).toList();
        } finally {
            stripes[stripe].unlock(stamp);
        }
    }
}
