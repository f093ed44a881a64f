package org.cachemanager.core.internal;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.cachemanager.api.Call;
import org.cachemanager.api.Failure;
import org.cachemanager.api.Key;
import org.cachemanager.api.Namespace;
import org.cachemanager.api.NodeStatus;
import org.cachemanager.api.host.Time;
import org.cachemanager.api.peer.Greeting;
import org.cachemanager.api.peer.PeerAddress;
import org.cachemanager.api.peer.PeerTransport;
import org.cachemanager.api.registry.Registry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The other nodes: who is at the addresses that the registry reports, and who of them is up.
 *
 * <p>A node that is not up is probed: every second while nobody was ever seen there, and {@code peer_refresh_time}
 * after it was marked down, or when it calls. One that is up is greeted, every second or five times in
 * {@code peer_connection_timeout}, and marked down when it has not answered within half of that. A deadline that this
 * node has slept through blames nobody. The lock guards the members; nothing is sent, and nobody told, under it.
 */
final class Peers {

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.core");
    private static final Duration MOST_PERIOD = Duration.ofSeconds(1);
    private static final int PERIODS = 5;
    private static final int SLEPT = 4;

    /** The key of calls that concern no item; its namespace is sealed like any other. */
    static final Key NO_KEY = Key.of(Namespace.of("peer".getBytes(StandardCharsets.US_ASCII)), new byte[0]);

    /** What a peer had to do with a call that could not be carried out there. */
    static final Failure UNREACHED = new Failure(
            Failure.Reason.UNAVAILABLE, "The node that has this key does not answer, and no other can; try again.");

    final Time time;
    final Deadlines deadlines;
    final Tenure tenure;
    private final UUID self;
    final Watcher watcher;
    final Object guard = new Object();
    private final Map<PeerAddress, Peer> members = new HashMap<>();
    private PeerTransport transport = new NoTransport();
    private final Seat seat = new Seat(this::members);
    private volatile Duration refresh = Duration.ofSeconds(30);
    private volatile Duration timeout = Duration.ofSeconds(5);
    private final Deadlines.Deadline pulse = new Deadlines.Deadline() {
        @Override
        void reached() {
            beat();
        }
    };

    private boolean closed;
    private boolean met;
    private volatile boolean cluster;
    private volatile List<NodeStatus.Peer> view;

    /** Who is told of changes, and asked for what only it can do; called under no lock. */
    interface Watcher {

        /** Other nodes are up than before, or this node may serve more or less than before. */
        void changed();

        /** Whether a peer knows all that it must to give the locks of its keys. */
        boolean isInformed(UUID peer);

        /** Has a peer called; what can't be sent is refused at once. */
        Call passOn(Owners.Node peer, Key key, RoutedCache.Carrying carrying, Consumer<Failure> refused);
    }

    Peers(Time time, Deadlines deadlines, Tenure tenure, Watcher watcher) {
        this.time = time;
        this.deadlines = deadlines;
        this.tenure = tenure;
        this.self = tenure.self();
        this.watcher = watcher;
        view = List.of(new NodeStatus.Peer(self, 0));
    }

    void configure(Duration refreshTime, Duration connectionTimeout) {
        refresh = refreshTime;
        timeout = connectionTimeout;
    }

    /** Whether this node has slept through a deadline: nobody else is to blame for what was not done by then. */
    boolean isSlept(long dueNanos) {
        return time.nanos() - dueNanos > timeout().toNanos() / SLEPT;
    }

    /** How long a peer may take to answer a call that does not wait. */
    Duration timeout() {
        return timeout;
    }

    /** What carries calls. */
    PeerTransport transport() {
        synchronized (guard) {
            return transport;
        }
    }

    /** Puts a registry client in force; the members stay as they are until it reports. One thread at a time. */
    void use(Registry next) {
        seat.use(next);
    }

