package org.cachemanager.core.internal;

import java.time.Duration;
import java.util.UUID;
import org.cachemanager.api.Call;
import org.cachemanager.api.Data;
import org.cachemanager.api.GetReply;
import org.cachemanager.api.Reply;
import org.cachemanager.api.peer.Greeting;
import org.cachemanager.api.peer.PeerAddress;
import org.cachemanager.api.peer.PeerCall;
import org.cachemanager.api.peer.PeerTransport;
import org.cachemanager.api.peer.Version;

/** In force where no bundle offers a transport: as if every peer were down. */
final class NoTransport implements PeerTransport {

    @Override
    public Call probe(PeerAddress peer, Reply<UUID> reply) {
        Replies.failed(reply, Peers.NO_WAY);
        return Call.ANSWERED;
    }

    @Override
    public Call get(PeerCall call, Duration maxWait, GetReply reply) {
        Replies.failed(reply, Peers.NO_WAY);
        return Call.ANSWERED;
    }

    @Override
    public Call set(PeerCall call, Data data, long ttlSeconds, Reply<Integer> reply) {
        Replies.failed(reply, Peers.NO_WAY);
        return Call.ANSWERED;
    }

    @Override
    public Call delete(PeerCall call, Reply<Boolean> reply) {
        Replies.failed(reply, Peers.NO_WAY);
        return Call.ANSWERED;
    }

    @Override
    public Call greet(PeerCall call, Greeting greeting, Reply<Greeting> reply) {
        Replies.failed(reply, Peers.NO_WAY);
        return Call.ANSWERED;
    }

    @Override
    public Call claim(PeerCall call, Duration lease, Reply<Boolean> reply) {
        Replies.failed(reply, Peers.NO_WAY);
        return Call.ANSWERED;
    }

    @Override
    public Call give(PeerCall call, Data data, Version version, Reply<Boolean> reply) {
        Replies.failed(reply, Peers.NO_WAY);
        return Call.ANSWERED;
    }
}
