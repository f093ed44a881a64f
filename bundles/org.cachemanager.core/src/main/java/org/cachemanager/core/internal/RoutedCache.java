package org.cachemanager.core.internal;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.cachemanager.api.Cache;
import org.cachemanager.api.Call;
import org.cachemanager.api.Data;
import org.cachemanager.api.Failure;
import org.cachemanager.api.GetReply;
import org.cachemanager.api.Key;
import org.cachemanager.api.NodeStatus;
import org.cachemanager.api.PeerMark;
import org.cachemanager.api.Reply;
import org.cachemanager.api.Reservation;
import org.cachemanager.api.host.Time;
import org.cachemanager.api.peer.PeerCall;
import org.cachemanager.api.peer.PeerTransport;
import org.jspecify.annotations.Nullable;

/**
 * The cache of the cluster: each key is served by its owner. A call that a peer has passed on is served where it has
 * landed, and so never goes further.
 */
final class RoutedCache implements Cache {

    static final Failure NOT_YET = new Failure(
            Failure.Reason.ELSEWHERE, "This node does not serve that key now; ask its owner, or again a little later.");

    /** What a caller hears whose call was given up while it was on its way. */
    static final Failure GIVEN_UP = new Failure(Failure.Reason.UNAVAILABLE, "The call has been given up.");

    /** Nobody waits for the answer. */
    private static final Reply<Boolean> FORGET = new Reply<>() {
        @Override
        public void completed(Boolean result) {
            // It knows.
        }

        @Override
        public void failed(Failure failure) {
            // The lease ends by itself.
        }
    };

    final Time time;
    final LocalCache local;
    final LocalChanges changes;
    final Peers peers;
    final Patience patience;
    final Owners.Node here;
    final Leases leases;
    final Courier courier;
    private final Core core;
    private final Tenure tenure;

    /** The calls under way. */
    private final Set<RoutedCall> open = ConcurrentHashMap.newKeySet();

    private final AtomicLong arrivals = new AtomicLong();

    RoutedCache(Core core, LocalCache local, LocalChanges changes) {
        this.core = core;
        this.time = core.time;
        this.local = local;
        this.changes = changes;
        this.peers = core.peers;
        this.patience = new Patience(core.time, core.peers);
        this.tenure = core.tenure;
        this.here = new Owners.Node(core.ref, null);
        this.leases = new Leases(this, core.room);
        this.courier = core.courier;
    }

    /**
     * Whether a call is of a peer that this node does not know, or was sent in an earlier epoch of this node: the peer
     * may have given it up since, and made it again.
     */
    boolean isOutdated(Key key) {
        PeerMark mark = key.peer();
        if (mark == null) {
            return false;
        }
        peers.heard(mark.ref());
        return peers.isWithdrawn()
                || !tenure.isMet(mark.ref())
                || (mark.epoch() != 0 && mark.epoch() < tenure.view().epoch());
    }

    /** Whether this node owns a key and may serve it now. */
    boolean owns(Key key) {
        return !peers.isCluster() || mayServe(Owners.hash(key.bytes()));
    }

    private boolean mayServe(long hash) {
        return owners().of(hash).isHere() && tenure.serves(hash);
    }

    /** Whether a call may be sent where it belongs: only to this node it may have to wait. */
    boolean mayServe(RoutedCall call) {
        boolean isHere = call.owner().isHere();
        return isHere ? !peers.isCluster() || tenure.serves(call.hash()) : !call.isOfPeer();
    }

    /** Whether this node does not own a key. */
    boolean isElsewhere(Key key) {
        return isElsewhere(key, tenure.view());
    }

    private static boolean isElsewhere(Key key, View view) {
        return !view.owners().of(Owners.hash(key.bytes())).isHere();
    }

    /**
     * A call has to wait until this node may serve it; if it never may, since the views of two nodes differ, not long.
     */
    void parked(RoutedCall call) {
        Owners.Node owner = call.owner();
        if (owner.isHere()) {
            until(call, call.patienceNanos());
        } else {
            until(call, sooner(call.patienceNanos(), patience.disputedNanos()));
            peers.greet(owner.ref());
        }
    }

