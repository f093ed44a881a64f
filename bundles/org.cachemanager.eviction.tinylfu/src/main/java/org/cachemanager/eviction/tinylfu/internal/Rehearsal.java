package org.cachemanager.eviction.tinylfu.internal;

import org.cachemanager.api.eviction.Entry;
import org.jspecify.annotations.Nullable;

/** A cache without data that tries out a share of the window on a sample of the keys, and counts its hits. */
final class Rehearsal {

    /** An item that is heavier than one in so many of the whole says little about others, and is left out. */
    private static final int LIGHT = 4;

    private static final int PLACES = 2048;

    private final Regions regions;
    private @Nullable Understudy[] table = new Understudy[PLACES];
    private @Nullable Understudy reserve;
    private double hits;

    Rehearsal(Sketch sketch) {
        regions = new Regions(sketch);
    }

    void windowShare(double share) {
        regions.windowShare(share);
    }

    /** Serves a request, with so many bytes for all. */
    void request(Entry entry, long capacity) {
        Understudy known = find(entry.hash());
        if (known != null) {
            hits++;
            regions.hit(known);
        } else if (entry.weight() <= capacity / LIGHT) {
            regions.limit(capacity);
            for (Entry victim = entry; victim != null && regions.weight() + entry.weight() > capacity; ) {
                victim = regions.victim();
                forget(victim);
            }
            add(entry);
        }
    }

    private static int place(long hash) {
        return (int) (hash >>> 20) & (PLACES - 1);
    }

    private @Nullable Understudy find(long hash) {
        Understudy found = table[place(hash)];
        while (found != null && found.hash() != hash) {
            found = found.next;
        }
        return found;
    }

    private void add(Entry entry) {
        Understudy fresh = reserve == null ? new Understudy() : reserve;
        reserve = fresh.next;
        fresh.play(entry);
        int place = place(entry.hash());
        fresh.next = table[place];
        table[place] = fresh;
        regions.add(fresh);
    }

    /** Takes one that has left the regions out of the table. */
    private void forget(@Nullable Entry gone) {
        if (gone == null) {
            return;
        }
        int place = place(gone.hash());
        Understudy before = null;
        Understudy at = table[place];
        while (at != null && at != gone) {
            before = at;
            at = at.next;
        }
        if (at != null) {
            if (before == null) {
                table[place] = at.next;
            } else {
                before.next = at.next;
            }
            at.next = reserve;
            reserve = at;
        }
    }

    /** Lets go of an item that was deleted or has expired. */
    void remove(Entry entry) {
        Understudy known = find(entry.hash());
        if (known != null) {
            regions.remove(known);
            forget(known);
        }
    }

    /** Lets go of what is not of the sample any more. */
    void keepSampled(long mask) {
        for (int i = 0; i < PLACES; i++) {
            for (Understudy at = table[i]; at != null; ) {
                Understudy next = at.next;
                if ((at.hash() & mask) != 0) {
                    regions.remove(at);
                    forget(at);
                }
                at = next;
            }
        }
    }

    /** Forgets everything and gives the memory back. */
    void forgetAll() {
        for (Entry gone = regions.victim(); gone != null; gone = regions.victim()) {
            forget(gone);
        }
        table = new Understudy[PLACES];
        reserve = null;
        regions.forget();
        hits = 0;
    }

    long size() {
        return regions.size();
    }

    double hits() {
        return hits;
    }

    /** Lets earlier hits count for less. */
    void fade(double factor) {
        hits *= factor;
    }
}
