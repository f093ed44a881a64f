package org.cachemanager.benchmarks.hits;

/**
 * What was served from a cache, in percent.
 *
 * @param requests of the requests
 * @param bytes of the bytes that were asked for
 */
record Hits(double requests, double bytes) {

    /** Counts requests. */
    static final class Counter {
        private long asked;
        private long askedBytes;
        private long hit;
        private long hitBytes;

        void count(boolean isHit, long weight) {
            asked++;
            askedBytes += weight;
            if (isHit) {
                hit++;
                hitBytes += weight;
            }
        }

        Hits hits() {
            return new Hits(100.0 * hit / asked, 100.0 * hitBytes / askedBytes);
        }
    }
}