    /** Whether another node may have marked this one down without its knowing since a call was made there. */
    boolean isMissed(Owners.Node owner, long madeNanos) {
        return !owner.isHere() && peers.pulse.hasSleptSince(madeNanos) && !tenure.isConfirmedBy(owner.ref());
    }

    /**
     * Whether a peer and this node will not come to one view of who owns the key of a call: this one has heard from the
     * owner since it has got the call.
     */
    boolean isDisputed(RoutedCall call) {
        return tenure.view().settled()
                && tenure.isConfirmed()
                && tenure.isConfirmedSince(call.owner().ref(), call.begunNanos);
    }

    /** A call is tried again a little later. */
    void rest(RoutedCall call) {
        until(call, sooner(call.patienceNanos(), patience.againNanos()));
    }

    private static long sooner(long one, long other) {
        return one - other < 0 ? one : other;
    }

    /** The stamp at which a node last began with nothing, as far as is known. */
    long begunOf(UUID node) {
        return tenure.begunOf(node);
    }

    /**
     * A set has freed a lock. The node whose client had it forgets it; it does by itself when the set came through it.
     *
     * @param holder that node; null for this one
     */
    void freed(Key key, @Nullable UUID holder) {
        UUID by = key.peer() == null ? null : key.peer().ref();
        if (!peers.isCluster() || Objects.equals(by, holder)) {
            return;
        }
        if (holder == null) {
            leases.free(key);
            return;
        }
        for (Owners.Node node : owners().nodes()) {
            if (node.ref().equals(holder)) {
                courier.passOn(node, key, (with, to) -> with.claim(to, Duration.ZERO, FORGET), FORGET::failed);
            }
        }
    }

    /**
     * A caller is about to be given a lock.
     *
     * @param begun when that node had begun with nothing, as it was asked
     * @param whole whether it is for all of the time that the caller would wait, not only for what was left of it
     * @return what is remembered of it; null for a call of a peer, which remembers it
     */
    Leases.@Nullable Lease lockGiven(RoutedGet call, Owners.Node owner, long begun, boolean whole) {
        Duration lease = Duration.ofNanos(Locks.lease(call.maxWaitNanos()));
        if (!whole && owner.isHere()) {
            local.claim(call.key, lease);
        }
        boolean knows = whole || owner.isHere();
        return call.isOfPeer() ? null : leases.given(call.key, lease, owner.ref(), knows ? begun : 0);
    }

    /** Nobody has got that lock. */
    void lockLost(Key key, Owners.Node owner, Leases.@Nullable Lease lease) {
        if (lease != null) {
            leases.forget(lease);
        }
        if (owner.isHere()) {
            local.giveBack(key);
        }
    }

    /** Has a call served, here or elsewhere. */
    Call route(RoutedCall call) {
        open.add(call);
        call.lookAgain();
        if (core.isClosed()) {
            call.endWith(() -> call.refuse(Core.ENDED));
        }
        if (call.isDone()) {
            open.remove(call); // one that was moved may have been cancelled before it was open
            return Call.ANSWERED;
        }
        return call;
    }

    @Override
    public Call get(Key key, Duration maxWait, GetReply reply) {
        if (isOutdated(key)) {
            Replies.failed(reply, NOT_YET);
            return Call.ANSWERED;
        }
        if (owns(key)) {
            Caller caller = key.peer() == null ? Caller.CLIENT : Caller.of(key, false);
            Call call = local.get(key, new Locks.Request(reply, maxWait.toNanos(), caller));
            if (call != LocalCache.ELSEWHERE) {
                return call;
            }
        }
        return route(new RoutedGet(this, key, maxWait, reply));
    }

    /** Has a client wait where its key belongs now, for the rest of its time; it is routed later. */
    RoutedGet moved(Waiter waiter, long endNanos) {
        return new RoutedGet(this, waiter, endNanos);
    }

