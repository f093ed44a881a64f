package org.cachemanager.core.internal;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import org.cachemanager.api.Failure;
import org.cachemanager.api.peer.PeerAddress;
import org.jspecify.annotations.Nullable;

/**
 * The network between the nodes of a simulation: each message takes its own time, so that they overtake each other;
 * some are late, lost, or, as a transport does when a connection broke, sent twice; some connections break, some nodes
 * can't reach others, or are refused.
 */
final class SimulatedNetwork {

    static final long LEAST_NANOS = 100_000;
    static final long RESENT_NANOS = 200_000_000;
    private static final int MOST_NANOS = 4_000_000;
    private static final long FORMER_NANOS = 2_000_000_000;
    private static final int MOST_REMEMBERED = 4096;
    private static final Failure BROKEN = new Failure(Failure.Reason.UNAVAILABLE, "The connection broke.");

    final SimulatedTime time;
    final History history;
    private final Random random;
    private final Map<PeerAddress, SimulatedNode> nodes = new LinkedHashMap<>();
    private final Map<PeerAddress, SimulatedNode> aliases = new HashMap<>();
    private final Map<PeerAddress, SimulatedNode> former = new HashMap<>();
    private final List<SimulatedCall> underWay = new ArrayList<>();
    private final Set<Link> cut = new HashSet<>();
    private final Set<Link> refused = new HashSet<>();
    private final Set<SimulatedNode> speechless = new HashSet<>();
    private Set<SimulatedNode> island = Set.of();
    private Disturbance disturbance = Disturbance.NONE;
    private double resets;
    private long lateUntilNanos;
    private long slowUntilNanos;

    /** The way of calls from one node to another, and of their answers. */
    record Link(SimulatedNode from, SimulatedNode to) {}

    /** How many of the messages are late by up to four seconds, lost, and sent twice, from 0 to 1. */
    record Disturbance(double late, double lost, double twice) {
        static final Disturbance NONE = new Disturbance(0, 0, 0);
    }

    SimulatedNetwork(SimulatedTime time, Random random, History history) {
        this.time = time;
        this.random = random;
        this.history = history;
    }

    /** A node has an address, at which it may be found once it runs. */
    void join(SimulatedNode node) {
        nodes.put(node.address, node);
    }

    /** A node has its address no more. */
    void leave(SimulatedNode node) {
        nodes.remove(node.address);
    }

    /** A node has another address, and for two seconds the one of before as well. */
    void readdress(SimulatedNode node, PeerAddress next) {
        PeerAddress before = node.address;
        leave(node);
        former.put(before, node);
        time.after(FORMER_NANOS, () -> former.remove(before));
        node.address = next;
        join(node);
    }

    /** Whether a node takes calls at that address still. */
    boolean wasAt(PeerAddress address, SimulatedNode node) {
        return former.get(address) == node;
    }

    /** Those that the registry knows; always in the same order, unlike those of {@link Set#copyOf}. */
    Set<PeerAddress> addresses() {
        return Collections.unmodifiableSet(new LinkedHashSet<>(nodes.keySet()));
    }

    /** Gives a node that has been started its transport, and tells it who there is. */
    void attach(SimulatedNode node) {
        connect(node);
        node.members = addresses();
        node.core.peers.members(node.members, () -> true);
    }

    /** Gives a node its transport. */
    void connect(SimulatedNode node) {
        node.core.peers.use(new SimulatedWire(this, node));
    }

    /** A node has no transport, or has one again. */
    void speechless(SimulatedNode node, boolean lacks) {
        if (lacks) {
            speechless.add(node);
        } else {
            speechless.remove(node);
        }
    }

    void disturb(Disturbance next) {
        disturbance = next;
    }

    /** These reach each other, and the rest each other, but neither the other ones. */
    void part(Set<SimulatedNode> some) {
        island = some;
    }

    /** Calls on this way don't get through until they are let again. */
    void cut(Link link, boolean isCut) {
        boolean news = isCut ? cut.add(link) : cut.remove(link);
        lateUntilNanos = news ? Math.max(lateUntilNanos, time.nanos() + RESENT_NANOS) : lateUntilNanos;
    }

    /** Calls on this way are refused, except who is there. */
    void refuse(Link link, boolean isRefused) {
        if (isRefused) {
            refused.add(link);
        } else {
            refused.remove(link);
        }
    }

