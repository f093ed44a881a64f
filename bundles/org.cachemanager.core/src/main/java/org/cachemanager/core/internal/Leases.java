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

    /** With more than these the oldest are not remembered. */
    private static final int MOST = 1 << 16;

    private final RoutedCache routes;
    private final Map<Key, Lease> leases = new LinkedHashMap<>();
    private volatile boolean none = true;

    Leases(RoutedCache routes) {
        this.routes = routes;
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
            leases.put(key, fresh);
            none = false;
            if (leases.size() > MOST) {
                Iterator<Lease> all = leases.values().iterator();
                all.next();
                all.remove();
            }
        }
        if (!known || !routes.owners().of(fresh.hash).equals(owner)) {
            tell();
        }
    }

    /** A client of this node sets the item. */
    void freed(Key key) {
        if (!none) {
            synchronized (leases) {
                leases.remove(key);
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
            leases.values().removeIf(lease -> lease.untilNanos - now <= 0);
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
