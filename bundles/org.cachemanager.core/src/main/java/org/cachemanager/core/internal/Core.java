package org.cachemanager.core.internal;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.cachemanager.api.Cache;
import org.cachemanager.api.Call;
import org.cachemanager.api.Failure;
import org.cachemanager.api.Key;
import org.cachemanager.api.admin.CacheAdmin;
import org.cachemanager.api.encryption.Namespaces;
import org.cachemanager.api.eviction.EvictionPolicy;
import org.cachemanager.api.host.Time;
import org.cachemanager.api.peer.PeerService;
import org.cachemanager.api.storage.StorageEngine;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The core of a node, put together from its parts. Pure: its clock, timers, identity and hash secret are handed to it,
 * so that many run in one thread under a simulated clock.
 */
final class Core {

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.core");

    private static final long REFUSAL_TOLD_NANOS = Duration.ofMinutes(1).toNanos();

    /** What a call hears that waits when the core ends, or comes after. */
    static final Failure ENDED =
            new Failure(Failure.Reason.UNAVAILABLE, "This node's core has stopped; try again when it is back.");

    final Time time;
    final UUID ref;
    final Counters counters = new Counters();
    final Index index = new Index();
    final Room room;
    final Eviction eviction;
    final Shelf shelf;
    final Deadlines deadlines;
    final Locks locks;
    final Storage storage;
    final Holds holds;
    final LargeReads largeReads;
    final Uploads uploads;
    final Gate gate;
    final Seams seams;
    final Stamps stamps;
    final Tenure tenure;
    final Courier courier;
    final Peers peers;
    final Handover handover;
    private final RoutedCache cache;
    private final PeerDoor door;
    final OperatorView admin;
    private final long startNanos;
    private volatile CoreSettings settings;
    private final AtomicLong refusalToldNanos = new AtomicLong();
    private final AtomicBoolean changing = new AtomicBoolean();
    private volatile boolean closed;

    Core(Time time, UUID ref, KeyHash hash, CoreSettings settings) {
        this.time = time;
        this.ref = ref;
        this.settings = settings;
        this.startNanos = time.nanos();
        room = new Room(this::roomReleased);
        eviction = new Eviction(index, this::policyFailed, Reign.PATIENCE);
        deadlines = new Deadlines(time);
        stamps = new Stamps(time, ref.hashCode() ^ (int) hash.of(new byte[0]));
        tenure = new Tenure(deadlines, stamps, ref, this::timePassed);
        Shelf.Parts parts = new Shelf.Parts(index, eviction, room, counters);
        largeReads = new LargeReads(room);
        shelf = new Shelf(time, parts, largeReads);
        locks = new Locks(time, deadlines, parts, new Rights());
        storage = new Storage(time, index, shelf, room);
        holds = new Holds(room, shelf);
        uploads = new Uploads(time, deadlines, parts, holds);
        gate = new Gate(time, deadlines, this::cipherThrew, this::keysChanged);
        courier = new Courier(this);
        peers = new Peers(time, deadlines, tenure, new Watching());
        seams = new Seams(time, new Seams.Users(storage, eviction, gate, peers));
        LocalCache local = new LocalCache(this, hash);
        cache = new RoutedCache(this, local, new LocalChanges(this, hash));
        handover = new Handover(this, cache);
        door = new PeerDoor(this, cache);
        admin = new OperatorView(this);
        configure(settings);
        shelf.open();
    }

    /** Takes new settings over while it serves. */
    void configure(CoreSettings next) {
        settings = next;
        gate.configure(next.keys(), next.timestampMargin());
        room.limit(next.roomBytes());
        eviction.limit(next.roomBytes());
        shelf.purgeEvery(next.purgeTime());
        seams.configure(next);
        tenure.configure(next.peerConnectionTimeout());
        peers.configure(next.peerRefreshTime(), next.peerConnectionTimeout());
        time.schedule(Duration.ZERO, shelf::shrink);
    }

    /** Refuses the calls that wait, and those that still come; ends all timers. */
    void close() {
        closed = true;
        peers.close();
        cache.close(ENDED);
        seams.close();
        shelf.close();
        locks.close(ENDED);
        uploads.close(ENDED);
        gate.close(ENDED);
        deadlines.close();
        shelf.clear();
    }

