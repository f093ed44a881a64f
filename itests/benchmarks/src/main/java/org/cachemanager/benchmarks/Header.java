package org.cachemanager.benchmarks;

import org.cachemanager.api.eviction.Entry;
import org.jspecify.annotations.Nullable;

/** The header of an item whose key is a number; of plain fields, as the index has it. */
public final class Header implements Entry {

    private final int key;
    private final long hash;
    private final long weight;
    private int mark;
    private long word;
    private @Nullable Entry colder;
    private @Nullable Entry warmer;

    /** @param weight in bytes, or 1 where items are counted */
    public Header(int key, long hash, long weight) {
        this.key = key;
        this.hash = hash;
        this.weight = weight;
    }

    /** The key's number. */
    public int key() {
        return key;
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
        return mark;
    }

    @Override
    public void mark(int value) {
        mark = value;
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
