package org.cachemanager.core.internal;

import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import org.cachemanager.api.Call;
import org.cachemanager.api.Data;
import org.cachemanager.api.Failure;
import org.cachemanager.api.GetReply;
import org.cachemanager.api.Key;
import org.cachemanager.api.Namespace;
import org.cachemanager.api.PeerMark;
import org.cachemanager.api.Reply;
import org.cachemanager.api.peer.Greeting;
import org.cachemanager.api.peer.PeerAddress;
import org.cachemanager.api.peer.PeerCall;
import org.cachemanager.api.peer.PeerTransport;
import org.cachemanager.api.peer.Version;

/** Carries the calls of one node of a simulation, and looks whether each is one of its own clients. */
final class SimulatedWire implements PeerTransport {

    private static final Failure NOBODY = new Failure(Failure.Reason.NOBODY, "Nobody has that address.");
    private static final Failure REFUSED = new Failure(Failure.Reason.REFUSED, "The keys differ.");

    private final SimulatedNetwork network;
    private final SimulatedNode from;

    SimulatedWire(SimulatedNetwork network, SimulatedNode from) {
        this.network = network;
        this.from = from;
    }

    private Key key(PeerCall call) {
        Namespace namespace = call.namespace();
        PeerMark mark = Objects.requireNonNull(namespace.peer());
        return Key.of(
                Namespace.ofPeer(namespace.name(), new PeerMark(from.ref, mark.epoch())),
                call.key().toByteArray());
    }

    private Call carry(PeerAddress peer, Consumer<Failure> refused, SimulatedCall.Arrival arrival) {
        SimulatedNode to = network.at(peer);
        SimulatedCall call =
                new SimulatedCall(network, new SimulatedNetwork.Link(from, to == null ? from : to), refused);
        if (to == null) {
            call.refuse(NOBODY);
        } else {
            if (!to.address.equals(peer) && !network.wasAt(peer, to)) {
                network.history.haunted(from); // who waits there may be forgotten, and nobody knows
            }
            network.send(call, arrival);
        }
        return call;
    }

    /** As {@link #carry}, to who may not accept who calls. */
    private Call carrySealed(PeerAddress peer, Consumer<Failure> refused, SimulatedCall.Arrival arrival) {
        return carry(peer, refused, (to, sent) -> {
            if (network.isRefused(new SimulatedNetwork.Link(from, to))) {
                sent.answer(() -> refused.accept(REFUSED));
                return Call.ANSWERED;
            }
            return arrival.at(to, sent);
        });
    }

    @Override
    public Call probe(PeerAddress peer, Reply<UUID> reply) {
        return carry(peer, reply::failed, (to, sent) -> {
            UUID ref = to.ref;
            sent.answer(() -> reply.completed(ref));
            return Call.ANSWERED;
        });
    }

    @Override
    public Call get(PeerCall call, Duration maxWait, GetReply reply) {
        String key = History.text(call.key());
        long nanos = maxWait.toNanos();
        network.history.looksElsewhere(from, key, nanos, network.time.nanos());
        return carrySealed(call.peer(), reply::failed, (to, sent) -> to.core
                .cache()
                .get(key(call), maxWait, sent.answering(key, nanos, reply)));
    }

    @Override
    public Call set(PeerCall call, Data data, long ttlSeconds, Reply<Integer> reply) {
        network.history.changesElsewhere(from, History.Kind.SET, History.text(call.key()), History.value(data));
        return carrySealed(call.peer(), reply::failed, (to, sent) -> to.core
                .cache()
                .set(key(call), data, ttlSeconds, sent.answering(reply)));
    }

    @Override
    public Call delete(PeerCall call, Reply<Boolean> reply) {
        network.history.changesElsewhere(from, History.Kind.DELETE, History.text(call.key()), "");
        return carrySealed(
                call.peer(), reply::failed, (to, sent) -> to.core.cache().delete(key(call), sent.answering(reply)));
    }

    @Override
    public Call greet(PeerCall call, Greeting greeting, Reply<Greeting> reply) {
        UUID ref = from.ref;
        return carrySealed(call.peer(), reply::failed, (to, sent) -> {
            Greeting answer = to.core.peerService().greeted(ref, greeting);
            sent.answer(() -> reply.completed(answer));
            return Call.ANSWERED;
        });
    }

    @Override
    public Call claim(PeerCall call, Duration lease, Reply<Boolean> reply) {
        long made = network.time.nanos();
        return carrySealed(call.peer(), reply::failed, (to, sent) -> {
            long now = network.time.nanos();
            if (now - made > History.MOST_DELAY) {
                // the lock lapses so much later than its holder believes
                network.history.granted(History.text(call.key()), now, now + lease.toNanos() + History.MOST_DELAY);
            }
            return to.core.peerService().claim(key(call), lease, sent.answering(reply));
        });
    }

    @Override
    public Call give(PeerCall call, Data data, Version version, Reply<Boolean> reply) {
        return carrySealed(call.peer(), reply::failed, (to, sent) -> to.core
                .peerService()
                .take(key(call), data, version, sent.answering(reply)));
    }
}
