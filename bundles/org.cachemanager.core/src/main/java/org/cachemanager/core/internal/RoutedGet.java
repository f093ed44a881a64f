package org.cachemanager.core.internal;

import java.time.Duration;
import org.cachemanager.api.Call;
import org.cachemanager.api.Failure;
import org.cachemanager.api.GetReply;
import org.cachemanager.api.Item;
import org.cachemanager.api.Key;
import org.cachemanager.api.peer.PeerCall;
import org.cachemanager.api.peer.PeerTransport;

/** A look-up in a cluster. One that waits is answered in vain here if the owner does not do so in time. */
final class RoutedGet extends RoutedCall {

    private static final long LEAST_WAIT_NANOS = 1_000_000;

    private final long maxWaitNanos;
    private final long begunNanos;
    private final GetReply reply;

    RoutedGet(RoutedCache routes, Key key, Duration maxWait, GetReply reply) {
        super(routes, key);
        this.maxWaitNanos = maxWait.toNanos();
        this.reply = reply;
        this.begunNanos = routes.time.nanos();
    }

    /** Goes on with the wait of one that has waited on this node, and is answered in vain when that would have been. */
    RoutedGet(RoutedCache routes, Waiter waiter, long endNanos) {
        super(routes, Key.ofBytes(waiter.lock.name.key().bytes()));
        this.maxWaitNanos = waiter.maxWaitNanos;
        this.reply = waiter.reply;
        this.begunNanos = endNanos - Locks.answerAfter(maxWaitNanos);
    }

    /** An attempt to look up. */
    private final class Looking extends Attempt implements GetReply {

        private final long askedNanos = remainingNanos();

        Looking(Owners.Node owner) {
            super(owner);
        }

        @Override
        public void found(Item item) {
            if (finish()) {
                Replies.found(reply, item);
            } else {
                item.release();
            }
        }

        @Override
        public void locked() {
            if (finish()) {
                routes.lockGiven(RoutedGet.this, owner, askedNanos >= maxWaitNanos);
                Replies.locked(reply);
            }
        }

        @Override
        public void absent() {
            if (finish()) {
                Replies.absent(reply);
            }
        }
    }

    @Override
    Attempt attempt(Owners.Node owner) {
        return new Looking(owner);
    }

    @Override
    Call here(Attempt attempt) {
        Looking looking = (Looking) attempt;
        return routes.local.get(key, Duration.ofNanos(looking.askedNanos), looking);
    }

    @Override
    Call there(PeerTransport transport, PeerCall call, Attempt attempt) {
        Looking looking = (Looking) attempt;
        if (maxWaitNanos == 0) {
            routes.began(this, 0);
        } else {
            routes.until(this, endNanos());
        }
        return transport.get(call, Duration.ofNanos(looking.askedNanos), looking);
    }

    /** When it is answered in vain, if it waits at all. */
    private long endNanos() {
        return begunNanos + Locks.answerAfter(maxWaitNanos);
    }

    long maxWaitNanos() {
        return maxWaitNanos;
    }

    @Override
    long patienceNanos(long until) {
        return maxWaitNanos == 0 || until - endNanos() < 0 ? until : endNanos();
    }

    @Override
    boolean isOver() {
        return maxWaitNanos != 0 && routes.time.nanos() - endNanos() >= 0;
    }

    /** What is left of the wait: at least a millisecond of one that is not over, so that it stays a wait. */
    private long remainingNanos() {
        long rest = maxWaitNanos - (routes.time.nanos() - begunNanos);
        return Math.max(rest, Math.min(maxWaitNanos, LEAST_WAIT_NANOS));
    }

    @Override
    void refuse(Failure failure) {
        Replies.failed(reply, failure);
    }

    @Override
    void expired() {
        if (maxWaitNanos == 0) {
            late();
        } else if (isOver() && cancel()) {
            Replies.absent(reply);
        }
    }
}
