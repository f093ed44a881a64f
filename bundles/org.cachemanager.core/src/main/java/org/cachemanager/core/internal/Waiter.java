package org.cachemanager.core.internal;

import org.cachemanager.api.Call;
import org.cachemanager.api.GetReply;
import org.jspecify.annotations.Nullable;

/** A caller that waits for an item which another one makes. */
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

    Waiter(KeyLock lock, GetReply reply, long maxWaitNanos) {
        this.lock = lock;
        this.reply = reply;
        this.maxWaitNanos = maxWaitNanos;
    }

    @Override
    public boolean cancel() {
        return lock.locks.leave(this);
    }

    @Override
    void reached() {
        if (lock.locks.leave(this)) {
            Replies.absent(reply);
        }
    }
}
