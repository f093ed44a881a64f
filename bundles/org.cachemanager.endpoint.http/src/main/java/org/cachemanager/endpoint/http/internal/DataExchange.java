package org.cachemanager.endpoint.http.internal;

import java.util.function.Function;
import org.cachemanager.api.Cache;
import org.cachemanager.api.Call;
import org.cachemanager.api.Failure;
import org.cachemanager.api.Namespace;
import org.cachemanager.api.PeerMark;
import org.cachemanager.api.Reply;
import org.cachemanager.api.encryption.Namespaces;
import org.cachemanager.api.peer.PeerService;
import org.cachemanager.protocol.BodyPieces;
import org.cachemanager.protocol.ProtocolException;
import org.cachemanager.protocol.Text;
import org.jspecify.annotations.Nullable;

/** An exchange that works on an item: reads its body, has its namespace opened, then calls the cache. */
abstract class DataExchange extends Exchange implements Upload.Receiver {

    /**
     * The services that a call keeps to from its begin to its end.
     *
     * @param cache serves it
     * @param namespaces lets it in
     * @param peers serves what peers alone may ask; null when nobody does
     */
    record Backend(
            Cache cache, Namespaces namespaces, @Nullable PeerService peers) {}

    /** A call that began when tokens were required is never let in as a plain one. */
    private static final Failure KEYS_GONE = new Failure(
            Failure.Reason.UNAVAILABLE, "The node's keys were taken away while the call was read; call again.");

    private static final Failure NO_PEER = new Failure(
            Failure.Reason.REFUSED,
            "A field peer is believed on loopback or with a node's certificate, where no tokens are required; a peer of"
                    + " a node with keys sends a token.");

    private static final Failure NO_CLUSTER =
            new Failure(Failure.Reason.UNAVAILABLE, "The cache of this node takes no part in a cluster.");

    final Cache cache;
    private final Namespaces namespaces;
    private final @Nullable PeerService peers;
    private @Nullable Upload upload;
    private boolean read;
    private final boolean tokensRequired;
    private @Nullable PeerMark peer;

    DataExchange(Incoming incoming, Backend backend, Upload.Bounds bounds) {
        super(incoming);
        this.cache = backend.cache;
        this.namespaces = backend.namespaces;
        this.peers = backend.peers;
        this.tokensRequired = namespaces.requiresTokens();
        this.upload = new Upload(this, cache, bounds);
    }

    final void begin() {
        Upload begun = upload;
        if (begun != null) {
            attempt(begun::begin);
        }
    }

    /** Goes on in the namespace that the client may use. */
    abstract void opened(Namespace namespace);

    /**
     * Asks for the namespace.
     *
     * @param passedOnBy the mark of the node that says that it passes the call on; null if a client calls
     */
    final void open(Text namespace, @Nullable PeerMark passedOnBy) {
        if (passedOnBy != null && (tokensRequired || !Caller.mayBePeer(request))) {
            refuse(NO_PEER);
            return;
        }
        peer = passedOnBy;
        ask(() -> namespaces.open(namespace.buffer(), namespace.offset(), namespace.length(), new Opening()));
    }

    /** Has a peer served; refuses everybody else. */
    final void asPeer(Namespace namespace, Function<PeerService, Call> serving) {
        PeerService service = peers;
        if (!isOfPeer(namespace)) {
            return;
        }
        if (service == null) {
            refuse(NO_CLUSTER);
        } else {
            ask(() -> serving.apply(service));
        }
    }

    /** Whether a node calls; everybody else is refused. */
    final boolean isOfPeer(Namespace namespace) {
        if (namespace.peer() == null) {
            refuse(NO_PEER);
            return false;
        }
        return true;
    }

    /** Takes the opened namespace. */
    private final class Opening implements Reply<Namespace> {

        @Override
        public void completed(Namespace namespace) {
            proceed(() -> {
                if (isGone()) {
                    abort(null);
                } else if (tokensRequired && !namespaces.requiresTokens()) {
                    refuse(KEYS_GONE);
                } else {
                    opened(peer == null ? namespace : Namespace.ofPeer(namespace.name(), peer));
                }
            });
        }

        @Override
        public void failed(Failure failure) {
            proceed(() -> refuse(failure));
        }
    }

    @Override
    final boolean isRead() {
        return read || (upload != null && upload.isComplete());
    }

    @Override
    final void free() {
        Upload done = upload;
        if (done != null) {
            read = done.isComplete();
            upload = null;
            done.free();
        }
    }

    @Override
    public abstract void arrived(byte[] body, int offset, int length) throws ProtocolException;

    @Override
    public abstract void arrived(BodyPieces body) throws ProtocolException;
}
