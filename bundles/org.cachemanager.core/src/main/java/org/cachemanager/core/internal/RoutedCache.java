package org.cachemanager.core.internal;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.cachemanager.api.Cache;
import org.cachemanager.api.Call;
import org.cachemanager.api.Data;
import org.cachemanager.api.Failure;
import org.cachemanager.api.GetReply;
import org.cachemanager.api.Key;
import org.cachemanager.api.Namespace;
import org.cachemanager.api.NodeStatus;
import org.cachemanager.api.PeerMark;
import org.cachemanager.api.Reply;
import org.cachemanager.api.Reservation;
import org.cachemanager.api.host.Time;
import org.cachemanager.api.peer.PeerAddress;
import org.cachemanager.api.peer.PeerCall;
import org.cachemanager.api.peer.PeerTransport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cache of the cluster: each key is served by its owner. A call that a peer has passed on is served where it has
 * landed, and so never goes further.
 */
final class RoutedCache implements Cache {

    static final Logger LOG = LoggerFactory.getLogger("cachemanager.core");
    static final Failure NOT_YET = new Failure(
            Failure.Reason.ELSEWHERE, "This node does not serve that key now; ask its owner, or again a little later.");

    /** What a peer may take for each byte of an item that is sent to it: a megabyte a second. */
    static final long NANOS_PER_BYTE = 1000;

    /** A part of the timeout: so soon a call is tried again at a node that does not serve its key yet. */
    private static final int AGAIN = 20;

    /** A part of the timeout: for so long a call that belongs elsewhere, as this node sees it, is not served here. */
    private static final int DISPUTED = 4;

    final Time time;
    final LocalCache local;
    final Peers peers;
    final Owners.Node here;
    final Leases leases;
    private final Core core;
    private final Tenure tenure;

    /** The calls under way, in the order in which they came. */
    private final ConcurrentNavigableMap<Long, RoutedCall> open = new ConcurrentSkipListMap<>();

    private final AtomicLong arrivals = new AtomicLong();

    RoutedCache(Core core, LocalCache local) {
        this.core = core;
        this.time = core.time;
        this.local = local;
        this.peers = core.peers;
        this.tenure = core.tenure;
        this.here = new Owners.Node(core.ref, null);
        this.leases = new Leases(this, core.room);
    }

    /** Has a transport carry a call. */
    interface Carrying {
        Call carry(PeerTransport transport, PeerCall call);
    }

    /**
     * Whether a peer has sent a call in an earlier epoch of this node: it may have given it up since, and made it
     * again.
     */
    private boolean isOutdated(Key key) {
        PeerMark mark = key.peer();
        return mark != null && mark.epoch() != 0 && mark.epoch() < tenure.view().epoch();
    }

    /** Whether a call is served here at once. */
    private boolean isServedHere(Key key) {
        if (key.peer() != null) {
            peers.heard(key.peer().ref());
        }
        return !peers.isCluster() || mayServe(Owners.hash(key.bytes()));
    }

    /** Whether this node owns the key with that hash and may serve it now. */
    boolean mayServe(long hash) {
        return owners().of(hash).isHere() && tenure.serves(hash);
    }

    /** Whether a call may be sent where it belongs: only to this node it may have to wait. */
    boolean mayServe(RoutedCall call) {
        boolean isHere = call.owner().isHere();
        return isHere ? tenure.serves(call.hash()) : !call.isOfPeer();
    }

    /**
     * A call has to wait until this node may serve it; if it never may, since the views of two nodes differ, not long.
     */
    void parked(RoutedCall call) {
        Owners.Node owner = call.owner();
        if (owner.isHere()) {
            if (call.patienceNanos(Long.MAX_VALUE) != Long.MAX_VALUE) {
                until(call, call.patienceNanos(Long.MAX_VALUE));
            }
        } else {
            until(call, call.patienceNanos(time.nanos() + peers.timeout().toNanos() / DISPUTED));
            peers.greet(owner.ref());
        }
    }

    boolean isSettled() {
        return tenure.view().settled();
    }

    /** The owner of its key does not serve it now. */
    void refused(RoutedCall call) {
        until(call, call.patienceNanos(time.nanos() + peers.timeout().toNanos() / AGAIN));
    }

    /**
     * A caller is given a lock.
     *
     * @param whole whether it is for all of the time that the caller would wait, not only for what was left of it
     */
    void lockGiven(RoutedGet call, Owners.Node owner, boolean whole) {
        Duration lease = Duration.ofNanos(Locks.lease(call.maxWaitNanos()));
        if (!whole && owner.isHere()) {
            local.claim(call.key, lease);
        }
        if (!call.isOfPeer()) {
            leases.given(call.key, lease, owner, whole || owner.isHere());
        }
    }

