package org.cachemanager.core.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.cachemanager.api.Call;
import org.cachemanager.api.Failure;
import org.cachemanager.api.Key;
import org.cachemanager.api.Reply;
import org.jspecify.annotations.Nullable;

/**
 * The locks that this node's clients hold, as far as it has passed them on, whoever gave them: told to each new owner
 * of their keys, which gives none before it knows. Its own lock guards them; no call is made under it.
 */
final class Leases {

    /** Of the limit, the share that they may take; with more of them the oldest are not remembered. */
    private static final int SHARE = 32;

    /** What a lease takes besides its key, generously. */
    private static final int LEASE_BYTES = 200;

    private final RoutedCache routes;
    private final Room room;
    private final Map<Key, Lease> leases = new LinkedHashMap<>();
    private long bytes;
    private volatile boolean none = true;

    Leases(RoutedCache routes, Room room) {
        this.routes = routes;
        this.room = room;
    }

    /** A lock of a client. */
    private final class Lease extends Deadlines.Deadline implements Reply<Boolean> {
        final Key key;
        final long hash;
        final long untilNanos;

        /** The owner that knows of it, and the one that is being told. */
        @Nullable
        UUID known;

        Owners.@Nullable Node told;

        Call call = Call.ANSWERED;

        Lease(Key key, long untilNanos) {
            this.key = key;
            this.hash = Owners.hash(key.bytes());
            this.untilNanos = untilNanos;
        }

        long weight() {
            return (long) LEASE_BYTES + key.bytes().length;
        }

        @Override
        public void completed(Boolean result) {
            end(this, true);
        }

        @Override
        public void failed(Failure failure) {
            end(this, false);
        }

        @Override
        void reached() {
            Call late;
            synchronized (leases) {
                late = call;
            }
            if (late.cancel()) {
                end(this, false);
            }
        }
    }

    /**
     * A client is given a lock.
     *
     * @param owner the node that gave it
     * @param known whether that one knows that it is for so long
     */
    void given(Key key, Duration lease, Owners.Node owner, boolean known) {
        Lease fresh = new Lease(key, routes.time.nanos() + lease.toNanos());
        fresh.known = known ? owner.ref() : null;
        synchronized (leases) {
            removed(leases.remove(key));
            leases.put(key, fresh);
            bytes += fresh.weight();
            none = false;
            forget(routes.time.nanos());
        }
        if (!known || !routes.owners().of(fresh.hash).equals(owner)) {
            tell();
        }
    }

    /** Forgets the oldest that are over, or too many. Under the lock. */
    private void forget(long now) {
        Iterator<Lease> all = leases.values().iterator();
        while (all.hasNext()) {
            Lease oldest = all.next();
            if (oldest.untilNanos - now > 0 && bytes <= room.heapLimit() / SHARE) {
                return;
            }
            all.remove();
            removed(oldest);
        }
    }

    private boolean isOver(Lease lease, long now) {
        boolean over = lease.untilNanos - now <= 0;
        removed(over ? lease : null);
        return over;
    }

    private void removed(@Nullable Lease lease) {
        bytes -= lease == null ? 0 : lease.weight();
    }

    /** A client of this node sets the item. */
    void freed(Key key) {
        if (!none) {
            synchronized (leases) {
                removed(leases.remove(key));
                none = leases.isEmpty();
            }
        }
    }

    /** Whether a peer knows of all the leases of its keys. */
    boolean areKnownTo(UUID peer) {
        if (none) {
            return true;
        }
        long now = routes.time.nanos();
        Owners owners = routes.owners();
        synchronized (leases) {
            for (Lease lease : leases.values()) {
                if (lease.untilNanos - now > 0
                        && !peer.equals(lease.known)
                        && owners.of(lease.hash).ref().equals(peer)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Tells owners of leases that they don't know of. */
    void tell() {
        if (none) {
            return;
        }
        List<Lease> news = new ArrayList<>();
        long now = routes.time.nanos();
        Owners owners = routes.owners();
        synchronized (leases) {
            leases.values().removeIf(lease -> isOver(lease, now));
            none = leases.isEmpty();
            for (Lease lease : leases.values()) {
                Owners.Node owner = owners.of(lease.hash);
                if (!owner.ref().equals(lease.known) && !owner.equals(lease.told)) {
                    lease.told = owner;
                    news.add(lease);
                }
            }
        }
        news.forEach(this::tell);
    }

    private void tell(Lease lease) {
        Owners.Node owner = Objects.requireNonNull(lease.told);
        Duration rest = Duration.ofNanos(lease.untilNanos - routes.time.nanos());
        if (owner.isHere()) {
            routes.local.claim(lease.key, rest);
            end(lease, true);
            return;
        }
        routes.began(lease, 0);
        Call sent = routes.passOn(owner, lease.key, (with, to) -> with.claim(to, rest, lease), lease::failed);
        synchronized (leases) {
            lease.call = sent;
        }
    }

    private void end(Lease lease, boolean knows) {
        Owners.Node owner;
        synchronized (leases) {
            owner = lease.told;
            lease.told = null;
            if (knows && owner != null) {
                lease.known = owner.ref();
            }
        }
        routes.ended(lease);
        if (knows && owner != null && !owner.isHere() && areKnownTo(owner.ref())) {
            routes.peers.greet(owner.ref());
        }
    }
}
