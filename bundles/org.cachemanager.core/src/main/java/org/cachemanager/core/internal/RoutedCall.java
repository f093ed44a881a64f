package org.cachemanager.core.internal;

import java.util.UUID;
import org.cachemanager.api.Call;
import org.cachemanager.api.Failure;
import org.cachemanager.api.Key;
import org.cachemanager.api.peer.PeerCall;
import org.cachemanager.api.peer.PeerTransport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A call in a cluster, until it is answered: sent to the owner of its key, and sent again when another node becomes the
 * owner; parked while this node is to serve it and may not yet. One that a peer has passed on goes no further: it is
 * served here, once this node may, or after a third of the timeout when the views of the two differ.
 *
 * <p>When an attempt at another node fails, that node is greeted, and the call tried there again; a node that has
 * failed a call for half of the timeout is marked down, as is one at whose address nobody listens, at once. What an
 * attempt that was given up still answers goes nowhere.
 *
 * <p>One thread at a time drives it, that is makes and gives up attempts; what others want meanwhile they leave as a
 * note, which the driver takes up before it goes. The lock guards the notes and which attempt counts; nobody is called
 * under it but who knows of the owners, which has a lock of its own and calls nobody.
 */
abstract class RoutedCall extends Deadlines.Deadline implements Call {

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.core");

    private static final Failure SLOW =
            new Failure(Failure.Reason.UNAVAILABLE, "It has not answered a call within the time for that, twice.");

    final RoutedCache routes;
    final Key key;
    final long arrival;
    final long begunNanos;
    private final long hash;
    private @Nullable Attempt current;
    private boolean driven;
    private boolean done;

    /** The note to look again at where it belongs. */
    private boolean again;

    /** The note that the present attempt has taken too long. */
    private @Nullable Attempt late;

    /** The note to end it, and what is told then by the one who does. */
    private @Nullable Runnable ending;

    /** Whether it is served here though this node does not own its key. */
    private boolean forced;

    /** The node that the last attempts have failed at, and since when. */
    private @Nullable UUID failedAt;

    private long failedNanos;

    RoutedCall(RoutedCache routes, Key key, long begunNanos) {
        this.routes = routes;
        this.key = key;
        this.arrival = routes.arrival();
        this.begunNanos = begunNanos;
        this.hash = Owners.hash(key.bytes());
    }

    /** One way to an answer. */
    abstract class Attempt {
        final Owners.Node owner;
        final long madeNanos = routes.time.nanos();

        /** Null while it is being made; the driver's. */
        private @Nullable Call call;

        /** Until when it may take, if it is made at another node. */
        private final long untilNanos;

        Attempt(Owners.Node owner) {
            this.owner = owner;
            this.untilNanos = owner.isHere() ? 0 : untilNanos();
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

        /** It was refused: that is the answer, or it is tried again, there or where it belongs then. */
        public final void failed(Failure failure) {
            switch (failure.reason()) {
                case ELSEWHERE -> elsewhere();
                case NOBODY, UNAVAILABLE, REFUSED -> {
                    if (owner.isHere()) {
                        refused(failure);
                    } else if (lose(this)) {
                        lost(this, failure);
                    }
                }
                default -> refused(failure);
            }
        }

        private void refused(Failure failure) {
            if (finish()) {
                refuse(failure);
            }
        }

        private void elsewhere() {
            if (lose(this)) {
                if (owner.isHere()) {
                    lookAgain();
                } else {
                    hasServed();
                    rest();
                }
            }
        }
    }

    abstract Attempt attempt(Owners.Node owner);

    /**
     * Carries an attempt out on this node.
     *
     * @param anyway whether it is served though this node does not own the key
     */
    abstract Call here(Attempt attempt, boolean anyway);

    /** Carries an attempt out on another node. */
    abstract Call there(PeerTransport transport, PeerCall call, Attempt attempt);

    /** Until when an attempt at another node may take, from now; that instant is {@link #reached()}. */
    abstract long untilNanos();

    /** Until when it may be parked in all. */
    abstract long patienceNanos();

    abstract void refuse(Failure failure);

    /** Answers it after its time. */
    abstract void answerInVain();

    /** Whether it waits for an item: then its time is over when that of an attempt is. */
    abstract boolean isWait();

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

    /** Sends it where it belongs now, unless it is there already. */
    final void lookAgain() {
        synchronized (this) {
            again = true;
            if (driven) {
                return;
            }
            driven = true;
        }
        Runnable last = drive();
        if (last != null) {
            last.run();
        }
    }

    private synchronized boolean lose(Attempt attempt) {
        boolean mine = !done && current == attempt;
        if (mine) {
            current = null;
        }
        return mine;
    }

