package org.cachemanager.core.internal;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.cachemanager.api.peer.PeerAddress;

/** Lets befall the nodes of a simulation what a run has of {@link Trouble}. */
final class SimulatedTroubles {

    /** How long anything goes on at the most, in seconds. */
    private static final int LONGEST = 11;

    private final SimulatedCluster cluster;
    private final SimulatedTime time;
    private final SimulatedNetwork network;
    private final List<Trouble> kinds;
    private final long untilNanos;
    private int count;

    /** @param untilNanos when all of it is over */
    SimulatedTroubles(SimulatedCluster cluster, List<Trouble> kinds, long untilNanos) {
        this.cluster = cluster;
        this.time = cluster.time();
        this.network = cluster.network();
        this.kinds = kinds;
        this.untilNanos = untilNanos;
    }

    int count() {
        return count;
    }

    /** Something befalls somebody, and later somebody else. */
    void come() {
        if (time.nanos() > untilNanos - (LONGEST + 1) * SimulatedCluster.SECOND) {
            return;
        }
        count++;
        List<SimulatedNode> up = cluster.running();
        if (up.size() > 1) {
            befall(cluster.any(kinds), up);
        }
        time.after(cluster.upTo(6), this::come);
    }

    private void befall(Trouble kind, List<SimulatedNode> up) {
        SimulatedNode node = cluster.any(up);
        List<SimulatedNode> others = new ArrayList<>(up);
        others.remove(node);
        SimulatedNode other = cluster.any(others);
        SimulatedNetwork.Link link = new SimulatedNetwork.Link(node, other);
        switch (kind) {
            case CLOCK -> clock(node);
            case PAUSE -> pause(node);
            case KILL, SILENCE, MOVE, RENAME -> kill(node, kind);
            case READDRESS -> readdress(node);
            case RESET -> reset();
            case PART -> part(up);
            case LATE -> disturb();
            case ONE_WAY -> during(LONGEST, () -> network.cut(link, true), () -> network.cut(link, false));
            case REFUSAL -> refuse(link, others);
            case HALF_OPEN -> halfOpen(link);
            case REGISTRY -> registry(node, up);
            case NO_TRANSPORT -> noTransport(node);
            case ONE_NAME -> oneName(node.address, other);
            case TWINS -> twin(node);
            default -> throw new IllegalArgumentException(kind + " does not come in between.");
        }
    }

    /** Something goes on for a while. */
    private void during(double seconds, Runnable begin, Runnable end) {
        cluster.unrest();
        begin.run();
        time.after(cluster.upTo(seconds), () -> {
            cluster.unrest();
            end.run();
        });
    }

    private void clock(SimulatedNode node) {
        if (cluster.random().nextBoolean()) {
            node.drift(cluster.random().nextInt(7) - 3L);
        } else {
            long millis = cluster.random().nextInt(6001) - 3000L;
            cluster.history().steppedMillis += Math.abs(millis);
            node.step(millis);
        }
    }

    private void pause(SimulatedNode node) {
        int life = node.life;
        during(
                LONGEST,
                () -> {
                    node.pause();
                    cluster.history().haunted(node); // who is given a lock now hears of it late, or not
                    cluster.history().troubled(node, time.nanos());
                },
                () -> {
                    if (node.paused && node.life == life) {
                        cluster.history().troubled(node, time.nanos());
                        cluster.history().haunted(node);
                        node.goOn();
                    }
                });
    }

    private void kill(SimulatedNode node, Trouble kind) {
        cluster.unrest();
        cluster.history().died(node, time.nanos());
        node.kill(kind == Trouble.SILENCE);
        if (kind != Trouble.SILENCE) {
            network.broke(node);
        }
        time.after(cluster.upTo(LONGEST), () -> {
            if (kind == Trouble.RENAME) {
                node.ref = new UUID(cluster.random().nextLong(), node.number);
            } else if (kind == Trouble.MOVE) {
                network.leave(node);
                node.address = another(node);
                network.join(node);
                announce();
            }
            start(node);
        });
    }

    /**
     * A node is started, which costs nobody an item. Unless there is a storm it is not while another one is paused: it
     * could not know of that one, nor tell it, when it comes to itself, that it was missed; as if they were parted.
     */
    void start(SimulatedNode node) {
        if (!cluster.history().terms.storm() && cluster.nodes().stream().anyMatch(other -> other.paused)) {
            time.after(SimulatedCluster.SECOND / 2, () -> start(node));
            return;
        }
        boolean silent = node.silent;
        cluster.history().unrest(time.nanos(), false);
        node.restart();
        if (silent) {
            network.revived(node);
        }
        network.attach(node);
    }

