package org.cachemanager.core.internal;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.cachemanager.api.Failure;
import org.cachemanager.api.Key;
import org.cachemanager.api.Namespace;
import org.cachemanager.api.NodeStatus;
import org.cachemanager.api.host.Time;
import org.cachemanager.api.peer.Greeting;
import org.cachemanager.api.peer.PeerAddress;
import org.cachemanager.api.peer.PeerTransport;
import org.cachemanager.api.registry.Registry;

/**
 * The other nodes: who is at the addresses that the registry reports, and who of them is up.
 *
 * <p>A node that is not up is probed: every second while nobody was ever seen there, and {@code peer_refresh_time}
 * after it was marked down, or when it calls. Whoever has told its ref is greeted, as a candidate, and is up once it
 * has answered that it has reached this node, too: so nobody is up who refuses this node, or can't call it. One that is
 * up is greeted every second, or five times in {@code peer_connection_timeout}, and marked down when it has not
 * answered within half of that, or has said for as long that this node is not up. A deadline that this node has slept
 * through blames nobody, nor does what keeps this node from calling anybody, for the time of the timeout.
 *
 * <p>The lock guards the members; nothing is sent, and nobody told, under it.
 */
final class Peers {

    static final Duration MOST_PERIOD = Duration.ofSeconds(1);
    private static final int PERIODS = 5;

    /** The key of calls that concern no item; its namespace is sealed like any other. */
    static final Key NO_KEY = Key.of(Namespace.of("peer".getBytes(StandardCharsets.US_ASCII)), new byte[0]);

    /** What a peer had to do with a call that could not be carried out there. */
    static final Failure UNREACHED = new Failure(
            Failure.Reason.UNAVAILABLE, "The node that has this key does not answer, and no other can; try again.");

    /** What keeps this node from calling anybody; no peer is to blame. */
    static final Failure NO_WAY = new Failure(
            Failure.Reason.UNAVAILABLE,
            "This node has no peer transport, or no cipher, to call others with; install it again.");

    final Time time;
    final Deadlines deadlines;
    final Tenure tenure;
    private final UUID self;
    final PeersWatcher watcher;
    final Object guard = new Object();
    final Members members = new Members(this);
    private volatile PeerTransport transport = new NoTransport();
    private final Seat seat = new Seat(this);
    private final Twin twin = new Twin(this);
    private volatile Duration refresh = Duration.ofSeconds(30);
    private volatile Duration timeout = Duration.ofSeconds(5);
    final Pulse pulse;
    private final AtomicLong urgedNanos;

    private boolean closed;
    private boolean met;
    private volatile boolean arriving;
    private volatile boolean cluster;

    Peers(Time time, Deadlines deadlines, Tenure tenure, PeersWatcher watcher) {
        this.time = time;
        this.deadlines = deadlines;
        this.tenure = tenure;
        this.self = tenure.self();
        this.watcher = watcher;
        urgedNanos = new AtomicLong(time.nanos());
        pulse = new Pulse(this);
    }

    void configure(Duration refreshTime, Duration connectionTimeout) {
        refresh = refreshTime;
        timeout = connectionTimeout;
    }

    /** How long a peer may take to answer a call that does not wait. */
    Duration timeout() {
        return timeout;
    }

    Duration refresh() {
        return refresh;
    }

    /** What carries calls. */
    PeerTransport transport() {
        return transport;
    }

    /** Puts a registry client in force; the members stay as they are until it reports. One thread at a time. */
    void use(Registry next) {
        seat.use(next);
    }

    /** Puts a transport in force; the peers are asked by it at once. */
    void use(PeerTransport next) {
        transport = next;
        askAll();
    }

    /** Asks all at once: what has kept this node from calling some may be mended. */
    void askAll() {
        chosen(peer -> true).forEach(Peer::ask);
    }

    private List<Peer> chosen(Predicate<Peer> which) {
        synchronized (guard) {
            return members.chosen(which);
        }
    }

