package org.cachemanager.core.internal;

import java.util.UUID;
import org.cachemanager.api.Failure;
import org.cachemanager.api.peer.PeerAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an operator is told of a member: each thing once, until it changes. Told under no lock. */
final class PeerNews {

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.core");

    static final Failure SILENT = new Failure(
            Failure.Reason.UNAVAILABLE, "It has not answered whether it is there within the time for that.");

    static final Failure RESTARTED =
            new Failure(Failure.Reason.NOBODY, "It has been started anew, or there are two nodes behind one address.");
    static final Failure ANOTHER = new Failure(
            Failure.Reason.UNAVAILABLE,
            "Another node answers there than has told its ref; each needs its own address.");
    static final Failure DENIED = new Failure(
            Failure.Reason.UNAVAILABLE,
            "It answers, but this node is not up there: it can't reach this one, or does not know it. Check the address"
                    + " that this node announces, and the registry or peer_nodes of both.");

    private final Peers peers;
    private final PeerAddress address;
    final long listedSeconds;
    private final long listedNanos;
    private volatile String told = "";
    private volatile @Nullable PeerAddress from;

    PeerNews(Peers peers, PeerAddress address) {
        this.peers = peers;
        this.address = address;
        this.listedNanos = peers.time.nanos();
        this.listedSeconds = Math.floorDiv(peers.time.epochMillis(), 1000L);
    }

    void up(@Nullable UUID ref) {
        told = "";
        LOG.info("Peer {} at {} is up.", ref, address);
    }

    /** A node was up at that address before; under the lock, so that nothing is told yet. */
    void from(PeerAddress address) {
        from = address;
    }

    void moved(@Nullable UUID ref) {
        PeerAddress before = from;
        if (before != null) {
            from = null;
            told = "";
            LOG.info("Peer {} has moved from {} to {}.", ref, before, address);
        }
    }

    /** @param ref null if nobody was ever found there */
    void down(@Nullable UUID ref, Failure why) {
        if (ref == null) {
            notFound(why);
        } else if (!told.equals(why.message())) {
            told = why.message();
            LOG.warn("Peer {} at {} is marked down: {}", ref, address, told);
        }
    }

    /** What keeps from it may be another thing each second; nothing is told before it had time. */
    private void notFound(Failure why) {
        if (told.isEmpty()
                && peers.time.nanos() - listedNanos >= peers.timeout().toNanos()) {
            told = why.message();
            LOG.warn("No node has been found at {} yet, where it is tried again each second: {}", address, told);
        }
    }

    static void threw(Throwable e) {
        LOG.error("The peer transport threw at a probe.", e);
    }
}