    /** Of the calls that are made from now on, the share whose connection breaks, from 0 to 1. */
    void reset(double share) {
        resets = share;
    }

    /** What is sent to this address may come to another node than the one that has it; null: it does not. */
    void alias(PeerAddress address, @Nullable SimulatedNode other) {
        if (other == null) {
            aliases.remove(address);
        } else {
            aliases.put(address, other);
        }
    }

    /** What is under way on this way is never answered, and nobody is told. */
    void silence(Link link) {
        take(sent -> sent.from == link.from && sent.to == link.to).forEach(SimulatedCall::silence);
    }

    /** A node is dead: who is connected to it, or called by it, hears so. */
    void broke(SimulatedNode node) {
        take(sent -> sent.to == node).forEach(sent -> sent.refuse(BROKEN));
        take(sent -> sent.from == node).forEach(SimulatedCall::hangUp);
    }

    /** A node has come up again after a silent death: its machine does not know the connections of old. */
    void revived(SimulatedNode node) {
        take(sent -> sent.to == node).forEach(sent -> sent.refuse(BROKEN));
    }

    private List<SimulatedCall> take(Predicate<SimulatedCall> which) {
        List<SimulatedCall> taken = new ArrayList<>();
        underWay.removeIf(sent -> {
            boolean ends = !sent.isOver() && which.test(sent);
            if (ends) {
                taken.add(sent);
            }
            return ends || sent.isOver();
        });
        return taken;
    }

    /** Whether it does what it should. */
    boolean isCalm() {
        return disturbance.equals(Disturbance.NONE)
                && resets == 0
                && island.isEmpty()
                && cut.isEmpty()
                && refused.isEmpty()
                && aliases.isEmpty()
                && speechless.isEmpty()
                && time.nanos() > lateUntilNanos;
    }

    /** Whether it is so slow that nothing may be said of how long an answer takes. */
    boolean isSlow() {
        return !disturbance.equals(Disturbance.NONE) || slowUntilNanos - time.nanos() > 0;
    }

    boolean isParted(Link link) {
        return island.contains(link.from) != island.contains(link.to) || (!cut.isEmpty() && cut.contains(link));
    }

    boolean isRefused(Link link) {
        return !refused.isEmpty() && refused.contains(link);
    }

    /** Something is sent again since it does not get through. */
    void sentAgain() {
        lateUntilNanos = Math.max(lateUntilNanos, time.nanos() + RESENT_NANOS);
    }

    /** Who gets what is sent to an address; null when no machine has it. */
    @Nullable
    SimulatedNode at(PeerAddress address) {
        SimulatedNode alias = aliases.isEmpty() ? null : aliases.get(address);
        SimulatedNode there = nodes.containsKey(address) ? nodes.get(address) : former.get(address);
        return alias != null && !alias.dead && random.nextBoolean() ? alias : there;
    }

    long delay() {
        long nanos = LEAST_NANOS + random.nextInt(MOST_NANOS);
        if (disturbance.equals(Disturbance.NONE)) {
            return nanos;
        }
        if (random.nextDouble() < disturbance.late) {
            nanos += random.nextInt(4000) * 1_000_000L;
        }
        while (random.nextDouble() < disturbance.lost) {
            nanos += RESENT_NANOS; // what is lost is sent again by the network itself
        }
        if (nanos > LEAST_NANOS + MOST_NANOS) {
            slowUntilNanos = Math.max(slowUntilNanos, time.nanos() + nanos);
            lateUntilNanos = Math.max(lateUntilNanos, slowUntilNanos);
        }
        return nanos;
    }

    /** Sends a call on its way. */
    void send(SimulatedCall call, SimulatedCall.Arrival arrival) {
        underWay.add(call);
        if (underWay.size() > MOST_REMEMBERED) {
            underWay.removeIf(SimulatedCall::isOver);
        }
        if (resets > 0 && random.nextDouble() < resets) {
            if (random.nextBoolean()) {
                call.refuse(BROKEN);
                return;
            }
            time.after(delay() + 1_000_000L * random.nextInt(10) * random.nextInt(200), () -> call.reset(BROKEN));
        }
        call.deliver(arrival, disturbance.twice > 0 && random.nextDouble() < disturbance.twice);
    }
}