    /**
     * Takes the members over as the registry reports them.
     *
     * @param counts whether that report still does; asked under the lock
     */
    void members(Set<PeerAddress> reported, BooleanSupplier counts) {
        List<Peer> fresh;
        List<Question> idle = new ArrayList<>();
        synchronized (guard) {
            if (!counts.getAsBoolean()) {
                return;
            }
            fresh = members.take(reported, idle);
        }
        idle.forEach(question -> question.call.cancel());
        publish();
        fresh.forEach(peer -> peer.told.moved(peer.ref));
        fresh.forEach(Peer::ask);
    }

    /** What {@code /status} shows. */
    List<NodeStatus.Peer> view() {
        synchronized (guard) {
            return Roster.seen(self, inPlay());
        }
    }

    /** The addresses at which nobody was ever met, as URLs. */
    List<String> vacant() {
        return chosen(peer -> peer.tried && peer.ref == null).stream()
                .map(peer -> peer.address.toString())
                .sorted()
                .toList();
    }

    /** The members that count. Under the lock. */
    private Collection<Peer> inPlay() {
        return twin.isWithdrawn() ? List.of() : members.all();
    }

    /** Whether there may be other nodes, so that who waits here may have to wait elsewhere. */
    boolean isCluster() {
        return cluster;
    }

    /** A call could not be carried out at a node, and nothing else can be. */
    void failed(Owners.Node node, Failure why) {
        chosen(peer -> peer.address.equals(node.address()) && peer.is(node.ref()))
                .forEach(peer -> peer.down(why));
    }

    /**
     * A peer has called. If it is not up it is asked at once, five times in the timeout; if nobody is known of that
     * ref, everybody who is not up is: it may be another now.
     */
    void heard(UUID ref) {
        if (tenure.owners().contains(ref)) {
            return;
        }
        long now = time.nanos();
        long lately = now - periodNanos();
        List<Peer> down = chosen(peer -> !peer.up);
        boolean known = down.stream().anyMatch(peer -> peer.is(ref));
        down.stream()
                .filter(peer -> peer.is(ref) || !known)
                .filter(peer -> peer.askedNanos - lately <= 0 && peer.benchedNanos - now <= 0)
                .forEach(Peer::ask);
    }

    /** A peer has greeted. */
    void greeted(Greeting greeting) {
        if (greeting.ref().equals(self)) {
            twin.met(greeting);
        } else if (Peering.takes(greeting)) {
            chosen(peer -> peer.candidate && peer.is(greeting.ref())).forEach(Peer::ask);
        }
    }

    /** Greets a peer at once, or again as soon as it has answered. */
    void greet(UUID ref) {
        List<Peer> greeted = new ArrayList<>();
        synchronized (guard) {
            for (Peer peer : members.all()) {
                if (peer.up && peer.is(ref)) {
                    peer.again = peer.question != null;
                    greeted.add(peer);
                }
            }
        }
        greeted.forEach(Peer::ask);
    }

    /** Greets every peer at once. */
    void greetAll() {
        for (Owners.Node node : tenure.owners().nodes()) {
            if (!node.isHere()) {
                greet(node.ref());
            }
        }
    }

    /** Greets every peer at once, if that was not done just now: another node has found out something about one. */
    void greetSoon() {
        long now = time.nanos();
        long last = urgedNanos.get();
        if (now - last > periodNanos() / PERIODS && urgedNanos.compareAndSet(last, now)) {
            greetAll();
        }
    }

    /** What to greet a peer with, all of one instant. */
    Greeting greeting(UUID peer) {
        View now = tenure.view();
        return tenure.greeting(peer, now.epoch(), watcher.informedSince(peer, now.owners()));
    }

    /** Whether this node takes no part, since another one has its ref. */
    boolean isWithdrawn() {
        return twin.isWithdrawn();
    }

