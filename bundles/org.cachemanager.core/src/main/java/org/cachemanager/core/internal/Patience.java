package org.cachemanager.core.internal;

import java.time.Duration;
import org.cachemanager.api.host.Time;

/** How long calls in a cluster may take, and may be parked: parts of {@code peer_connection_timeout}. Any thread. */
final class Patience {

    /** What a peer may take for each byte of an item that is sent to it: a megabyte a second. */
    static final long NANOS_PER_BYTE = 1000;

    /** A part of the timeout: so soon a call is tried again at a node that does not serve its key yet. */
    private static final int AGAIN = 20;

    /**
     * Of the timeout, for how long a call that belongs elsewhere, as this node sees it, is not served here. The peer
     * that passed it on has missed the other node for half of the timeout: this one has to miss it, too, before that
     * time is over, or else must have heard from it.
     */
    private static final double DISPUTED = 0.35;

    /** How many attempts at a node that does not answer the timeout has room for, before it is marked down. */
    private static final int ATTEMPTS = 2;

    /** How long a call that does not wait may be parked: so many timeouts, and no less than that. */
    private static final int TIMEOUTS = 4;

    private static final Duration LEAST = Duration.ofSeconds(25);

    private final Time time;
    private final Peers peers;

    Patience(Time time, Peers peers) {
        this.time = time;
        this.peers = peers;
    }

    private long timeoutNanos() {
        return peers.timeout().toNanos();
    }

    /** How long an attempt at another node may take. */
    long attemptNanos() {
        return timeoutNanos() / ATTEMPTS;
    }

    /** Until when a node may take to answer a call that does not wait, to which so much is sent. */
    long untilNanos(long bytes) {
        return time.nanos() + attemptNanos() + bytes * NANOS_PER_BYTE;
    }

    /** When a call is tried again that is refused now. */
    long againNanos() {
        return time.nanos() + timeoutNanos() / AGAIN;
    }

    /** When a call may be served here that, as this node sees it, belongs elsewhere. */
    long disputedNanos() {
        return time.nanos() + (long) (timeoutNanos() * DISPUTED);
    }

    /**
     * How long a call that does not wait may be parked in all. One of a peer, not as long as the peer waits for it: it
     * is told to come again.
     */
    long parkedNanos(boolean ofPeer) {
        long whole = timeoutNanos();
        return ofPeer ? whole * 3 / 8 : Math.max(LEAST.toNanos(), TIMEOUTS * whole);
    }
}
