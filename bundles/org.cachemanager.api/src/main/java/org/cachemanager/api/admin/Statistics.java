package org.cachemanager.api.admin;

/**
 * What has happened since the start; each number only grows.
 *
 * @param hits look-ups that found the item at once
 * @param misses look-ups that did not
 * @param waits look-ups that waited for another caller to make the item
 * @param coalescedHits waits that ended with the item
 * @param locksGiven locks given, inherited ones included
 * @param locksLapsed leases that ran out before the item was set
 * @param locksInherited lapsed locks that passed to a waiter
 * @param sets items stored
 * @param deletes items deleted by a caller
 * @param evictedItems items that went to make room
 * @param evictedBytes the bytes that these counted
 * @param expiredItems items that went because their time was over
 * @param refused calls that were refused for their size or for want of room
 */
public record Statistics(
        long hits,
        long misses,
        long waits,
        long coalescedHits,
        long locksGiven,
        long locksLapsed,
        long locksInherited,
        long sets,
        long deletes,
        long evictedItems,
        long evictedBytes,
        long expiredItems,
        long refused) {}
