package org.cachemanager.core.internal;

import org.cachemanager.api.Call;
import org.cachemanager.api.Failure;
import org.cachemanager.api.Key;
import org.cachemanager.api.peer.PeerCall;
import org.cachemanager.api.peer.PeerTransport;
import org.jspecify.annotations.Nullable;

/**
 * A call in a cluster, until it is answered: sent to the owner of its key, and sent again when the owner fails or
 * another node becomes the owner; parked while this node is to serve it and may not yet. One that a peer has passed on
 * goes no further: it is served here, once this node may, or after a quarter of the timeout when the views of the two
 * differ. What an attempt that was given up still answers goes nowhere.
 *
 * <p>Its lock guards which attempt counts; nobody is called under it.
 */
abstract class RoutedCall extends Deadlines.Deadline implements Call {

    final RoutedCache routes;
    final Key key;
    final long arrival;
    private final long hash;
    private @Nullable Attempt current;
    private boolean parked;
    private boolean forced;
    private boolean cancelled;
    private boolean done;

    RoutedCall(RoutedCache routes, Key key) {
        this.routes = routes;
        this.key = key;
        this.arrival = routes.arrival();
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
            if (!owner.isHere() && failure.reason() == Failure.Reason.ELSEWHERE && park(this)) {
                return;
            }
            boolean blameless = owner.isHere()
                    || failure.reason() == Failure.Reason.TOO_LARGE
                    || failure.reason() == Failure.Reason.NO_ROOM;
            if (!blameless && isCurrent()) {
                routes.peers.failed(owner, failure);
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
            if (done || cancelled) {
                return;
            }
            attempt = routes.mayServe(this) || forced ? attempt(target()) : null;
            parked = attempt == null;
            current = attempt;
        }
        if (attempt == null) {
            routes.parked(this);
            return;
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
        return routes.passOn(attempt.owner, key, (with, call) -> there(with, call, attempt), attempt::failed);
    }

    final synchronized boolean isDone() {
        return done;
    }

    final boolean isOfPeer() {
        return key.peer() != null;
    }

    /** The node that owns its key. */
    final Owners.Node owner() {
        return routes.owners().of(hash);
    }

    final long hash() {
        return hash;
    }

    private Owners.Node target() {
        return isOfPeer() ? routes.here : owner();
    }

    private boolean park(Attempt refused) {
        synchronized (this) {
            if (done || cancelled || current != refused) {
                return false;
            }
            current = null;
            parked = true;
        }
        routes.refused(this);
        return true;
    }

    private boolean sendAgain(Attempt failed) {
        synchronized (this) {
            if (done || cancelled || current != failed) {
                return false;
            }
            if (failed.owner.equals(target())) {
                return false;
            }
            current = null;
        }
        send();
        return true;
    }

    /** Sends it to the new owner if it has one, unless it is being answered; or at last, if it was parked. */
    final void ownersChanged() {
        Attempt old;
        boolean again;
        synchronized (this) {
            again = parked;
            parked = false;
            old = current;
        }
        if (again) {
            send();
            return;
        }
        synchronized (this) {
            if (done || cancelled || old == null || old.call == null) {
                return;
            }
        }
        if (!old.owner.equals(target()) && old.call.cancel()) {
            sendAgain(old);
        }
    }

    /** Its time is over, in whatever state it is. */
    abstract void expired();

    /** Until when it may be parked, that instant at the latest. */
    abstract long patienceNanos(long until);

    /** Whether it has no time left to be served later. */
    abstract boolean isOver();

    @Override
    final void reached() {
        boolean serve;
        synchronized (this) {
            serve = parked && !isOver();
            forced |= serve && isOfPeer() && routes.isSettled();
            parked &= !serve;
        }
        if (serve) {
            send();
        } else {
            expired();
        }
    }

    /** Its owner has not answered in time: it is asked whether it is there at all, and marked down if not. */
    final void late() {
        Attempt slow;
        synchronized (this) {
            slow = current;
            if (done || cancelled || slow == null || slow.owner.isHere()) {
                return;
            }
        }
        routes.peers.greet(slow.owner.ref());
        routes.began(this, 0);
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
