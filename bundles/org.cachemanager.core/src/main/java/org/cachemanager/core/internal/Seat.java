package org.cachemanager.core.internal;

import java.util.Set;
import java.util.function.Consumer;
import org.cachemanager.api.peer.PeerAddress;
import org.cachemanager.api.registry.Registry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's place in the registry in force. When another client comes into force the members stay as they are until
 * it reports. Its lock guards which one that is; no client is called under it.
 */
final class Seat {

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.core");

    private final Consumer<Set<PeerAddress>> members;
    private @Nullable Registry registry;
    private Registry.@Nullable Membership membership;
    private boolean closed;

    /** @param members told whom the client in force reports */
    Seat(Consumer<Set<PeerAddress>> members) {
        this.members = members;
    }

    /** Puts a client in force. One thread at a time. */
    void use(Registry next) {
        Registry.Membership left;
        synchronized (this) {
            if (closed || next == registry) {
                return;
            }
            registry = next;
            left = membership;
            membership = null;
        }
        leave(left);
        Registry.Membership joined = next.join(reported -> {
            if (isInForce(next)) {
                members.accept(reported);
            }
        });
        synchronized (this) {
            if (!closed) {
                membership = joined;
                return;
            }
        }
        leave(joined);
    }

    private synchronized boolean isInForce(Registry one) {
        return registry == one && !closed;
    }

    void close() {
        Registry.Membership left;
        synchronized (this) {
            closed = true;
            left = membership;
            membership = null;
        }
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
