package org.cachemanager.core.internal;

import java.util.UUID;
import org.cachemanager.api.Key;
import org.cachemanager.api.PeerMark;
import org.jspecify.annotations.Nullable;

/**
 * Who asks.
 *
 * @param peer the node that has passed the call on; null for a client
 * @param routed whether the call goes on by itself when its key belongs elsewhere
 * @param anyway whether it is served though this node does not own the key
 */
record Caller(@Nullable UUID peer, boolean routed, boolean anyway) {

    /** A client of this node that asks for what this node owns. */
    static final Caller CLIENT = new Caller(null, false, false);

    /** A call that is routed, or of a peer. */
    static Caller of(Key key, boolean anyway) {
        PeerMark mark = key.peer();
        return new Caller(mark == null ? null : mark.ref(), true, anyway);
    }

    boolean isClient() {
        return !routed;
    }
}