    /** Puts a transport in force; the peers are probed by it at once. */
    void use(PeerTransport next) {
        List<Peer> all;
        synchronized (guard) {
            transport = next;
            all = new ArrayList<>(members.values());
        }
        all.forEach(this::ask);
    }

    /** Takes the members over as the registry reports them. */
    void members(Set<PeerAddress> reported) {
        List<Peer> fresh = new ArrayList<>();
        synchronized (guard) {
            members.values().removeIf(peer -> {
                boolean gone = !reported.contains(peer.address);
                if (gone) {
                    peer.question = null;
                    deadlines.cancel(peer);
                }
                return gone;
            });
            for (PeerAddress address : reported) {
                if (!members.containsKey(address)) {
                    Peer peer = new Peer(this, address);
                    members.put(address, peer);
                    fresh.add(peer);
                }
            }
        }
        publish();
        fresh.forEach(this::ask);
    }

    /** What {@code /status} shows. */
    List<NodeStatus.Peer> view() {
        return view;
    }

    /** Whether there may be other nodes, so that who waits here may have to wait elsewhere. */
    boolean isCluster() {
        return cluster;
    }

    /** A call could not be carried out at a node. */
    void failed(Owners.Node node, Failure why) {
        Peer peer = null;
        synchronized (guard) {
            PeerAddress address = node.address();
            Peer found = address == null ? null : members.get(address);
            if (found != null && node.ref().equals(found.ref)) {
                peer = found;
            }
        }
        if (peer != null) {
            down(peer, why);
        }
    }

    /** A peer has called: one that was marked down, or was never seen, is probed at once. */
    void heard(UUID ref) {
        if (tenure.owners().contains(ref)) {
            return;
        }
        List<Peer> callers = new ArrayList<>();
        synchronized (guard) {
            for (Peer peer : members.values()) {
                if (!peer.up && peer.question == null && (peer.ref == null || ref.equals(peer.ref))) {
                    callers.add(peer);
                }
            }
        }
        callers.forEach(this::ask);
    }

    /** Greets a peer at once, or again as soon as it has answered. */
    void greet(UUID ref) {
        List<Peer> greeted = new ArrayList<>();
        synchronized (guard) {
            for (Peer peer : members.values()) {
                if (peer.up && ref.equals(peer.ref)) {
                    peer.again = peer.question != null;
                    greeted.add(peer);
                }
            }
        }
        greeted.forEach(this::ask);
    }

    /** Greets every peer at once. */
    void greetAll() {
        for (Owners.Node node : tenure.owners().nodes()) {
            if (!node.isHere()) {
                greet(node.ref());
            }
        }
    }

    void close() {
        synchronized (guard) {
            closed = true;
            deadlines.cancel(pulse);
            members.values().forEach(deadlines::cancel);
            members.clear();
        }
        seat.close();
    }

    void ask(Peer peer) {
        Peer.Question question;
        PeerTransport with;
        synchronized (guard) {
            with = transport;
            if (closed || peer.question != null || members.get(peer.address) != peer) {
                return;
            }
            UUID ref = peer.ref;
            boolean greets = peer.up && !self.equals(ref);
            question = greets && ref != null ? peer.new Greet(ref) : peer.new Probe();
            peer.question = question;
            peer.again = false;
            deadlines.set(peer, time.nanos() + (greets ? timeout.toNanos() / 2 : timeout.toNanos()));
        }
        try {
            question.send(with);
        } catch (RuntimeException | LinkageError e) {
            LOG.error("The peer transport threw at a probe.", e);
            question.fail(UNREACHED);
        }
    }

    private List<Peer> untried() {
        synchronized (guard) {
            return members.values().stream().filter(peer -> !peer.tried).toList();
        }
    }

    private long periodNanos() {
        return Math.min(MOST_PERIOD.toNanos(), timeout.toNanos() / PERIODS);
    }

