package org.cachemanager.core.internal;

import java.util.Arrays;
import org.cachemanager.api.Call;
import org.cachemanager.api.Data;
import org.cachemanager.api.Failure;
import org.cachemanager.api.Key;
import org.cachemanager.api.Namespace;
import org.cachemanager.api.peer.PeerCall;
import org.cachemanager.api.peer.PeerTransport;
import org.jspecify.annotations.Nullable;

/**
 * A client's call in a cluster, until it is answered: sent to the owner of its key, and sent again when the owner fails
 * or another node becomes the owner. What an attempt that was given up still answers goes nowhere.
 *
 * <p>Its lock guards which attempt counts; nobody is called under it.
 */
abstract class RoutedCall extends Deadlines.Deadline implements Call {

    final RoutedCache routes;
    final Key key;
    private final long hash;
    private @Nullable Attempt current;
    private boolean cancelled;
    private boolean done;

    RoutedCall(RoutedCache routes, Key key) {
        this.routes = routes;
        this.key = key;
        this.hash = Owners.hash(key.bytes());
    }

    /** One way to an answer. */
    abstract class Attempt {
        final Owners.Node owner;
        private @Nullable Call call;

        Attempt(Owners.Node owner) {
            this.owner = owner;
        }

        /** Whether its answer is the answer to the call; true once. */
        final boolean finish() {
            synchronized (RoutedCall.this) {
                if (done || current != this) {
                    return false;
                }
                done = true;
            }
            routes.ended(RoutedCall.this);
            return true;
        }

        /** It was refused; at another node the fault may be the node's, then the next owner is asked. */
        public final void failed(Failure failure) {
            boolean blameless = owner.isHere()
                    || failure.reason() == Failure.Reason.TOO_LARGE
                    || failure.reason() == Failure.Reason.NO_ROOM;
            if (!blameless && isCurrent()) {
                routes.peers.failed(owner, failure.message());
                if (sendAgain(this)) {
                    return;
                }
            }
            if (finish()) {
                refuse(failure);
            }
        }

        final boolean isCurrent() {
            synchronized (RoutedCall.this) {
                return !done && current == this;
            }
        }
    }

    abstract Attempt attempt(Owners.Node owner);

    /** Carries an attempt out on this node. */
    abstract Call here(Attempt attempt);

    /** Carries an attempt out on another node. */
    abstract Call there(PeerTransport transport, PeerCall call, Attempt attempt);

    abstract void refuse(Failure failure);

    /** Sends it to its owner; the caller has made sure that no other attempt is under way. */
    final void send() {
        Attempt attempt;
        synchronized (this) {
            if (done) {
                return;
            }
            attempt = attempt(routes.peers.owners().of(hash));
            current = attempt;
        }
        Call call = begin(attempt);
        boolean abandoned;
        synchronized (this) {
            attempt.call = call;
            abandoned = cancelled && !done;
        }
        if (abandoned) {
            cancel();
        } else {
            ownersChanged();
        }
    }

    private Call begin(Attempt attempt) {
        if (attempt.owner.isHere()) {
            return here(attempt);
        }
        PeerTransport transport = routes.peers.transport();
        Namespace sealed = routes.seal(namespace());
        if (sealed == null || attempt.owner.address() == null) {
            attempt.failed(Peers.UNREACHED);
            return Call.ANSWERED;
        }
        Data plainKey = Data.of(key.bytes(), separator() + 1, key.bytes().length - separator() - 1);
        PeerCall call = new PeerCall(attempt.owner.address(), sealed, plainKey, routes::hold);
        try {
            return there(transport, call, attempt);
        } catch (RuntimeException | LinkageError e) {
            RoutedCache.LOG.error("The peer transport threw at a call; the next owner is asked.", e);
            attempt.failed(Peers.UNREACHED);
            return Call.ANSWERED;
        }
    }

    private byte[] namespace() {
        return Arrays.copyOf(key.bytes(), separator());
    }

    private int separator() {
        byte[] bytes = key.bytes();
        int at = 0;
        while (bytes[at] != Key.SEPARATOR) {
            at++;
        }
        return at;
    }

    private boolean sendAgain(Attempt failed) {
        synchronized (this) {
            if (done || cancelled || current != failed) {
                return false;
            }
            if (sameNode(failed.owner, routes.peers.owners().of(hash))) {
                return false;
            }
            current = null;
        }
        send();
        return true;
    }

    /** Sends it to the new owner if it has one, unless it is being answered. */
    final void ownersChanged() {
        Attempt old;
        synchronized (this) {
            old = current;
            if (done || cancelled || old == null || old.call == null) {
                return;
            }
        }
        if (!sameNode(old.owner, routes.peers.owners().of(hash)) && old.call.cancel()) {
            sendAgain(old);
        }
    }

    private static boolean sameNode(Owners.Node one, Owners.Node other) {
        return one.equals(other);
    }

    /** Its owner has not answered in time: it is marked down, and the next one is asked. */
    final void late() {
        Attempt old;
        synchronized (this) {
            old = current;
            if (done || cancelled || old == null || old.call == null || old.owner.isHere()) {
                return;
            }
        }
        if (old.call.cancel()) {
            old.failed(new Failure(Failure.Reason.UNAVAILABLE, "It has not answered a call in time."));
        }
    }

    @Override
    public final boolean cancel() {
        Attempt last;
        Call call;
        synchronized (this) {
            if (done) {
                return false;
            }
            cancelled = true;
            last = current;
            call = last == null ? null : last.call;
        }
        if (call != null && !call.cancel()) {
            return false;
        }
        synchronized (this) {
            if (done) {
                return false;
            }
            done = true;
        }
        routes.ended(this);
        return true;
    }
}
