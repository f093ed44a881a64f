package org.cachemanager.api;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Takes the outcome of an asynchronous call.
 *
 * <p>Exactly one method is called, exactly once, unless the call was cancelled in time: then none is. It is called by
 * the thread that made the call, before the call returns, or later by another one, never under a lock; it must not
 * block. What it throws is logged and goes no further.
 *
 * @param <R> what the call gives
 */
@ConsumerType
public interface Reply<R> {

    /** The call did what was asked. */
    void completed(R result);

    /** The call was refused and has changed nothing. */
    void failed(Failure failure);
}
