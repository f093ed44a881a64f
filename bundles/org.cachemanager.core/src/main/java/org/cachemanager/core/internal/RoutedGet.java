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

    private final Duration maxWait;
    private final long begunNanos;
    private final GetReply reply;

    RoutedGet(RoutedCache routes, Key key, Duration maxWait, GetReply reply) {
        super(routes, key);
        this.maxWait = maxWait;
        this.reply = reply;
        this.begunNanos = routes.time.nanos();
    }

    /** An attempt to look up. */
    private final class Looking extends Attempt implements GetReply {

        private final Duration asked = remaining();

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
                routes.lockGiven(RoutedGet.this, owner, asked.compareTo(maxWait) >= 0);
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
        return routes.local.get(key, looking.asked, looking);
    }

    @Override
    Call there(PeerTransport transport, PeerCall call, Attempt attempt) {
        Looking looking = (Looking) attempt;
        if (maxWait.isZero()) {
            routes.began(this, 0);
        } else {
            routes.until(this, endNanos());
        }
        return transport.get(call, looking.asked, looking);
    }

    /** When it is answered in vain, if it waits at all. */
    private long endNanos() {
        return begunNanos + Locks.answerAfter(maxWait.toNanos());
    }

    Duration maxWait() {
        return maxWait;
    }

    @Override
    long patienceNanos(long until) {
        return maxWait.isZero() || until - endNanos() < 0 ? until : endNanos();
    }

    @Override
    boolean isOver() {
        return !maxWait.isZero() && routes.time.nanos() - endNanos() >= 0;
    }

    /** What is left of the wait: at least a millisecond of one that is not over, so that it stays a wait. */
    private Duration remaining() {
        if (maxWait.isZero()) {
            return maxWait;
        }
        Duration rest = maxWait.minusNanos(routes.time.nanos() - begunNanos);
        Duration least = maxWait.compareTo(RoutedCache.LEAST_WAIT) < 0 ? maxWait : RoutedCache.LEAST_WAIT;
        return rest.compareTo(least) < 0 ? least : rest;
    }

    @Override
    void refuse(Failure failure) {
        Replies.failed(reply, failure);
    }

    @Override
    void expired() {
        if (maxWait.isZero()) {
            late();
        } else if (isOver() && cancel()) {
            Replies.absent(reply);
        }
    }
}
