package org.cachemanager.core.internal;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.cachemanager.api.Call;
import org.cachemanager.api.Failure;
import org.cachemanager.api.Key;
import org.cachemanager.api.Reply;
import org.jspecify.annotations.Nullable;

/**
 * The locks that this node's clients hold, whoever gave them: told to the owner of their keys, which gives none before
 * it knows. An owner knows of those that it gave, or was told of, as long as it stays the owner and has not begun anew
 * with nothing.
 *
 * <p>Its own lock guards them; no call is made under it.
 */
final class Leases {

    /** Of the limit, the share that they may take, and what they may in any case; then the oldest are forgotten. */
    private static final int SHARE = 32;

    private static final int LEAST_BYTES = 64 * 1024;

    /** What a lease takes besides its key, generously. */
    private static final int LEASE_BYTES = 300;

    /** So many owners are being told at a time. */
    private static final int MOST_UNDER_WAY = 16;

    private static final int AGAIN = 20;

    private final RoutedCache routes;
    private final Room room;
    private final Map<Stripe.LockName, Lease> leases = new LinkedHashMap<>();
    private final Map<UUID, LeaseAccount> accounts = new HashMap<>();
    private final Deque<Lease> waiting = new ArrayDeque<>();

    private final FreedLocks freed = new FreedLocks();
    private final Deadlines.Deadline again = new Deadlines.Deadline() {
        @Override
        void reached() {
            tell();
        }
    };

    private Owners accountsOf;
    private int underWay;
    private long bytes;
    private volatile boolean none = true;

    Leases(RoutedCache routes, Room room) {
        this.routes = routes;
        this.room = room;
        this.accountsOf = routes.owners();
    }

    /** A lock of a client. */
    final class Lease {
        private final Key key;
        private final Stripe.LockName name;
        private final long hash;
        private final long givenNanos = routes.time.nanos();
        private final long untilNanos;
        UUID knownTo;
        long knownBegun;
        boolean owed;
        private @Nullable LeaseAccount account;
        private @Nullable Claim claim;

        private Lease(Key key, long untilNanos, UUID knownTo, long knownBegun) {
            this.key = key;
            this.name = routes.local.lockName(key);
            this.hash = Owners.hash(key.bytes());
            this.untilNanos = untilNanos;
            this.knownTo = knownTo;
            this.knownBegun = knownBegun;
        }

        private boolean isOver(long now) {
            return untilNanos - now <= 0;
        }

        private long weight() {
            return (long) LEASE_BYTES + key.bytes().length;
        }
    }

    /** An owner is being told of a lease. */
    private final class Claim extends Deadlines.Deadline implements Reply<Boolean> {
        private final Lease lease;
        private final Owners.Node owner;
        private final long begun;

        /** Null as long as it is not known. */
        private volatile @Nullable Call call;

        Claim(Lease lease, LeaseAccount account) {
            this.lease = lease;
            this.owner = account.owner;
            this.begun = account.begun;
        }

        /** Whether it was told in this call, so that another one can be. */
        boolean send() {
            long now = routes.time.nanos();
            if (lease.isOver(now)) {
                end(this, true); // there is nothing to know of it
                return true;
            }
            Duration rest = Duration.ofNanos(lease.untilNanos - now);
            if (owner.isHere()) {
                routes.local.claim(lease.key, rest);
                end(this, true);
                return true;
            }
            routes.until(this, routes.patience.untilNanos(0));
            call = routes.courier.passOn(owner, lease.key, (with, to) -> with.claim(to, rest, this), this::failed);
            return false;
        }

        @Override
        public void completed(Boolean result) {
            end(this, true);
            tell();
        }

        @Override
        public void failed(Failure failure) {
            end(this, false);
        }

        @Override
        void reached() {
            Call sent = call;
            if (sent == null) {
                routes.until(this, routes.patience.againNanos());
            } else if (sent.cancel()) {
                end(this, false);
            }
        }
    }

    /**
     * A client is about to be given a lock.
     *
     * @param giver the node that gave it
     * @param begun when that node had begun with nothing; 0 if it does not know that it is for so long
     */
    Lease given(Key key, Duration lease, UUID giver, long begun) {
        Lease fresh = new Lease(Key.ofBytes(key.bytes()), routes.time.nanos() + lease.toNanos(), giver, begun);
        boolean owed;
        synchronized (leases) {
            account();
            removed(leases.remove(fresh.name));
            leases.put(fresh.name, fresh);
            bytes += fresh.weight();
            none = false;
            enter(fresh);
            forget(routes.time.nanos());
            owed = fresh.owed;
        }
        if (owed) {
            tell();
        }
        return fresh;
    }

    /** That lock was not given after all. */
    void forget(Lease lease) {
        synchronized (leases) {
            if (leases.remove(lease.name, lease)) {
                removed(lease);
            }
        }
    }

    /** Forgets the oldest that are over, or too many. Under the lock. */
    private void forget(long now) {
        Iterator<Lease> all = leases.values().iterator();
        while (all.hasNext()) {
            Lease oldest = all.next();
            if (!oldest.isOver(now) && bytes <= Math.max(LEAST_BYTES, room.heapLimit() / SHARE)) {
                return;
            }
            all.remove();
            removed(oldest);
        }
    }

    private void removed(@Nullable Lease lease) {
        if (lease != null) {
            bytes -= lease.weight();
            none = leases.isEmpty();
            leave(lease);
        }
    }

