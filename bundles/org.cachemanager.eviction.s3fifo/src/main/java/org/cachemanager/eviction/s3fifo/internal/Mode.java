package org.cachemanager.eviction.s3fifo.internal;

/**
 * How the queues are used.
 *
 * @param smallShare the share of the bytes that the small queue has: with 0 new entries go to the main queue at once,
 *     with 1 there is no other than the small queue
 * @param mostRounds how many rounds of the main queue reads can earn an entry, whatever their number; with 0 nothing is
 *     spared
 */
record Mode(double smallShare, int mostRounds) {

    /** What is set first goes first. */
    static final Mode FIFO = new Mode(1, 0);

    /** What was read goes round once more: near to the least recently used. */
    static final Mode CLOCK = new Mode(0, 1);

    /** S3-FIFO. */
    static Mode s3Fifo(double smallShare) {
        return new Mode(smallShare, Queues.MAX_MARK);
    }
}
