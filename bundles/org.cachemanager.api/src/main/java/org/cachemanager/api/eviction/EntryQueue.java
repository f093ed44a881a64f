package org.cachemanager.api.eviction;

import org.jspecify.annotations.Nullable;

/**
 * A queue of entries by their own links, from the coldest to the warmest, with its weight.
 *
 * <p>What most policies are made of; it allocates nothing. An entry is in one queue at most, and knows nothing of
 * which: a policy with several notes it in the entry's word. Used under the policy's lock only. All operations take
 * constant time.
 */
public final class EntryQueue {

    private @Nullable Entry coldest;
    private @Nullable Entry warmest;
    private long weight;
    private int size;

    /** The entry that has been cold longest, or null when the queue is empty. */
    public @Nullable Entry coldest() {
        return coldest;
    }

    /** The entry added or moved last to the warm end, or null when the queue is empty. */
    public @Nullable Entry warmest() {
        return warmest;
    }

    /** The bytes that the entries weigh together. */
    public long weight() {
        return weight;
    }

    /** The number of entries. */
    public int size() {
        return size;
    }

    /** Whether there is no entry. */
    public boolean isEmpty() {
        return size == 0;
    }

    /** Adds an entry, which is in no queue, at the warm end. */
    public void addWarmest(Entry entry) {
        Entry last = warmest;
        entry.colder(last);
        entry.warmer(null);
        if (last == null) {
            coldest = entry;
        } else {
            last.warmer(entry);
        }
        warmest = entry;
        count(entry, 1);
    }

    /** Adds an entry, which is in no queue, at the cold end. */
    public void addColdest(Entry entry) {
        Entry first = coldest;
        entry.warmer(first);
        entry.colder(null);
        if (first == null) {
            warmest = entry;
        } else {
            first.colder(entry);
        }
        coldest = entry;
        count(entry, 1);
    }

    /** Takes an entry of this queue out and clears its links. */
    public void remove(Entry entry) {
        link(entry.colder(), entry.warmer());
        entry.colder(null);
        entry.warmer(null);
        count(entry, -1);
    }

    /** Takes the coldest entry out; null when the queue is empty. */
    public @Nullable Entry pollColdest() {
        Entry entry = coldest;
        if (entry != null) {
            remove(entry);
        }
        return entry;
    }

    /** Moves an entry of this queue to its warm end. */
    public void moveToWarmest(Entry entry) {
        if (entry != warmest) {
            remove(entry);
            addWarmest(entry);
        }
    }

    /** Puts an entry, which is in no queue, in the place of one of this queue, whose links are cleared. */
    public void replace(Entry old, Entry fresh) {
        Entry before = old.colder();
        Entry after = old.warmer();
        old.colder(null);
        old.warmer(null);
        link(before, fresh);
        link(fresh, after);
        count(old, -1);
        count(fresh, 1);
    }

    private void link(@Nullable Entry before, @Nullable Entry after) {
        if (before == null) {
            coldest = after;
        } else {
            before.warmer(after);
        }
        if (after == null) {
            warmest = before;
        } else {
            after.colder(before);
        }
    }

    private void count(Entry entry, int sign) {
        weight += sign * entry.weight();
        size += sign;
    }
}
