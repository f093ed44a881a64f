package org.cachemanager.core.internal;

import java.time.Duration;
import org.cachemanager.api.Call;
import org.cachemanager.api.Failure;
import org.cachemanager.api.GetReply;
import org.cachemanager.api.Item;
import org.cachemanager.api.Key;
import org.cachemanager.api.peer.PeerCall;
import org.cachemanager.api.peer.PeerTransport;
import org.jspecify.annotations.Nullable;

/** A look-up in a cluster. One that waits is answered in vain here if the owner does not do so in time. */
final class RoutedGet extends RoutedCall {

    private static final long LEAST_WAIT_NANOS = 1_000_000;

    /** For so long an answer is taken however short the wait is: a lock that is free is given to any that waits. */
    private static final long LEAST_PATIENCE_NANOS = 10_000_000;

    /** The least wait that is asked for, so that the lease, which is shorter, outlasts that. */
    private static final long LEAST_ASKED_NANOS = 12_000_000;

    /** What may be missing of a wait so that a lease of the rest is as good as one of the whole: 10 ms, or 1 %. */
    private static final long NEGLIGIBLE_NANOS = 10_000_000;

    private static final int NEGLIGIBLE_PART = 100;

    private final long maxWaitNanos;
    private final GetReply reply;

    RoutedGet(RoutedCache routes, Key key, Duration maxWait, GetReply reply) {
        super(routes, key, routes.time.nanos());
        this.maxWaitNanos = maxWait.toNanos();
        this.reply = reply;
    }

    /** Goes on with the wait of one that has waited on this node, and is answered in vain when that would have been. */
    RoutedGet(RoutedCache routes, Waiter waiter, long endNanos) {
        super(routes, Key.ofBytes(waiter.lock.name.key().bytes()), endNanos - Locks.answerAfter(waiter.maxWaitNanos));
        this.maxWaitNanos = waiter.maxWaitNanos;
        this.reply = waiter.reply;
    }

    /** An attempt to look up. */
    private final class Looking extends Attempt implements GetReply {

        private final long askedNanos = remainingNanos();
        private final long begun;

        Looking(Owners.Node owner) {
            super(owner);
            begun = routes.begunOf(owner.ref());
        }

        @Override
        public void found(Item item) {
            if (finish()) {
                Replies.found(reply, item);
            } else {
                item.release();
            }
        }

        /**
         * A lock that was given by a node which does not own the key any more is none. Nor is one of which this node
         * hears after having slept: others may have marked it down, and forgotten its locks; or the wait is over, and
         * the lock may have lapsed.
         */
        @Override
        public void locked() {
            boolean overdue = !owner.isHere() && isWait() && patienceNanos() - routes.time.nanos() <= 0;
            boolean counts = counts();
            Leases.@Nullable Lease lease = null;
            if (counts && !overdue) {
                lease = routes.leases.isFreedSince(key, madeNanos)
                        ? null
                        : routes.lockGiven(RoutedGet.this, owner, begun, isWhole());
                counts = counts(); // from now on another owner hears of it; one that came just before may not have
                if (counts && finish()) {
                    Replies.locked(reply);
                    return;
                }
            }
            routes.lockLost(key, owner, lease);
            if (overdue) {
                absent();
            } else if (!counts) {
                failed(RoutedCache.NOT_YET);
            }
        }

        private boolean counts() {
            return isOfPeer() || (owner().isSame(owner) && !routes.isMissed(owner, madeNanos));
        }

        private boolean isWhole() {
            return maxWaitNanos - askedNanos <= Math.min(NEGLIGIBLE_NANOS, maxWaitNanos / NEGLIGIBLE_PART);
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
    Call here(Attempt attempt, boolean anyway) {
        Looking looking = (Looking) attempt;
        Call call = routes.local.get(key, new Locks.Request(looking, looking.askedNanos, Caller.of(key, anyway)));
        if (call == LocalCache.ELSEWHERE) {
            attempt.failed(RoutedCache.NOT_YET);
        }
        return call;
    }

    @Override
    Call there(PeerTransport transport, PeerCall call, Attempt attempt) {
        Looking looking = (Looking) attempt;
        return transport.get(call, Duration.ofNanos(looking.askedNanos), looking);
    }

    @Override
    boolean isWait() {
        return maxWaitNanos != 0;
    }

    @Override
    long untilNanos() {
        return isWait() ? patienceNanos() : routes.patience.untilNanos(0);
    }

    /** A little later than the owner answers in vain, so that mostly it does. */
    @Override
    long patienceNanos() {
        long wait = Math.max(Locks.giveUpAfter(maxWaitNanos), LEAST_PATIENCE_NANOS);
        return begunNanos + (isWait() ? wait : routes.patience.parkedNanos(isOfPeer()));
    }

    long maxWaitNanos() {
        return maxWaitNanos;
    }

    /** What is left of the wait: at least a millisecond of one that is not over, so that it stays a wait. */
    private long remainingNanos() {
        if (!isWait()) {
            return 0;
        }
        long least = maxWaitNanos < LEAST_PATIENCE_NANOS ? LEAST_ASKED_NANOS : LEAST_WAIT_NANOS;
        return Math.max(maxWaitNanos - (routes.time.nanos() - begunNanos), least);
    }

    @Override
    void refuse(Failure failure) {
        Replies.failed(reply, failure);
    }

    @Override
    void answerInVain() {
        if (isWait()) {
            Replies.absent(reply);
        } else {
            refuse(isOfPeer() ? RoutedCache.NOT_YET : Peers.UNREACHED);
        }
    }
}
