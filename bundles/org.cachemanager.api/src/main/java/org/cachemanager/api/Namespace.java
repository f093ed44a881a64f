package org.cachemanager.api;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A namespace after decoding: its plain name, and the peer that vouches for the call, if one does.
 *
 * <p>The name is kept in canonical form: UTF-8, with lone surrogates as three bytes each, so that two names are equal
 * exactly when their UTF-16 code units are. Immutable; the array is not copied and must not be changed.
 */
public final class Namespace {

    private final byte[] name;
    private final @Nullable PeerMark peer;

    private Namespace(byte[] name, @Nullable PeerMark peer) {
        this.name = Objects.requireNonNull(name);
        this.peer = peer;
    }

    /** A namespace that a client named. */
    public static Namespace of(byte[] name) {
        return new Namespace(name, null);
    }

    /** A namespace in a call that a node has passed on, with its mark: it is served where it lands. */
    public static Namespace ofPeer(byte[] name, PeerMark peer) {
        return new Namespace(name, peer);
    }

    /** The canonical bytes of the name; do not change them. */
    public byte[] name() {
        return name;
    }

    /** The mark of the node that passed the call on, or null when it came from a client. */
    public @Nullable PeerMark peer() {
        return peer;
    }
}
