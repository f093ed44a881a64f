package org.cachemanager.core.internal;

import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import org.cachemanager.api.admin.Statistics;

/** What has happened since the start, counted without a lock. */
final class Counters {
    final LongAdder hits = new LongAdder();
    final LongAdder misses = new LongAdder();
    final LongAdder waits = new LongAdder();
    final LongAdder coalescedHits = new LongAdder();
    final LongAdder locksGiven = new LongAdder();
    final LongAdder locksLapsed = new LongAdder();
    final LongAdder locksInherited = new LongAdder();
    final LongAdder sets = new LongAdder();
    final LongAdder deletes = new LongAdder();
    final LongAdder evictedItems = new LongAdder();
    final LongAdder evictedBytes = new LongAdder();
    final LongAdder expiredItems = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAccumulator largestItemBytes = new LongAccumulator(Math::max, 0);

    Statistics statistics() {
        return new Statistics(
                hits.sum(),
                misses.sum(),
                waits.sum(),
                coalescedHits.sum(),
                locksGiven.sum(),
                locksLapsed.sum(),
                locksInherited.sum(),
                sets.sum(),
                deletes.sum(),
                evictedItems.sum(),
                evictedBytes.sum(),
                expiredItems.sum(),
                refused.sum());
    }
}
