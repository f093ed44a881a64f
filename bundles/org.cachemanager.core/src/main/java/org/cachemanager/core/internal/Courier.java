package org.cachemanager.core.internal;

import java.util.function.Consumer;
import org.cachemanager.api.Call;
import org.cachemanager.api.Data;
import org.cachemanager.api.Failure;
import org.cachemanager.api.Key;
import org.cachemanager.api.Namespace;
import org.cachemanager.api.PeerMark;
import org.cachemanager.api.peer.PeerAddress;
import org.cachemanager.api.peer.PeerCall;
import org.cachemanager.api.peer.PeerTransport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands calls for peers to the transport in force, with the mark of this node. */
final class Courier {

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.core");

    private final Core core;

    Courier(Core core) {
        this.core = core;
    }

    /** Has a transport carry a call. */
    interface Carrying {
        Call carry(PeerTransport transport, PeerCall call);
    }

    /** Has a peer called; one that can't be is an answer to the call as well. */
    Call passOn(Owners.Node to, Key key, Carrying carrying, Consumer<Failure> refused) {
        int separator = key.separator();
        byte[] bytes = key.bytes();
        PeerMark mark = new PeerMark(core.ref, core.tenure.epochOf(to.ref()));
        Namespace sealed = core.gate.seal(to.ref(), bytes, separator, mark);
        PeerAddress address = to.address();
        if (sealed == null || address == null) {
            refused.accept(Peers.NO_WAY);
            return Call.ANSWERED;
        }
        Data plainKey = Data.of(bytes, separator + 1, bytes.length - separator - 1);
        try {
            return carrying.carry(core.peers.transport(), new PeerCall(address, sealed, plainKey, core.holds::hold));
        } catch (RuntimeException | LinkageError e) {
            LOG.error("The peer transport threw at a call.", e);
            refused.accept(Peers.UNREACHED);
            return Call.ANSWERED;
        }
    }
}