    private void lost(Attempt attempt, Failure failure) {
        Owners.Node owner = attempt.owner;
        if (routes.time.nanos() - attempt.madeNanos >= routes.patience.attemptNanos()) {
            hasServed(); // it waited there until now
        }
        if (failure.equals(Peers.NO_WAY)) {
            rest();
            return;
        }
        if (failure.reason() == Failure.Reason.NOBODY || failsForLong(owner)) {
            routes.peers.failed(owner, failure);
        } else {
            routes.peers.greet(owner.ref());
        }
        if (owner.equals(target())) {
            rest();
        } else {
            lookAgain();
        }
    }

    /** Looks again a little later. */
    private void rest() {
        routes.rest(this);
        boolean ends;
        synchronized (this) {
            ends = ending != null;
        }
        if (ends) {
            lookAgain();
        }
    }

    /** A node has done something else than fail. */
    private synchronized void hasServed() {
        failedAt = null;
    }

    /** Whether attempts at a node have failed, and done nothing else, for as long as one may take. */
    private synchronized boolean failsForLong(Owners.Node owner) {
        long now = routes.time.nanos();
        if (!owner.ref().equals(failedAt)) {
            failedAt = owner.ref();
            failedNanos = now;
        }
        return now - failedNanos >= routes.patience.attemptNanos();
    }

    /** Takes up the notes until there is none. Returns what is to be told, if it has ended by one. */
    private @Nullable Runnable drive() {
        while (true) {
            Attempt attempt;
            boolean unwanted;
            synchronized (this) {
                if (done || (ending == null && late == null && !again)) {
                    driven = false;
                    return null;
                }
                attempt = current;
                if (ending != null && attempt == null) {
                    done = true;
                    driven = false;
                    break;
                }
                unwanted = ending != null || late == attempt;
                again = false;
                late = null;
            }
            if (attempt == null) {
                begin();
            } else if ((unwanted || !attempt.owner.isSame(target())) && !giveUp(attempt)) {
                return null;
            }
        }
        routes.ended(this);
        return ending;
    }

    /** Gives an attempt up, to look again; false if its answer is on the way, which drives on. */
    private boolean giveUp(Attempt attempt) {
        Call call = attempt.call;
        boolean inTime = call != null && call.cancel();
        synchronized (this) {
            boolean still = !done && current == attempt;
            if (inTime && still) {
                current = null;
            }
            driven = inTime || !still;
            again |= driven;
            return driven;
        }
    }

    private void begin() {
        boolean anyway;
        Attempt attempt;
        synchronized (this) {
            anyway = forced;
            attempt = anyway || routes.mayServe(this) ? attempt(target()) : null;
            current = attempt;
        }
        if (attempt == null) {
            routes.parked(this);
            return;
        }
        if (isOfPeer() && routes.isOutdated(key)) {
            attempt.refused(RoutedCache.NOT_YET); // the peer may have given it up, and made it again elsewhere
            return;
        }
        Call call = Call.ANSWERED;
        try {
            call = carry(attempt, anyway);
        } catch (RuntimeException | Error e) {
            LOG.error("A call in the cluster failed in a way that it should not.", e);
            attempt.failed(Peers.UNREACHED);
        }
        synchronized (this) {
            attempt.call = call;
            again |= current == attempt && !attempt.owner.isSame(target());
        }
    }

    private Call carry(Attempt attempt, boolean anyway) {
        if (attempt.owner.isHere()) {
            routes.until(this, patienceNanos());
            return here(attempt, anyway);
        }
        routes.until(this, attempt.untilNanos);
        return routes.courier.passOn(attempt.owner, key, (with, to) -> there(with, to, attempt), attempt::failed);
    }

    @Override
    final void reached() {
        Attempt there;
        synchronized (this) {
            there = current != null && !current.owner.isHere() ? current : null;
            forced |= current == null && isOfPeer() && routes.isDisputed(this);
        }
        long now = routes.time.nanos();
        if ((isWait() || there == null) && patienceNanos() - now <= 0) {
            endWith(this::answerInVain);
        } else if (there == null) {
            lookAgain();
        } else if (there.untilNanos - now > 0) {
            routes.until(this, there.untilNanos);
        } else {
            slow(there);
        }
    }

    /** An attempt has taken too long: it is made anew, over another connection; a second time the node is to blame. */
    private void slow(Attempt attempt) {
        if (failsForLong(attempt.owner)) {
            routes.peers.failed(attempt.owner, SLOW);
        }
        synchronized (this) {
            late = attempt;
        }
        lookAgain();
    }

    /** Ends it, if it has not been answered; who does tells so. */
    final void endWith(Runnable last) {
        if (end(last)) {
            last.run();
        }
    }

    /** Whether it has ended in this call. If not it is being answered, or somebody else ends it and tells so. */
    private boolean end(Runnable last) {
        synchronized (this) {
            if (done || ending != null) {
                return false;
            }
            ending = last;
            if (driven) {
                return false;
            }
            driven = true;
        }
        return drive() != null;
    }

    @Override
    public final boolean cancel() {
        return end(() -> refuse(RoutedCache.GIVEN_UP));
    }
}
