package org.cachemanager.core.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.cachemanager.api.Call;
import org.cachemanager.api.Data;
import org.cachemanager.api.Failure;
import org.cachemanager.api.GetReply;
import org.cachemanager.api.Item;
import org.cachemanager.api.Key;
import org.cachemanager.api.Namespace;
import org.cachemanager.api.PeerMark;
import org.cachemanager.api.Reply;
import org.cachemanager.api.peer.Greeting;
import org.cachemanager.api.peer.PeerAddress;
import org.cachemanager.api.peer.PeerCall;
import org.cachemanager.api.peer.PeerTransport;
import org.cachemanager.api.peer.Version;

/**
 * The network between the nodes of a simulation: each message takes its own time, so that they overtake each other;
 * some are late, lost, or, as a transport does when a connection broke, sent twice; some nodes can't reach others.
 */
final class SimulatedNetwork {

    private static final long LEAST_NANOS = 100_000;
    private static final int MOST_NANOS = 4_000_000;
    private static final long RESENT_NANOS = 200_000_000;
    private static final Failure NOBODY = new Failure(Failure.Reason.NOBODY, "Nobody listens there.");
    private static final Failure BROKEN = new Failure(Failure.Reason.UNAVAILABLE, "The connection broke.");

    private final SimulatedTime time;
    private final Random random;
    private final Map<PeerAddress, SimulatedNode> nodes = new LinkedHashMap<>();
    private final List<Sent> underWay = new ArrayList<>();
    private Set<SimulatedNode> island = Set.of();
    private long lateUntilNanos;
    private double late;
    private double lost;
    private double twice;
    private boolean serving;
    private int passedOnTwice;

    SimulatedNetwork(SimulatedTime time, Random random) {
        this.time = time;
        this.random = random;
    }

    void join(SimulatedNode node) {
        nodes.put(node.address, node);
        attach(node);
    }

    /** Gives a node that has been started its transport, and tells it who there is. */
    void attach(SimulatedNode node) {
        node.core.peers.use(new Wire(node, node.life));
        node.core.peers.members(nodes.keySet());
    }

    /** How many of the messages are late by up to seconds, lost, and sent twice, from 0 to 1. */
    void disturb(double lateShare, double lostShare, double twiceShare) {
        late = lateShare;
        lost = lostShare;
        twice = twiceShare;
    }

    /** These reach each other, and the rest each other, but neither the other ones. */
    void part(Set<SimulatedNode> some) {
        island = some;
    }

    /** A node is dead: who is connected to it hears so. */
    void broke(SimulatedNode node) {
        List<Sent> broken = new ArrayList<>();
        underWay.removeIf(sent -> {
            boolean ends = sent.to == node;
            if (ends) {
                broken.add(sent);
            }
            return ends || sent.over;
        });
        for (Sent sent : broken) {
            time.after(delay(), () -> sent.from.happen(() -> sent.end(() -> sent.refused.accept(BROKEN))));
        }
    }

    /** Whether it does what it should. */
    boolean isCalm() {
        return late == 0 && lost == 0 && twice == 0 && island.isEmpty() && time.nanos() > lateUntilNanos;
    }

    /** How often a node has passed on what a peer had passed on to it. */
    int passedOnTwice() {
        return passedOnTwice;
    }

    private boolean isParted(SimulatedNode one, SimulatedNode other) {
        return island.contains(one) != island.contains(other);
    }

    private long delay() {
        long nanos = LEAST_NANOS + random.nextInt(MOST_NANOS);
        if (late > 0 && random.nextDouble() < late) {
            nanos += random.nextInt(4000) * 1_000_000L;
        }
        while (lost > 0 && random.nextDouble() < lost) {
            nanos += RESENT_NANOS; // what is lost is sent again by the network itself
        }
        if (nanos > LEAST_NANOS + MOST_NANOS) {
            lateUntilNanos = Math.max(lateUntilNanos, time.nanos() + nanos);
        }
        return nanos;
    }

    /** Carries calls of one node. */
    private final class Wire implements PeerTransport {
        private final SimulatedNode from;
        private final int life;

        Wire(SimulatedNode from, int life) {
            this.from = from;
            this.life = life;
        }

        private Key key(PeerCall call) {
            Namespace namespace = call.namespace();
            return Key.of(
                    Namespace.ofPeer(
                            namespace.name(),
                            new PeerMark(
                                    from.ref,
                                    Objects.requireNonNull(namespace.peer()).epoch())),
                    call.key().toByteArray());
        }

        private Call carry(PeerAddress peer, Consumer<Failure> refused, Arrival arrival) {
            SimulatedNode to = Objects.requireNonNull(nodes.get(peer));
            Sent sent = new Sent(this, to, refused);
            underWay.add(sent);
            if (underWay.size() > 4096) {
                underWay.removeIf(each -> each.over);
            }
            sent.deliver(arrival, twice > 0 && random.nextDouble() < twice);
            return sent;
        }

        private Call serving(Supplier<Call> service) {
            serving = true;
            Call call = service.get();
            serving = false;
            return call;
        }

        @Override
        public Call probe(PeerAddress peer, Reply<UUID> reply) {
            return carry(peer, reply::failed, (to, sent) -> {
                sent.answer(() -> reply.completed(to.ref));
                return Call.ANSWERED;
            });
        }

        @Override
        public Call get(PeerCall call, Duration maxWait, GetReply reply) {
            passedOnTwice += serving ? 1 : 0;
            return carry(
                    call.peer(),
                    reply::failed,
                    (to, sent) -> serving(() -> to.core.cache().get(key(call), maxWait, sent.answering(reply))));
        }