    /** Has a call served, here or elsewhere. */
    Call route(RoutedCall call) {
        open.put(call.arrival, call);
        call.send();
        if (call.isDone()) {
            open.remove(call.arrival); // one that was moved may have been cancelled before it was open
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
        if (!isServedHere(key)) {
            return route(new RoutedGet(this, key, maxWait, reply));
        }
        Call call = local.get(key, new Locks.Request(reply, maxWait.toNanos(), key.peer() == null));
        if (call instanceof Waiter waiter && waiter.isClient && isElsewhere(key)) {
            move(waiter); // it has become another's meanwhile
        }
        return call;
    }

    private boolean isElsewhere(Key key) {
        return peers.isCluster() && !owners().of(Owners.hash(key.bytes())).isHere();
    }

    /** Has a client wait where its key belongs now, for the rest of its time. */
    private void move(Waiter waiter) {
        RoutedGet call = new RoutedGet(this, waiter, core.locks.endNanos(waiter));
        if (core.locks.move(waiter, call)) {
            route(call);
        }
    }

    @Override
    public Call set(Key key, Data data, long ttlSeconds, Reply<Integer> reply) {
        leases.freed(key);
        if (isOutdated(key)) {
            Replies.failed(reply, NOT_YET);
            return Call.ANSWERED;
        }
        if (isServedHere(key)) {
            local.set(key, data, ttlSeconds, reply);
            if (!owners().of(Owners.hash(key.bytes())).isHere()) {
                core.handover.again(); // it was another's meanwhile
            }
            return Call.ANSWERED;
        }
        return route(new RoutedChange<Integer>(this, key, reply) {
            @Override
            long bytes() {
                return data.length();
            }

            @Override
            Call here(Reply<Integer> attempt) {
                return local.set(key, data, ttlSeconds, attempt);
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
        if (isServedHere(key)) {
            return local.delete(key, reply);
        }
        return route(new RoutedChange<Boolean>(this, key, reply) {
            @Override
            long bytes() {
                return 0;
            }

            @Override
            Call here(Reply<Boolean> attempt) {
                return local.delete(key, attempt);
            }

            @Override
            Call there(PeerTransport transport, PeerCall call, Reply<Boolean> attempt) {
                return transport.delete(call, attempt);
            }
        });
    }

    /** Has a peer called; one that can't be is an answer to the call as well. */
    Call passOn(Owners.Node owner, Key key, Carrying carrying, Consumer<Failure> refused) {
        int separator = key.separator();
        byte[] bytes = key.bytes();
        PeerMark mark = new PeerMark(core.ref, tenure.epochOf(owner.ref()));
        Namespace sealed = core.gate.seal(Arrays.copyOf(bytes, separator), mark);
        PeerAddress address = owner.address();
        if (sealed == null || address == null) {
            refused.accept(Peers.UNREACHED);
            return Call.ANSWERED;
        }
        Data plainKey = Data.of(bytes, separator + 1, bytes.length - separator - 1);
        try {
            return carrying.carry(peers.transport(), new PeerCall(address, sealed, plainKey, this::hold));
        } catch (RuntimeException | LinkageError e) {
            LOG.error("The peer transport threw at a call.", e);
            refused.accept(Peers.UNREACHED);
            return Call.ANSWERED;
        }
    }

    /** The number of a call that comes now. */
    long arrival() {
        return arrivals.incrementAndGet();
    }

    Owners owners() {
        return tenure.owners();
    }

    /** An attempt at another node begins, to which so much is sent. */
    void began(Deadlines.Deadline attempt, long bytes) {
        until(attempt, time.nanos() + peers.timeout().toNanos() + bytes * NANOS_PER_BYTE);
    }

    void until(Deadlines.Deadline attempt, long untilNanos) {
        core.deadlines.set(attempt, untilNanos);
    }

    void ended(Deadlines.Deadline attempt) {
        core.deadlines.cancel(attempt);
    }

    void ended(RoutedCall call) {
        open.remove(call.arrival);
        core.deadlines.cancel(call);
    }

    /**
     * This node has been deposed: what a peer would have had changed here is refused, since that peer may have had it
     * changed elsewhere, and others after it.
     */
    void deposed() {
        for (RoutedCall call : open.values()) {
            if (call instanceof RoutedChange && call.isOfPeer() && call.cancel()) {
                call.refuse(NOT_YET);
            }
        }
    }

    /** Other nodes own keys than before: calls under way go where they belong now. */
    void ownersChanged() {
        core.locks.clients(this::isElsewhere).forEach(this::move);
        open.values().forEach(RoutedCall::ownersChanged);
    }

    /** Refuses the calls that are under way at other nodes: the core ends. */
    void close(Failure why) {
        for (RoutedCall call : open.values()) {
            if (call.cancel()) {
                call.refuse(why);
            }
        }
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
        return local.maxItemBytes();
    }

    @Override
    public NodeStatus status() {
        return local.status();
    }
}
