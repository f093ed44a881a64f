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
        super(routes, key);
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
    final Call here(Attempt attempt) {
        return here((Reply<R>) attempt);
    }

    @Override
    @SuppressWarnings("unchecked") // every attempt is made by attempt()
    final Call there(PeerTransport transport, PeerCall call, Attempt attempt) {
        routes.began(this, bytes());
        return there(transport, call, (Reply<R>) attempt);
    }

    abstract long bytes();

    abstract Call here(Reply<R> attempt);

    abstract Call there(PeerTransport transport, PeerCall call, Reply<R> attempt);

    @Override
    final void refuse(Failure failure) {
        Replies.failed(reply, failure);
    }

    @Override
    final long patienceNanos(long until) {
        return until;
    }

    @Override
    final boolean isOver() {
        return false;
    }

    @Override
    final void expired() {
        late();
    }
}
