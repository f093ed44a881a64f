package org.cachemanager.core.internal;

import java.util.UUID;
import java.util.function.Consumer;
import org.cachemanager.api.Call;
import org.cachemanager.api.Failure;
import org.cachemanager.api.Key;

/** Who is told of changes, and asked for what only it can do; called under no lock. */
interface PeersWatcher {

    /** Other nodes are up than before, or this node may serve more or less than before. */
    void changed();

    /**
     * When a peer had begun with nothing, if it knows since, as one of these owners, all that it must to give the locks
     * of its keys; else 0.
     */
    long informedSince(UUID peer, Owners owners);

    /** A peer refuses this node. Tells whether it may let it in the next time, as there is another key to try. */
    boolean refused(UUID peer);

    /** Has a peer called; what can't be sent is refused at once. */
    Call passOn(Owners.Node peer, Key key, Courier.Carrying carrying, Consumer<Failure> refused);
}
