package org.cachemanager.benchmarks.costs;

/** A cache of keys with room for so many. */
interface Subject {

    /** Whether a key is there; counts as a hit if it is. */
    boolean get(Integer key);

    /** Puts a key that is not there, and evicts when there is no room. */
    void put(Integer key);
}
