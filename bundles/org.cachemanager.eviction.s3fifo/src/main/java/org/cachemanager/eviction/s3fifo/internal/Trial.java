package org.cachemanager.eviction.s3fifo.internal;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.cachemanager.api.eviction.Entry;
import org.jspecify.annotations.Nullable;

/** A cache without data that tries out a mode, and counts its hits. */
final class Trial {

    /** An item that is heavier than one in so many of the whole says little about others, and is left out. */
    private static final int LIGHT = 4;

    private final Map<Long, Understudy> entries = new HashMap<>();
    private final Queues queues;
    private Mode mode;
    private double hits;

    /** The header of an item that is not there. */
    private static final class Understudy implements Entry {
        private final long hash;
        private final long weight;
        private int mark;
        private long word;
        private @Nullable Entry colder;
        private @Nullable Entry warmer;

        Understudy(Entry entry) {
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

    Trial(Mode mode) {
        this.mode = mode;
        queues = new Queues(mode);
    }

    Mode mode() {
        return mode;
    }

    void mode(Mode next) {
        mode = next;
        queues.mode(next);
    }

    /**
     * Serves some reads of one key in a row, with so many bytes for all entries.
     *
     * @param reads 1 or more
     */
    void read(Entry entry, int reads, long capacity) {
        Understudy known = entries.get(entry.hash());
        if (known != null) {
            hits += reads;
            known.mark(Math.min(known.mark() + reads, Queues.MAX_MARK));
        } else if (entry.weight() <= capacity / LIGHT) {
            hits += reads - 1;
            add(new Understudy(entry), capacity);
        }
    }

    private void add(Understudy entry, long capacity) {
        queues.limit(capacity);
        while (queues.weight() + entry.weight > capacity) {
            Entry victim = queues.victim();
            if (victim == null) {
                break;
            }
            entries.remove(victim.hash());
        }
        entries.put(entry.hash, entry);
        queues.add(entry);
    }

    void remove(Entry entry) {
        Understudy known = entries.remove(entry.hash());
        if (known != null) {
            queues.remove(known);
        }
    }

    /** Lets go of what is not of the sample any more. */
    void keepSampled(long mask) {
        for (Iterator<Understudy> all = entries.values().iterator(); all.hasNext(); ) {
            Understudy entry = all.next();
            if ((entry.hash & mask) != 0) {
                all.remove();
                queues.remove(entry);
            }
        }
    }

    void forget() {
        for (Entry gone = queues.victim(); gone != null; gone = queues.victim()) {
            entries.remove(gone.hash());
        }
        queues.forget();
        hits = 0;
    }

    int size() {
        return entries.size();
    }

    double hits() {
        return hits;
    }

    /** Lets earlier hits count for less. */
    void fade(double factor) {
        hits *= factor;
    }
}
