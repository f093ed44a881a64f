package org.cachemanager.core.internal;

import org.cachemanager.api.Call;
import org.cachemanager.api.Failure;
import org.cachemanager.api.Key;
import org.cachemanager.api.Reply;
import org.cachemanager.api.peer.PeerCall;
import org.cachemanager.api.peer.PeerTransport;

/** A call in a cluster that stores or removes. */
abstract class RoutedChange<R> extends RoutedCall {
    private final Reply<R> reply;

    RoutedChange(RoutedCache routes, Key key, Reply<R> reply) {
        super(routes, key, routes.time.nanos());
        this.reply = reply;
    }

    /** An attempt to change. */
    final class Changing extends Attempt implements Reply<R> {

        Changing(Owners.Node owner) {
            super(owner);
        }

        @Override
        public void completed(R result) {
            if (finish()) {
                Replies.completed(reply, result);
            }
        }
    }

    @Override
    final Attempt attempt(Owners.Node owner) {
        return new Changing(owner);
    }

    @Override
    @SuppressWarnings("unchecked") // every attempt is made by attempt()
    final Call here(Attempt attempt, boolean anyway) {
        if (!here((Reply<R>) attempt, anyway)) {
            attempt.failed(RoutedCache.NOT_YET);
        }
        return Call.ANSWERED;
    }

    @Override
    @SuppressWarnings("unchecked") // every attempt is made by attempt()
    final Call there(PeerTransport transport, PeerCall call, Attempt attempt) {
        return there(transport, call, (Reply<R>) attempt);
    }

    /** How much is sent. */
    abstract long bytes();

    /** Changes it on this node; false, without a reply, when this node may not. */
    abstract boolean here(Reply<R> attempt, boolean anyway);

    abstract Call there(PeerTransport transport, PeerCall call, Reply<R> attempt);

    @Override
    final boolean isWait() {
        return false;
    }

    @Override
    final long untilNanos() {
        return routes.patience.untilNanos(bytes());
    }

    @Override
    final long patienceNanos() {
        return begunNanos + routes.patience.parkedNanos(isOfPeer());
    }

    @Override
    final void refuse(Failure failure) {
        Replies.failed(reply, failure);
    }

    @Override
    final void answerInVain() {
        refuse(isOfPeer() ? RoutedCache.NOT_YET : Peers.UNREACHED);
    }
}
