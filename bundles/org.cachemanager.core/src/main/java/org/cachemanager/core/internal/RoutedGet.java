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
        return routes.local.get(key, remaining(), (Looking) attempt);
    }

    @Override
    Call there(PeerTransport transport, PeerCall call, Attempt attempt) {
        long patience = maxWait.isZero()
                ? routes.time.nanos() + routes.peers.timeout().toNanos()
                : begunNanos + Locks.answerAfter(maxWait.toNanos());
        routes.began(this, patience);
        return transport.get(call, remaining(), (Looking) attempt);
    }

    /** What is left of the wait: at least a millisecond of one that is not over, so that it stays a wait. */
    private Duration remaining() {
        if (maxWait.isZero()) {
            return maxWait;
        }
        Duration rest = maxWait.minusNanos(routes.time.nanos() - begunNanos);
        return rest.compareTo(RoutedCache.LEAST_WAIT) < 0 ? RoutedCache.LEAST_WAIT : rest;
    }

    @Override
    void refuse(Failure failure) {
        Replies.failed(reply, failure);
    }

    @Override
    void reached() {
        if (maxWait.isZero()) {
            late();
        } else if (cancel()) {
            Replies.absent(reply);
        }
    }
}
