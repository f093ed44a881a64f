package org.cachemanager.core.internal;

import java.util.Set;
import org.cachemanager.api.peer.PeerAddress;
import org.cachemanager.api.registry.Registry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's place in the registry in force. When another client comes into force the members stay as they are until
 * it reports. As long as this node knows of no others its first report is waited for, until the timeout at the most.
 * Its lock guards which one that is; no client is called under it.
 */
final class Seat extends Deadlines.Deadline {

    /** The client where there is none: it reports nobody, ever. */
    static final Registry NONE = members -> () -> {};

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.core");

    private final Peers peers;
    private @Nullable Registry registry;
    private Registry.@Nullable Membership membership;
    private boolean awaits;
    private boolean closed;

    /** @param peers told whom the client in force reports */
    Seat(Peers peers) {
        this.peers = peers;
    }

    /** Puts a client in force. One thread at a time. */
    void use(Registry next) {
        Registry.Membership left;
        synchronized (this) {
            if (closed || next == registry) {
                return;
            }
            registry = next;
            awaits = next != NONE && !peers.isCluster();
            left = membership;
            membership = null;
        }
        leave(left);
        if (joined(join(next)) && awaits()) {
            peers.deadlines.set(this, peers.time.nanos() + peers.timeout().toNanos());
            peers.publish();
        }
    }

    /** Joins, or may try again. */
    private Registry.Membership join(Registry next) {
        boolean joins = false;
        try {
            Registry.Membership joined = next.join(reported -> report(next, reported));
            joins = true;
            return joined;
        } finally {
            if (!joins) {
                quit();
            }
        }
    }

    private synchronized void quit() {
        registry = null;
        awaits = false;
    }

    /** Whether this node has joined, and not ended meanwhile. */
    private boolean joined(Registry.Membership joined) {
        synchronized (this) {
            if (!closed) {
                membership = joined;
                return true;
            }
        }
        leave(joined);
        return false;
    }

    private void report(Registry by, Set<PeerAddress> reported) {
        synchronized (this) {
            awaits &= !isInForce(by);
        }
        peers.members(reported, () -> isInForce(by));
    }

    private synchronized boolean isInForce(Registry one) {
        return registry == one && !closed;
    }

    /** Whether the client in force has not reported yet, and may tell this node soon of the first others. */
    synchronized boolean awaits() {
        return awaits;
    }

    /** The registry is away: it is not waited for any longer. */
    @Override
    void reached() {
        synchronized (this) {
            awaits = false;
        }
        peers.publish();
    }

    void close() {
        Registry.Membership left;
        synchronized (this) {
            closed = true;
            awaits = false;
            left = membership;
            membership = null;
        }
        peers.deadlines.cancel(this);
        leave(left);
    }

    private static void leave(Registry.@Nullable Membership membership) {
        try {
            if (membership != null) {
                membership.leave();
            }
        } catch (RuntimeException | LinkageError e) {
            LOG.error("The registry client threw when it was left.", e);
        }
    }
}