    private static void leave(Lease lease) {
        if (lease.account != null) {
            lease.account.leave(lease);
        }
        lease.owed = false;
        lease.account = null;
    }

    /** Enters a lease in the account of its key's owner. Under the lock. */
    private void enter(Lease lease) {
        Owners.Node owner = accountsOf.of(lease.hash);
        LeaseAccount account = accounts.computeIfAbsent(owner.ref(), ref -> new LeaseAccount(owner));
        if (account.all.isEmpty()) {
            account.begun = routes.begunOf(owner.ref());
        }
        account.all.add(lease);
        lease.account = account;
        if (!owner.ref().equals(lease.knownTo)) {
            lease.knownBegun = 0; // should the key come back to that one, it may have forgotten
        }
        owe(lease, account);
    }

    private void owe(Lease lease, LeaseAccount account) {
        lease.owed = !account.isKnown(lease);
        if (lease.owed) {
            account.owed++;
            waiting.add(lease);
        }
    }

    /** Makes the accounts those of the present owners, as they have begun. Under the lock. */
    private void account() {
        Owners owners = routes.owners();
        if (accountsOf != owners) {
            accountsOf = owners;
            accounts.clear();
            waiting.clear();
            leases.values().forEach(this::enter);
            return;
        }
        for (LeaseAccount account : accounts.values()) {
            long begun = routes.begunOf(account.owner.ref());
            if (begun != account.begun) {
                account.begun = begun;
                account.owed = 0;
                account.all.forEach(lease -> owe(lease, account));
            }
        }
    }

    /**
     * The item of a lock is there, as its owner says; the answer that gave the lock may still be on its way. One that
     * was given just now may be another, and stays: better a lock that is told in vain than one that is not.
     */
    void free(Key key) {
        Stripe.LockName name = routes.local.lockName(key);
        long now = routes.time.nanos();
        synchronized (leases) {
            Lease lease = leases.get(name);
            if (lease != null && now - lease.givenNanos > FreedLocks.NEAR_NANOS) {
                leases.remove(name);
                removed(lease);
            } else if (lease == null) {
                freed.heard(name, now);
            }
        }
    }

    /** Whether the owner of a key has said, just after somebody here was to ask for its lock, that it is free. */
    boolean isFreedSince(Key key, long askedNanos) {
        synchronized (leases) {
            return freed.isFreedSince(routes.local.lockName(key), askedNanos, routes.time.nanos());
        }
    }

    /** Has a client's set free the lock that it has, once the item is there. */
    Reply<Integer> freeing(Key key, Reply<Integer> reply) {
        return new Reply<>() {
            @Override
            public void completed(Integer result) {
                synchronized (leases) {
                    removed(leases.remove(routes.local.lockName(key)));
                }
                Replies.completed(reply, result);
            }

            @Override
            public void failed(Failure failure) {
                Replies.failed(reply, failure);
            }
        };
    }

    /**
     * When a peer had begun with nothing, if it knows, as one of these owners, of all the leases of its keys; else 0.
     */
    long knownSince(UUID peer, Owners owners) {
        long begun = routes.begunOf(peer);
        if (none) {
            return begun;
        }
        synchronized (leases) {
            forget(routes.time.nanos());
            account();
            if (!waiting.isEmpty()) {
                routes.until(again, routes.time.nanos());
            }
            LeaseAccount account = accounts.get(peer);
            boolean known = account == null || (account.owed == 0 && account.begun == begun);
            return accountsOf == owners && known ? begun : 0;
        }
    }

    /** Tells owners of leases that they don't know of, some at a time. */
    void tell() {
        boolean more = !none;
        while (more) {
            more = false;
            for (Claim claim : claims()) {
                more |= claim.send();
            }
        }
    }

    private List<Claim> claims() {
        List<Claim> claims = new ArrayList<>();
        synchronized (leases) {
            forget(routes.time.nanos());
            account();
            while (underWay < MOST_UNDER_WAY && !waiting.isEmpty()) {
                Lease lease = waiting.remove();
                LeaseAccount account = lease.account;
                Claim before = lease.claim;
                boolean isTold = account != null
                        && before != null
                        && before.owner.equals(account.owner)
                        && before.begun == account.begun;
                if (account != null && lease.owed && !isTold) {
                    lease.claim = new Claim(lease, account);
                    claims.add(lease.claim);
                    underWay++;
                }
            }
        }
        return claims;
    }

    private void end(Claim claim, boolean knows) {
        boolean all;
        synchronized (leases) {
            underWay--;
            Lease lease = claim.lease;
            if (lease.claim == claim) {
                lease.claim = null;
                if (knows) {
                    lease.knownTo = claim.owner.ref();
                    lease.knownBegun = claim.begun;
                }
            }
            all = settle(lease);
        }
        routes.ended(claim);
        if (!knows) {
            routes.until(again, routes.time.nanos() + routes.peers.timeout().toNanos() / AGAIN);
        }
        if (all && !claim.owner.isHere()) {
            routes.peers.greet(claim.owner.ref());
        }
    }

    /** Looks whether a lease is still owed; whether that was the last that is owed to its owner. Under the lock. */
    private boolean settle(Lease lease) {
        LeaseAccount account = lease.account;
        if (account == null || !lease.owed) {
            return false;
        }
        if (!account.isKnown(lease)) {
            waiting.add(lease);
            return false;
        }
        lease.owed = false;
        account.owed--;
        return account.owed == 0;
    }
}
