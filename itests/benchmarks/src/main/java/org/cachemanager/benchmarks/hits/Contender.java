package org.cachemanager.benchmarks.hits;

/** What serves a trace with so much room. */
interface Contender {

    /** The name in the tables. */
    String name();

    /**
     * Serves all requests, from an empty cache.
     *
     * @param capacity what the items that are there may weigh together
     */
    Hits serve(Load load, long capacity);
}
