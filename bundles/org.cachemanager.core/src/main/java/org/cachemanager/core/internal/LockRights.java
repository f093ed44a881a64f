package org.cachemanager.core.internal;

import java.time.Duration;
import org.cachemanager.api.Key;

/** What is to be known of locks that another node may give as well. */
interface LockRights {

    /** Whether this node may give the lock of a key now; asked under the lock of its stripe. */
    boolean mayGive(Key key);

    /** The stamp at which this node began with nothing; asked under the lock of a stripe. */
    long begun();

    /**
     * A client of this node is about to be given a lock; told under no lock.
     *
     * @param begun when this node had begun with nothing, as it was given
     * @return false if this node owns the key no more, so that the lock is none
     */
    boolean given(Key key, Duration lease, long begun);

    /** Has a client of this node ask, or wait on, where its key belongs; its lock is held. It is asked later. */
    RoutedGet moved(Waiter waiter, long endNanos);

    /** Has such a call go on; under no lock. */
    void goOn(RoutedGet call);
}