    @Override
    public Call set(Key key, Data data, long ttlSeconds, Reply<Integer> reply) {
        Reply<Integer> freeing = leases.freeing(key, reply);
        if (isOutdated(key)) {
            Replies.failed(reply, NOT_YET);
            return Call.ANSWERED;
        }
        if (owns(key) && changes.set(key, new LocalChanges.Fresh(data, ttlSeconds, false), freeing)) {
            return Call.ANSWERED;
        }
        return route(new RoutedChange<Integer>(this, key, freeing) {
            @Override
            long bytes() {
                return data.length();
            }

            @Override
            boolean here(Reply<Integer> attempt, boolean anyway) {
                boolean served = changes.set(key, new LocalChanges.Fresh(data, ttlSeconds, anyway), attempt);
                if (anyway && isElsewhere(key)) {
                    core.handover.again();
                }
                return served;
            }

            @Override
            Call there(PeerTransport transport, PeerCall call, Reply<Integer> attempt) {
                return transport.set(call, data, ttlSeconds, attempt);
            }
        });
    }

    @Override
    public Call delete(Key key, Reply<Boolean> reply) {
        if (isOutdated(key)) {
            Replies.failed(reply, NOT_YET);
            return Call.ANSWERED;
        }
        if (owns(key) && changes.delete(key, false, reply)) {
            return Call.ANSWERED;
        }
        return route(new RoutedChange<Boolean>(this, key, reply) {
            @Override
            long bytes() {
                return 0;
            }

            @Override
            boolean here(Reply<Boolean> attempt, boolean anyway) {
                return changes.delete(key, anyway, attempt);
            }

            @Override
            Call there(PeerTransport transport, PeerCall call, Reply<Boolean> attempt) {
                return transport.delete(call, attempt);
            }
        });
    }

    /** The number of a call that comes now. */
    long arrival() {
        return arrivals.incrementAndGet();
    }

    Owners owners() {
        return tenure.owners();
    }

    void until(Deadlines.Deadline attempt, long untilNanos) {
        core.deadlines.set(attempt, untilNanos);
    }

    void ended(Deadlines.Deadline attempt) {
        core.deadlines.cancel(attempt);
    }

    void ended(RoutedCall call) {
        open.remove(call);
        core.deadlines.cancel(call);
    }

    /**
     * This node has been deposed: what a peer would have had changed here is refused, since that peer may have had it
     * changed elsewhere, and others after it.
     */
    void deposed() {
        for (RoutedCall call : underWay()) {
            if (call instanceof RoutedChange && call.isOfPeer()) {
                call.endWith(() -> call.refuse(NOT_YET));
            }
        }
    }

    /** Other nodes own keys than before: calls under way go where they belong now, in the order in which they came. */
    void ownersChanged() {
        View view = tenure.view();
        core.locks.follow(
                lock -> isElsewhere(lock.name.key(), view),
                lock -> lock.begun != tenure.begunOf(core.ref)
                        || (view.settled() && isElsewhere(lock.name.key(), view)));
        core.locks.dropCallers(ref -> !owners().contains(ref));
        underWay().forEach(RoutedCall::lookAgain);
    }

    /** Refuses the calls that are under way at other nodes: the core ends. */
    void close(Failure why) {
        underWay().forEach(call -> call.endWith(() -> call.refuse(why)));
    }

    /** The calls under way, in the order in which they came. */
    private List<RoutedCall> underWay() {
        return open.stream()
                .sorted(Comparator.comparingLong(call -> call.arrival))
                .toList();
    }

    @Override
    public Call reserve(long bytes, Duration maxWait, Reply<Reservation> reply) {
        return local.reserve(bytes, maxWait, reply);
    }

    @Override
    public @Nullable Reservation hold(long bytes) {
        return local.hold(bytes);
    }

    @Override
    public long maxItemBytes() {
        return changes.maxItemBytes();
    }

    @Override
    public NodeStatus status() {
        return local.status();
    }
}
