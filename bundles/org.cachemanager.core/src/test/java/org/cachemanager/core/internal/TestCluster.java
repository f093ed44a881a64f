package org.cachemanager.core.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
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
import org.cachemanager.testkit.ManualClock;

/** Some nodes that know each other, on one clock, joined by a network of which each way takes a millisecond. */
final class TestCluster {

    private static final Duration WAY = Duration.ofMillis(1);
    private static final Failure REFUSED_CONNECTION = new Failure(Failure.Reason.NOBODY, "Nobody listens there.");

    static final Failure BROKEN = new Failure(Failure.Reason.UNAVAILABLE, "The connection broke.");

    final ManualClock clock = new ManualClock();
    final List<TestNode> nodes = new ArrayList<>();
    private final Map<PeerAddress, TestNode> listening = new HashMap<>();
    private final Set<TestNode> dead = new HashSet<>();
    private final Set<TestNode> hung = new HashSet<>();
    private final Map<TestNode, Integer> passedOn = new HashMap<>();

    TestCluster(int size) {
        for (int i = 1; i <= size; i++) {
            TestNode node = new TestNode(clock, new UUID(i, i), 1 << 20);
            nodes.add(node);
            listening.put(address(i), node);
        }
        for (TestNode node : nodes) {
            node.core.peers.use(new Wire(node));
            node.core.peers.members(listening.keySet(), () -> true);
        }
        clock.advance(Duration.ofSeconds(1));
    }

    private static PeerAddress address(int number) {
        return new PeerAddress("10.0.0." + number, 8183, true);
    }

    TestNode node(int index) {
        return nodes.get(index);
    }

    /** The node that owns a key in the view of the first node that is alive. */
    TestNode owner(String key) {
        for (TestNode node : nodes) {
            if (!dead.contains(node) && !hung.contains(node)) {
                UUID ref = node.core
                        .tenure
                        .owners()
                        .of(Owners.hash(TestNode.key(key).bytes()))
                        .ref();
                return nodes.get((int) ref.getMostSignificantBits() - 1);
            }
        }
        throw new AssertionError("Nobody is alive.");
    }

    /** A node that does not own the key. */
    TestNode other(String key) {
        return nodes.get((nodes.indexOf(owner(key)) + 1) % nodes.size());
    }

    /** Whoever calls it is told at once that nobody is there. */
    void kill(TestNode node) {
        dead.add(node);
    }

    /** It takes calls and does not answer, nor does it call; what it was about to answer is lost. */
    void hang(TestNode node) {
        hung.add(node);
    }

    void goOn(TestNode node) {
        hung.remove(node);
    }

    void pass(double seconds) {
        clock.advance(Duration.ofNanos((long) (seconds * 1e9)));
    }

    /** How many calls of clients a node has passed on. */
    int passedOn(TestNode node) {
        return passedOn.getOrDefault(node, 0);
    }

    /** Carries calls of one node. */
    private final class Wire implements PeerTransport {
        private final TestNode from;

        Wire(TestNode from) {
            this.from = from;
        }

        @Override
        public Call probe(PeerAddress peer, Reply<UUID> reply) {
            return carry(peer, reply::failed, (to, sent) -> {
                sent.answer(() -> reply.completed(to.core.ref));
                return Call.ANSWERED;
            });
        }

        @Override
        public Call get(PeerCall call, Duration maxWait, GetReply reply) {
            passedOn.merge(from, 1, Integer::sum);
            return carry(call.peer(), reply::failed, (to, sent) -> to.core
                    .cache()
                    .get(key(call), maxWait, sent.answering(reply)));
        }

        @Override
        public Call set(PeerCall call, Data data, long ttlSeconds, Reply<Integer> reply) {
            passedOn.merge(from, 1, Integer::sum);
            return carry(call.peer(), reply::failed, (to, sent) -> to.core
                    .cache()
                    .set(key(call), data, ttlSeconds, sent.answering(reply)));
        }

        @Override
        public Call delete(PeerCall call, Reply<Boolean> reply) {
            passedOn.merge(from, 1, Integer::sum);
            return carry(
                    call.peer(), reply::failed, (to, sent) -> to.core.cache().delete(key(call), sent.answering(reply)));
        }

        @Override
        public Call greet(PeerCall call, Greeting greeting, Reply<Greeting> reply) {
            return carry(call.peer(), reply::failed, (to, sent) -> {
                Greeting answer = to.core.peerService().greeted(from.core.ref, greeting);
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

        private Key key(PeerCall call) {
            Namespace namespace = call.namespace();
            return Key.of(
                    Namespace.ofPeer(
                            namespace.name(),
                            new PeerMark(
                                    from.core.ref,
                                    Objects.requireNonNull(namespace.peer()).epoch())),
                    call.key().toByteArray());
        }

        private Call carry(PeerAddress peer, Consumer<Failure> refused, Arrival arrival) {
            TestNode to = Objects.requireNonNull(listening.get(peer));
            Sent sent = new Sent(from, to);
            clock.schedule(WAY, () -> {
                if (hung.contains(from)) {
                    return;
                }
                if (dead.contains(to)) {
                    sent.answer(() -> refused.accept(REFUSED_CONNECTION));
                } else if (!hung.contains(to) && !sent.over) {
                    sent.there = arrival.at(to, sent);
                }
            });
            return sent;
        }
    }

    /** What happens where a call arrives. */
    private interface Arrival {
        Call at(TestNode to, Sent sent);
    }

    /** A call between two nodes. */
    private final class Sent implements Call {
        private final TestNode from;
        private final TestNode to;
        private boolean over;
        private Call there = Call.ANSWERED;

        Sent(TestNode from, TestNode to) {
            this.from = from;
            this.to = to;
        }

        /** Carries the answer back, unless somebody can't say or hear it any more. */
        void answer(Runnable reply) {
            if (dead.contains(from) || hung.contains(to)) {
                return;
            }
            clock.schedule(WAY, () -> {
                if (!over) {
                    over = true;
                    reply.run();
                }
            });
        }

        @Override
        public boolean cancel() {
            if (over) {
                return false;
            }
            over = true;
            clock.schedule(WAY, () -> there.cancel());
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
                    Data copy = Data.of(item.data().toByteArray());
                    long expiry = item.expiryMillis();
                    item.release();
                    answer(() -> reply.found(new Copy(copy, expiry)));
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