    boolean isClosed() {
        return closed;
    }

    CoreSettings settings() {
        return settings;
    }

    Cache cache() {
        return cache;
    }

    PeerService peerService() {
        return door;
    }

    Namespaces namespaces() {
        return gate;
    }

    CacheAdmin admin() {
        return admin;
    }

    long uptimeSeconds() {
        return Duration.ofNanos(time.nanos() - startNanos).toSeconds();
    }

    /** Told once a minute. */
    void storageRefused(Throwable e) {
        long now = time.nanos();
        long told = refusalToldNanos.get();
        if ((told == 0 || now - told > REFUSAL_TOLD_NANOS) && refusalToldNanos.compareAndSet(told, now | 1)) {
            LOG.warn(
                    "The storage in force has no memory for an item, though max_cache_size allows it: {}",
                    e.toString());
        }
    }

    void storageThrew(StorageEngine engine, Throwable thrown) {
        LOG.error("The storage engine threw and is put out of force; what it keeps is moved, or stays.", thrown);
        time.schedule(Duration.ZERO, () -> seams.storage.exclude(engine, "threw"));
    }

    /** Other nodes are up than before, or this node may serve more or less than before: all that concerns, soon. */
    void ownersChanged() {
        if (changing.compareAndSet(false, true)) {
            time.schedule(Duration.ZERO, this::followOwners);
        }
    }

    private void followOwners() {
        changing.set(false);
        if (tenure.view().lost()) {
            cache.deposed();
        }
        handover.look();
        cache.leases.tell();
        cache.ownersChanged();
    }

    /** More may be served, or told to peers: they may wait for that. */
    private void timePassed() {
        ownersChanged();
        peers.greetAll();
    }

    /** The locks that this node may give, and those that its clients have. */
    private final class Rights implements LockRights {

        @Override
        public boolean mayGive(Key key) {
            return owns(key);
        }

        @Override
        public long begun() {
            return tenure.begunOf(ref);
        }

        @Override
        public boolean given(Key key, Duration lease, long begun) {
            Leases.Lease given = cache.leases.given(key, lease, ref, begun);
            if (peers.isCluster() && cache.isElsewhere(key)) {
                cache.leases.forget(given);
                return false;
            }
            return true;
        }

        @Override
        public RoutedGet moved(Waiter waiter, long endNanos) {
            return cache.moved(waiter, endNanos);
        }

        @Override
        public void goOn(RoutedGet call) {
            cache.route(call);
        }
    }

    /** A set, of a client here or of a peer, has freed a lock that a client of another node or of this one had. */
    void freed(Key key, @Nullable UUID holder) {
        cache.freed(key, holder);
    }

    /** Whether what this node holds of a key is to be dropped, as soon as it is come upon. */
    boolean isStale(Key key) {
        View now = tenure.view();
        return !now.settled() && (now.lost() || now.isStale(Owners.hash(key.bytes())));
    }

    /** Whether this node owns a key and may serve it now. */
    boolean owns(Key key) {
        return cache.owns(key);
    }

    /** What peers are told and asked by. */
    private final class Watching implements PeersWatcher {

        @Override
        public void changed() {
            ownersChanged();
        }

        @Override
        public long informedSince(UUID peer, Owners owners) {
            return cache.leases.knownSince(peer, owners);
        }

        @Override
        public boolean refused(UUID peer) {
            return gate.refused(peer);
        }

        @Override
        public Call passOn(Owners.Node peer, Key key, Courier.Carrying carrying, Consumer<Failure> refused) {
            return courier.passOn(peer, key, carrying, refused);
        }
    }

    private void cipherThrew() {
        time.schedule(Duration.ZERO, seams.encryption::suspect);
    }

    /** Peers that would not have this node may now. */
    private void keysChanged() {
        time.schedule(Duration.ZERO, peers::askAll);
    }

    private void roomReleased() {
        Uploads waiting = uploads;
        if (waiting != null) {
            waiting.roomReleased();
        }
    }

    private void policyFailed(EvictionPolicy policy, Throwable thrown) {
        LOG.error("The eviction policy failed and was put out of force; every item stays.", thrown);
        time.schedule(Duration.ZERO, () -> time.aside(() -> seams.eviction.exclude(policy, "failed")));
    }
}
