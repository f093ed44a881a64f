package org.cachemanager.api;

import org.osgi.annotation.versioning.ConsumerType;

/** A call that was made and may still be under way. */
@ConsumerType
@FunctionalInterface
public interface Call {

    /** A call that has been answered already. */
    Call ANSWERED = () -> false;

    /**
     * Gives the call up: a waiter stops waiting and is never given the lock. Any thread may call it, also more than
     * once; it does not block.
     *
     * @return true if the call was still open: its reply is then never called; false if it has been answered or is
     *     being answered right now
     */
    boolean cancel();
}