        @Override
        public Call set(PeerCall call, Data data, long ttlSeconds, Reply<Integer> reply) {
            passedOnTwice += serving ? 1 : 0;
            return carry(
                    call.peer(),
                    reply::failed,
                    (to, sent) ->
                            serving(() -> to.core.cache().set(key(call), data, ttlSeconds, sent.answering(reply))));
        }

        @Override
        public Call delete(PeerCall call, Reply<Boolean> reply) {
            passedOnTwice += serving ? 1 : 0;
            return carry(
                    call.peer(),
                    reply::failed,
                    (to, sent) -> serving(() -> to.core.cache().delete(key(call), sent.answering(reply))));
        }

        @Override
        public Call greet(PeerCall call, Greeting greeting, Reply<Greeting> reply) {
            return carry(call.peer(), reply::failed, (to, sent) -> {
                Greeting answer = to.core.peerService().greeted(from.ref, greeting);
                sent.answer(() -> reply.completed(answer));
                return Call.ANSWERED;
            });
        }

        @Override
        public Call claim(PeerCall call, Duration lease, Reply<Boolean> reply) {
            return carry(call.peer(), reply::failed, (to, sent) -> to.core
                    .peerService()
                    .claim(key(call), lease, sent.answering(reply)));
        }

        @Override
        public Call give(PeerCall call, Data data, Version version, Reply<Boolean> reply) {
            return carry(call.peer(), reply::failed, (to, sent) -> to.core
                    .peerService()
                    .take(key(call), data, version, sent.answering(reply)));
        }
    }

    /** What happens where a call arrives. */
    private interface Arrival {
        Call at(SimulatedNode to, Sent sent);
    }

    /** A call between two nodes. */
    private final class Sent implements Call {
        private final SimulatedNode from;
        private final SimulatedNode to;
        private final int fromLife;
        private final Consumer<Failure> refused;
        private long arrivesNanos;
        private boolean over;
        private boolean hungUp;
        private int delivery;
        private Call there = Call.ANSWERED;

        Sent(Wire wire, SimulatedNode to, Consumer<Failure> refused) {
            this.from = wire.from;
            this.fromLife = wire.life;
            this.to = to;
            this.refused = refused;
        }

        void deliver(Arrival arrival, boolean again) {
            delivery++;
            int mine = delivery;
            arrivesNanos = Math.max(arrivesNanos, time.nanos() + delay());
            atLast(arrivesNanos - time.nanos(), () -> {
                if (to.dead) {
                    time.after(delay(), () -> from.happen(() -> end(() -> refused.accept(NOBODY))));
                    return;
                }
                int life = to.life;
                to.happen(() -> {
                    if (to.life == life && mine == delivery) {
                        there = arrival.at(to, this);
                        if (hungUp) {
                            time.after(LEAST_NANOS, () -> to.happen(() -> there.cancel()));
                        }
                    }
                });
                if (again) {
                    // the connection breaks, which the other side notices, and a new one is made
                    delivery++;
                    Call broken = there;
                    to.happen(broken::cancel);
                    deliver(arrival, false);
                }
            });
        }

        /** Happens where a message arrives; while the nodes are parted it is sent again and again, as TCP does. */
        private void atLast(long delayNanos, Runnable arrival) {
            time.after(delayNanos, () -> {
                if (isParted(from, to)) {
                    lateUntilNanos = Math.max(lateUntilNanos, time.nanos() + RESENT_NANOS);
                    atLast(RESENT_NANOS, arrival);
                } else {
                    arrival.run();
                }
            });
        }

        /** Carries the answer back, unless it can't be heard any more. */
        void answer(Runnable reply) {
            int mine = delivery;
            atLast(delay(), () -> {
                if (mine == delivery) {
                    from.happen(() -> end(reply));
                }
            });
        }

        void end(Runnable reply) {
            if (!over && from.life == fromLife) {
                over = true;
                reply.run();
            }
        }

        @Override
        public boolean cancel() {
            if (over) {
                return false;
            }
            over = true;
            arrivesNanos = Math.max(arrivesNanos, time.nanos() + delay());
            int life = to.life;
            atLast(
                    arrivesNanos - time.nanos(),
                    () -> to.happen(() -> {
                        hungUp = true;
                        if (to.life == life) {
                            there.cancel();
                        }
                    }));
            return true;
        }

        <R> Reply<R> answering(Reply<R> reply) {
            return new Reply<>() {
                @Override
                public void completed(R result) {
                    answer(() -> reply.completed(result));
                }

                @Override
                public void failed(Failure failure) {
                    answer(() -> reply.failed(failure));
                }
            };
        }

        GetReply answering(GetReply reply) {
            return new GetReply() {
                @Override
                public void found(Item item) {
                    Copy copy = new Copy(Data.of(item.data().toByteArray()), item.expiryMillis());
                    item.release();
                    answer(() -> reply.found(copy));
                }

                @Override
                public void locked() {
                    answer(reply::locked);
                }

                @Override
                public void absent() {
                    answer(reply::absent);
                }

                @Override
                public void failed(Failure failure) {
                    answer(() -> reply.failed(failure));
                }
            };
        }
    }

    /** An item that came over the wire. */
    private record Copy(Data data, long expiryMillis) implements Item {
        @Override
        public void release() {
            // It belongs to nobody.
        }
    }
}
