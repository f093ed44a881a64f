package org.cachemanager.testkit;

import org.cachemanager.api.eviction.Entry;
import org.jspecify.annotations.Nullable;

/**
 * An entry that is nothing but a header, counts how often it is asked for something, and finds out a policy that
 * touches what it may not.
 */
public final class TestEntry implements Entry {

    private final long hash;
    private final long weight;
    private final long expiryMillis;
    private int mark;
    private long word;
    private @Nullable Entry colder;
    private @Nullable Entry warmer;
    private long uses;

    /** The thread that is inside {@code touch} for this entry, if one is watched. */
    private volatile @Nullable Thread touching;

    /** An entry that expires a minute after a {@link ManualClock} begins. */
    public TestEntry(long hash, long weight) {
        this(hash, weight, ManualClock.START_MILLIS + 60_000);
    }

    public TestEntry(long hash, long weight, long expiryMillis) {
        this.hash = hash;
        this.weight = weight;
        this.expiryMillis = expiryMillis;
    }

    /** Begins or ends a time in which this thread may use nothing but the mark and what never changes. */
    public void watchTouch(boolean begins) {
        touching = begins ? Thread.currentThread() : null;
    }

    /** How often word or links were read or written; correct when one thread at a time did so. */
    public long uses() {
        return uses;
    }

    /** Whether the word is 0 and the links are null, as they are while the entry is in no policy. */
    public boolean isClear() {
        return word == 0 && colder == null && warmer == null;
    }

    private void use() {
        uses++;
        if (touching == Thread.currentThread()) {
            throw new AssertionError("touch() may use the mark and nothing else that changes");
        }
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
        return expiryMillis;
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
        use();
        return word;
    }

    @Override
    public void word(long value) {
        use();
        word = value;
    }

    @Override
    public @Nullable Entry colder() {
        use();
        return colder;
    }

    @Override
    public void colder(@Nullable Entry entry) {
        use();
        colder = entry;
    }

    @Override
    public @Nullable Entry warmer() {
        use();
        return warmer;
    }

    @Override
    public void warmer(@Nullable Entry entry) {
        use();
        warmer = entry;
    }

    @Override
    public String toString() {
        return "TestEntry[" + Long.toHexString(hash) + ", " + weight + " B]";
    }
}
