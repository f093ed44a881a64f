package org.cachemanager.core.internal;

import org.cachemanager.api.Call;
import org.cachemanager.api.GetReply;

/** A caller that waits for an item which another one makes. */
final class Waiter extends Deadlines.Deadline implements Call {

    private final Locks locks;
    final KeyLock lock;
    final GetReply reply;
    /** How long the caller would wait in all: its lease, should it inherit the lock. */
    final long maxWaitNanos;

    Waiter(Locks locks, KeyLock lock, GetReply reply, long maxWaitNanos) {
        this.locks = locks;
        this.lock = lock;
        this.reply = reply;
        this.maxWaitNanos = maxWaitNanos;
    }

    @Override
    public boolean cancel() {
        return locks.leave(this);
    }

    @Override
    void reached() {
        if (locks.leave(this)) {
            Replies.absent(reply);
        }
    }
}
