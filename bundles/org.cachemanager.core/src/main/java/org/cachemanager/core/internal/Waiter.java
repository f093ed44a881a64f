package org.cachemanager.core.internal;

import org.cachemanager.api.Call;
import org.cachemanager.api.GetReply;
import org.jspecify.annotations.Nullable;

/** A caller that waits for an item which another one makes; it may be moved to wait at another node. */
final class Waiter extends Deadlines.Deadline implements Call {

    final KeyLock lock;
    final GetReply reply;
    /** How long the caller would wait in all: its lease, should it inherit the lock. */
    final long maxWaitNanos;

    /** Its place in the line of its lock, which alone changes it. */
    @Nullable
    Waiter before;

    @Nullable
    Waiter behind;

    boolean waits;

    final Caller caller;

    /** Where it waits now, once it has been moved; under the lock of its key's stripe. */
    @Nullable
    RoutedGet moved;

    Waiter(KeyLock lock, Locks.Request request) {
        this.lock = lock;
        this.reply = request.reply();
        this.maxWaitNanos = request.maxWaitNanos();
        this.caller = request.caller();
    }

    @Override
    public boolean cancel() {
        Call to = lock.locks.leave(this);
        return to == this || (to != null && to.cancel());
    }

    @Override
    void reached() {
        if (lock.locks.leave(this) == this) {
            Replies.absent(reply);
        }
    }
}
