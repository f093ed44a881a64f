package org.cachemanager.core.internal;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The account of the bytes that count against the limit: items, items that are still being sent after they left, and
 * bytes in transit. Without a lock.
 */
final class Room {

    private final AtomicLong used = new AtomicLong();
    private final Runnable released;
    private volatile long limit = Long.MAX_VALUE;

    /** How much there may be of what lies in the heap whatever the storage; written before it is used. */
    private volatile long heap = Long.MAX_VALUE;

    /** What is kept to: the limit, or what was in use when it was lowered, less what has gone since. */
    private volatile long ceiling = Long.MAX_VALUE;

    /** @param released told after room was given back; quick, and calls nobody */
    Room(Runnable released) {
        this.released = released;
    }

    /** Takes room if there is enough of it. */
    boolean tryTake(long bytes) {
        long before = used.get();
        while (before + bytes <= ceiling) {
            long seen = used.compareAndExchange(before, before + bytes);
            if (seen == before) {
                return true;
            }
            before = seen;
        }
        return false;
    }

    /** Takes room whether or not there is any: for bytes that only move. */
    void take(long bytes) {
        used.addAndGet(bytes);
    }

    void release(long bytes) {
        used.addAndGet(-bytes);
        released.run();
    }

    /** How many bytes have to go before so many fit; 0 or less when they fit now. */
    long shortfall(long bytes) {
        return used.get() + bytes - ceiling;
    }

    /** How many bytes have to go before the limit is kept; 0 or less when it is. */
    long excess() {
        return used.get() - limit;
    }

    long used() {
        return used.get();
    }

    long limit() {
        return limit;
    }

    /** The limit for what is in the heap whatever the storage, as uploads and connections are. */
    long heapLimit() {
        return Math.min(limit, heap);
    }

    void heap(long bytes) {
        heap = bytes;
    }

    /** Sets the limit; when more is in use, {@link #lower} has to follow. */
    synchronized void limit(long bytes) {
        limit = bytes;
        ceiling = Math.max(bytes, used.get());
        released.run();
    }

    /** Holds to what is in use now, or to the limit if that is more or nothing else can go. */
    synchronized void lower(boolean all) {
        ceiling = all ? limit : Math.max(limit, Math.min(ceiling, used.get()));
    }
}