    void close() {
        List<Question> idle = new ArrayList<>();
        synchronized (guard) {
            closed = true;
            deadlines.cancel(pulse);
            members.clear(idle);
        }
        idle.forEach(question -> question.call.cancel());
        seat.close();
    }

    /** How often a peer is greeted. */
    long periodNanos() {
        return Math.min(MOST_PERIOD.toNanos(), timeout.toNanos() / PERIODS);
    }

    /** Whether a peer is a member still. Under the lock. */
    boolean has(Peer peer) {
        return !closed && members.has(peer);
    }

    /** Whether another one than this node's own address may be asked. Under the lock. */
    boolean mayAsk(Peer peer) {
        return peer.is(self) || !twin.isWithdrawn();
    }

    /** Who answers at an address has this node's ref. */
    void metItself(Greeting answer) {
        twin.met(answer);
    }

    /** Another node has this node's ref, and has it rightly; or that is over: all others are found anew. */
    void beginAnew() {
        List<Question> idle = new ArrayList<>();
        synchronized (guard) {
            met = false;
            for (Peer peer : members.all()) {
                if (!peer.is(self)) {
                    members.dismiss(peer, idle);
                    peer.up = false;
                    peer.tried = false;
                }
            }
        }
        idle.forEach(question -> question.call.cancel());
        publish();
        askAll();
    }

    /** Makes the new views. */
    void publish() {
        boolean others;
        boolean alone;
        boolean arrived;
        synchronized (guard) {
            boolean was = arriving;
            boolean slept = wake();
            Roster roster = Roster.of(self, inPlay());
            alone = roster.owners().isAlone();
            others = tenure.adopt(roster.owners(), roster.gone());
            look(alone, slept || (others && tenure.view().doubted()));
            arrived = was && !arriving;
        }
        watcher.changed();
        if (others || arrived) {
            greetAll();
        }
        if (others && alone) {
            chosen(peer -> !peer.tried).forEach(Peer::ask);
        }
    }

    /**
     * Finds out whether others may be there that are not known of yet, as when this node has just come; or has slept,
     * and others may be up that were not before. One that has been there for longer knows who else is. Under the lock.
     */
    private void look(boolean alone, boolean afresh) {
        if (afresh && alone) {
            met = false;
            members.all().forEach(peer -> peer.tried = false);
        }
        boolean untried = members.any(peer -> !peer.tried);
        long id = tenure.owners().id();
        met |= !alone && (!untried || members.any(peer -> peer.up && peer.established == id));
        arriving = !met && !twin.isWithdrawn() && (untried || seat.awaits());
        tenure.arriving(arriving);
        boolean was = cluster;
        cluster = seat.awaits()
                || members.any(peer -> !peer.is(self))
                || (cluster && !tenure.view().settled());
        if (was != cluster) {
            awake();
        }
    }

    /** Under the lock. */
    private void awake() {
        tenure.awake(cluster);
        pulse.set(cluster);
    }

    /** A peer has answered: this node may know now who is up, if it has just come. */
    void answered() {
        boolean arrived = false;
        if (arriving) {
            synchronized (guard) {
                look(tenure.owners().isAlone(), false);
                arrived = !arriving;
            }
        }
        if (arrived) {
            watcher.changed();
            greetAll();
        }
    }

    /** Takes note of it if this node has slept. Under the lock. */
    private boolean wake() {
        boolean slept = pulse.wake();
        if (slept) {
            tenure.absent();
        }
        return slept;
    }

    /** Notices when this node has slept while it was the only one that was up, and nobody could tell it. */
    void beat() {
        boolean slept;
        boolean news;
        synchronized (guard) {
            slept = wake();
            if (closed || !cluster) {
                return;
            }
            boolean was = arriving;
            look(tenure.owners().isAlone(), slept);
            news = !cluster || was != arriving;
            awake();
        }
        if (slept || news) {
            watcher.changed();
            greetAll();
            chosen(peer -> !peer.tried).forEach(Peer::ask);
        }
    }
}
