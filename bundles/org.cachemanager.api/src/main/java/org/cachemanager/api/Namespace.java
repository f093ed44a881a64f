package org.cachemanager.api;

import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A namespace after decoding: its plain name, and the peer that vouches for the call, if one does.
 *
 * <p>The name is kept in canonical form: UTF-8, with lone surrogates as three bytes each, so that two names are equal
 * exactly when their UTF-16 code units are. Immutable; the array is not copied and must not be changed.
 */
public final class Namespace {

    private final byte[] name;
    private final @Nullable UUID peer;

    private Namespace(byte[] name, @Nullable UUID peer) {
        this.name = Objects.requireNonNull(name);
        this.peer = peer;
    }

    /** A namespace that a client named. */
    public static Namespace of(byte[] name) {
        return new Namespace(name, null);
    }

    /** A namespace in a call that the node {@code peer} has passed on: it is served where it lands. */
    public static Namespace ofPeer(byte[] name, UUID peer) {
        return new Namespace(name, peer);
    }

    /** The canonical bytes of the name; do not change them. */
    public byte[] name() {
        return name;
    }

    /** The ref of the node that passed the call on, or null when it came from a client. */
    public @Nullable UUID peer() {
        return peer;
    }
}
