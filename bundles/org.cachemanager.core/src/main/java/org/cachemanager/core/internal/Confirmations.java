package org.cachemanager.core.internal;

import java.util.Map;
import java.util.UUID;
import org.cachemanager.api.host.Time;

/**
 * How long this node may serve without hearing from its peers that it is up there: for 0.8 of the timeout after the
 * oldest of their last words. Changed under the lock of {@link Tenure}, read by any thread.
 */
final class Confirmations {

    /** Of the timeout, how long a confirmation lasts. */
    private static final double LASTS = 0.8;

    private final Time time;
    private volatile long lastsNanos;
    private volatile long confirmedNanos;
    private volatile long awakeNanos;
    private volatile boolean clustered;

    Confirmations(Time time) {
        this.time = time;
    }

    void configure(long timeoutNanos) {
        lastsNanos = (long) (timeoutNanos * LASTS);
    }

    /** This node is awake: if it may have peers, it serves as the only one that is up for a while from now. */
    void awake(boolean cluster) {
        awakeNanos = time.nanos() + lastsNanos;
        clustered = cluster;
    }

    /** Whether every peer that is up has confirmed of late that it regards this node as up. */
    boolean hold(View now) {
        boolean alone = now.owners().isAlone();
        if (alone && !clustered) {
            return true;
        }
        return (alone ? awakeNanos : confirmedNanos) - time.nanos() > 0;
    }

    /** What has been confirmed since then still holds. */
    long oldestNanos() {
        return time.nanos() - lastsNanos;
    }

    /** Whether the last confirmation of a peer still holds. */
    boolean isFresh(Peering peering) {
        return peering.confirmedNanos - oldestNanos() > 0;
    }

    /** Works out how long the confirmations of the peers that are up hold. */
    void renew(View view, Map<UUID, Peering> peerings) {
        long now = time.nanos();
        long least = now + 2 * lastsNanos;
        for (Owners.Node node : view.owners().nodes()) {
            Peering peering = node.isHere() ? null : peerings.get(node.ref());
            if (peering != null) {
                long until = peering.confirmed ? peering.confirmedNanos + lastsNanos : now;
                least = until - least < 0 ? until : least;
            }
        }
        confirmedNanos = least;
    }
}