    private PeerAddress another(SimulatedNode node) {
        return new PeerAddress("10.1." + count + "." + node.number, 8183, true);
    }

    /** It costs nobody an item or a lock; nor time, unless nodes disagree already. */
    private void readdress(SimulatedNode node) {
        cluster.history().befell(time.nanos());
        network.readdress(node, another(node));
        announce();
    }

    /** The registry tells every node of the members, each at its own time. */
    void announce() {
        for (SimulatedNode node : cluster.nodes()) {
            int life = node.life;
            time.after(cluster.upTo(0.05), () -> {
                if (node.life == life) {
                    members(node, network.addresses());
                }
            });
        }
    }

    private void reset() {
        double share = cluster.random().nextBoolean() ? 0.002 : 0.05;
        during(4, () -> network.reset(share), () -> network.reset(0));
    }

    private void part(List<SimulatedNode> up) {
        Set<SimulatedNode> some = new HashSet<>();
        for (SimulatedNode node : up) {
            if (cluster.random().nextBoolean()) {
                some.add(node);
            }
        }
        during(LONGEST, () -> network.part(some), () -> network.part(Set.of()));
    }

    private void disturb() {
        SimulatedNetwork.Disturbance some = new SimulatedNetwork.Disturbance(
                0.2 * cluster.random().nextDouble(),
                0.2 * cluster.random().nextDouble(),
                0.1 * cluster.random().nextDouble());
        during(5, () -> network.disturb(some), () -> network.disturb(SimulatedNetwork.Disturbance.NONE));
    }

    private void refuse(SimulatedNetwork.Link link, List<SimulatedNode> others) {
        List<SimulatedNetwork.Link> links = cluster.random().nextBoolean()
                ? List.of(link)
                : others.stream()
                        .map(other -> new SimulatedNetwork.Link(other, link.from()))
                        .toList();
        during(
                LONGEST,
                () -> links.forEach(each -> network.refuse(each, true)),
                () -> links.forEach(each -> network.refuse(each, false)));
    }

    private void halfOpen(SimulatedNetwork.Link link) {
        cluster.unrest();
        cluster.history().haunted(link.from());
        network.silence(link);
    }

    private void members(SimulatedNode node, Set<PeerAddress> members) {
        int life = node.life;
        node.members = members;
        node.happen(() -> {
            if (node.life == life) {
                node.core.peers.members(node.members, () -> true);
            }
        });
    }

    /** A member goes missing in one list, soon in all; or a node's list has nobody but itself. */
    private void registry(SimulatedNode missing, List<SimulatedNode> up) {
        boolean alone = cluster.random().nextBoolean();
        Set<PeerAddress> rest = new LinkedHashSet<>(network.addresses());
        rest.remove(missing.address);
        Set<PeerAddress> one = Set.of(missing.address);
        List<SimulatedNode> told = up.stream()
                .filter(node -> alone == (node == missing))
                .filter(node -> alone || cluster.random().nextInt(3) > 0)
                .toList();
        during(
                LONGEST,
                () -> told.forEach(node -> time.after(cluster.upTo(1), () -> members(node, alone ? one : rest))),
                () -> time.after(SimulatedCluster.SECOND, () -> {
                    cluster.unrest();
                    told.forEach(node -> members(node, network.addresses()));
                }));
    }

    private void oneName(PeerAddress address, SimulatedNode other) {
        during(8, () -> network.alias(address, other), () -> network.alias(address, null));
    }

    private void noTransport(SimulatedNode node) {
        int life = node.life;
        during(
                5,
                () -> {
                    network.speechless(node, true);
                    node.core.peers.use(new NoTransport());
                },
                () -> {
                    network.speechless(node, false);
                    node.happen(() -> {
                        if (node.life == life) {
                            network.connect(node);
                        }
                    });
                });
    }

    /** A machine comes with a copy of a node's directory, and goes again. */
    private void twin(SimulatedNode node) {
        SimulatedNode twin = cluster.nodes().get(cluster.nodes().size() - 1);
        if (!twin.twin || !twin.dead) {
            return;
        }
        twin.ref = node.ref;
        network.join(twin);
        announce();
        start(twin);
        time.after(cluster.upTo(LONGEST), () -> {
            twin.kill(false);
            network.broke(twin);
            network.leave(twin);
            announce();
            cluster.history().unrest(time.nanos(), false);
        });
    }
}
