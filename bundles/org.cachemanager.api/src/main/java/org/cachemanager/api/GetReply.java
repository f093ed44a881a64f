package org.cachemanager.api;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Takes the outcome of a look-up.
 *
 * <p>Exactly one method is called, exactly once, unless the call was cancelled in time: then none is. It is called by
 * the thread that made the call, before the call returns, or later by another one, never under a lock; it must not
 * block. What it throws is logged and goes no further.
 */
@ConsumerType
public interface GetReply {

    /** The item is there. The receiver calls {@link Item#release()} once it has sent or copied the data. */
    void found(Item item);

    /** The item is missing and this caller, and no other, is to make it and set it. */
    void locked();

    /** The item is missing, and did not come within the time that the caller would wait. */
    void absent();

    /** The call was refused and has changed nothing. */
    void failed(Failure failure);
}
