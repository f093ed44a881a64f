package org.cachemanager.eviction.tinylfu.internal;

import org.cachemanager.api.eviction.Entry;
import org.jspecify.annotations.Nullable;

/** The header of an item that is not there, in a {@link Rehearsal}; used again for another item when it has left. */
final class Understudy implements Entry {

    /** The next one in the same place of the rehearsal's table, or in its reserve. */
    @Nullable
    Understudy next;

    private long hash;
    private long weight;
    private long word;
    private @Nullable Entry colder;
    private @Nullable Entry warmer;

    void play(Entry entry) {
        hash = entry.hash();
        weight = entry.weight();
    }

    @Override
    public long hash() {
        return hash;
    }

    @Override
    public long weight() {
        return weight;
    }

    @Override
    public long expiryMillis() {
        return Long.MAX_VALUE;
    }

    @Override
    public int mark() {
        return 0;
    }

    @Override
    public void mark(int value) {
        // Nobody touches it.
    }

    @Override
    public long word() {
        return word;
    }

    @Override
    public void word(long value) {
        word = value;
    }

    @Override
    public @Nullable Entry colder() {
        return colder;
    }

    @Override
    public void colder(@Nullable Entry entry) {
        colder = entry;
    }

    @Override
    public @Nullable Entry warmer() {
        return warmer;
    }

    @Override
    public void warmer(@Nullable Entry entry) {
        warmer = entry;
    }
}
