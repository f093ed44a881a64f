package org.cachemanager.api.registry;

import java.util.Set;
import java.util.function.Consumer;
import org.cachemanager.api.peer.PeerAddress;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Announces this node, and reports the members of the cluster.
 *
 * <p>A service with the property {@value #NAME}, configured with what it needs to reach its registry and with the
 * address to announce. Any thread may call it; no method blocks.
 */
@ConsumerType
public interface Registry {

    /** The service property that names a registry client, such as {@code fixed}. */
    String NAME = "cachemanager.registry.name";

    /**
     * Begins to announce this node, and to report. While the registry is away the members stay as they were last
     * reported, nothing is reported, and it is tried again and again.
     *
     * @param members takes every member that is known now, this node among them or not, whenever that changes; called
     *     by one thread at a time, before this returns or later, under no lock; it does not block
     * @return ends both; what this node has announced is withdrawn, if the registry can be reached
     */
    Membership join(Consumer<Set<PeerAddress>> members);

    /** A node's place in the registry. */
    @ConsumerType
    @FunctionalInterface
    interface Membership {

        /** Ends it: nothing more is reported after the return, but for a report under way. Does not block. */
        void leave();
    }
}
