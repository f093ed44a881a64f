package org.cachemanager.core.internal;

import java.util.LinkedHashSet;
import java.util.Set;

/** The leases of an owner's keys, and how many of them it does not know of. Under the lock of {@link Leases}. */
final class LeaseAccount {

    final Owners.Node owner;
    final Set<Leases.Lease> all = new LinkedHashSet<>();

    /** The stamp at which the owner began with nothing. */
    long begun;

    int owed;

    LeaseAccount(Owners.Node owner) {
        this.owner = owner;
    }

    boolean isKnown(Leases.Lease lease) {
        return owner.ref().equals(lease.knownTo) && begun == lease.knownBegun;
    }

    void leave(Leases.Lease lease) {
        if (all.remove(lease) && lease.owed) {
            owed--;
        }
    }
}