    void seen(Peer peer, UUID ref) {
        boolean news;
        synchronized (guard) {
            if (closed || members.get(peer.address) != peer) {
                return;
            }
            news = !peer.up || !ref.equals(peer.ref);
            peer.tried = true;
            peer.ref = ref;
            peer.up = true;
            peer.gone = false;
            peer.started = 0;
            peer.downSeconds = 0;
            deadlines.set(peer, time.nanos() + periodNanos());
        }
        if (news) {
            if (!ref.equals(self)) {
                LOG.info("Peer {} at {} is up.", ref, peer.address);
            }
            publish();
        }
    }

    void answered(Peer peer, Greeting answer, long sentNanos) {
        boolean restarted;
        boolean again;
        synchronized (guard) {
            if (closed || members.get(peer.address) != peer) {
                return;
            }
            if (!peer.up) {
                deadlines.set(peer, time.nanos() + refresh.toNanos()); // it was marked down meanwhile
                return;
            }
            restarted = !answer.ref().equals(peer.ref) || (peer.started != 0 && peer.started != answer.started());
            peer.started = answer.started();
            again = peer.again;
            deadlines.set(peer, time.nanos() + periodNanos());
        }
        if (restarted) {
            down(peer, RESTARTED);
            ask(peer);
            return;
        }
        if (tenure.answered(answer, sentNanos)) {
            watcher.changed();
        }
        if (again) {
            ask(peer);
        }
    }

    private static final Failure RESTARTED = new Failure(Failure.Reason.NOBODY, "It has been started anew.");

    void down(Peer peer, Failure why) {
        boolean news;
        synchronized (guard) {
            if (closed || members.get(peer.address) != peer) {
                return;
            }
            news = peer.up || !peer.tried;
            peer.tried = true;
            if (peer.up) {
                peer.up = false;
                peer.downSeconds = Math.floorDiv(time.epochMillis(), 1000L);
            }
            peer.gone = why.reason() == Failure.Reason.NOBODY;
            if (peer.question == null) {
                Duration next = peer.ref == null ? MOST_PERIOD : refresh;
                deadlines.set(peer, time.nanos() + next.toNanos());
            }
        }
        if (news) {
            if (peer.ref != null) {
                LOG.warn("Peer {} at {} is marked down: {}", peer.ref, peer.address, why.message());
            }
            publish();
        }
    }

    /** Makes the new views. */
    private void publish() {
        boolean others;
        boolean alone;
        synchronized (guard) {
            Roster roster = Roster.of(self, members.values());
            alone = roster.owners().isAlone();
            others = tenure.adopt(roster.owners(), roster.gone());
            view = roster.view();
            look(alone, others && tenure.view().doubted());
        }
        watcher.changed();
        if (others) {
            greetAll();
        }
        if (others && alone) {
            untried().forEach(this::ask);
        }
    }

    /**
     * Finds out whether others may be there that are not known of yet, as when this node has just come; or has slept,
     * and others may be up that were not before. Under the lock.
     */
    private void look(boolean alone, boolean afresh) {
        met |= !alone;
        if (afresh && alone) {
            met = false;
            members.values().forEach(peer -> peer.tried = false);
        }
        boolean arriving = !met && members.values().stream().anyMatch(peer -> !peer.tried);
        tenure.arriving(arriving);
        boolean first = !cluster;
        cluster = view.size() > 1 || arriving;
        if (first && cluster) {
            tenure.awake();
            deadlines.set(pulse, time.nanos() + periodNanos());
        }
    }

    /** Notices when this node has slept while it was the only one that was up, and nobody could tell it. */
    private void beat() {
        boolean slept = isSlept(deadlines.dueNanos(pulse));
        synchronized (guard) {
            if (closed || !cluster) {
                return;
            }
            if (slept) {
                look(tenure.owners().isAlone(), true);
            }
            tenure.awake();
            deadlines.set(pulse, time.nanos() + periodNanos());
        }
        if (slept) {
            watcher.changed();
            untried().forEach(this::ask);
        }
    }
}
