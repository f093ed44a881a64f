package org.cachemanager.core.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.cachemanager.api.Call;
import org.cachemanager.api.Failure;
import org.cachemanager.api.NodeStatus;
import org.cachemanager.api.Reply;
import org.cachemanager.api.host.Time;
import org.cachemanager.api.peer.PeerAddress;
import org.cachemanager.api.peer.PeerTransport;
import org.cachemanager.api.registry.Registry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The other nodes: who is at the addresses that the registry reports, and who of them is up.
 *
 * <p>Each address is probed: every second while it is up or nobody was ever seen there, and {@code peer_refresh_time}
 * after it was marked down, or when it calls. A probe that is not answered within {@code peer_connection_timeout} has
 * failed. The lock guards the members; no probe is sent, and nobody told, under it.
 */
final class Peers {

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.core");
    private static final Duration PROBE_EVERY = Duration.ofSeconds(1);

    /** What a peer had to do with a call that could not be carried out there. */
    static final Failure UNREACHED = new Failure(
            Failure.Reason.UNAVAILABLE, "The node that has this key does not answer, and no other can; try again.");

    private final Time time;
    private final Deadlines deadlines;
    private final UUID self;
    private final Runnable changed;
    private final Object guard = new Object();
    private final Map<PeerAddress, Peer> members = new HashMap<>();
    private PeerTransport transport = new NoTransport();
    private @Nullable Registry registry;
    private Registry.@Nullable Membership membership;
    private Duration refresh = Duration.ofSeconds(30);
    private Duration timeout = Duration.ofSeconds(5);
    private boolean closed;
    private volatile Owners owners;
    private volatile List<NodeStatus.Peer> view;

    /** @param changed told, under no lock, that other nodes are up than before */
    Peers(Time time, Deadlines deadlines, UUID self, Runnable changed) {
        this.time = time;
        this.deadlines = deadlines;
        this.self = self;
        this.changed = changed;
        owners = new Owners(List.of(new Owners.Node(self, null)));
        view = List.of(new NodeStatus.Peer(self, 0));
    }

    /** A member. Its deadline is the next probe, or the end of the one under way. Guarded by the lock. */
    private final class Peer extends Deadlines.Deadline {
        final PeerAddress address;

        @Nullable
        UUID ref;

        boolean up;
        long downSeconds;

        @Nullable
        Probe probe;

        Peer(PeerAddress address) {
            this.address = address;
        }

        @Override
        void reached() {
            Probe late;
            synchronized (guard) {
                late = probe;
            }
            if (late == null) {
                probe(this);
            } else {
                late.giveUp();
            }
        }
    }

    /** One question who is there. */
    private final class Probe implements Reply<UUID> {
        private final Peer peer;
        private volatile Call call = Call.ANSWERED;

        Probe(Peer peer) {
            this.peer = peer;
        }

        @Override
        public void completed(UUID ref) {
            if (end()) {
                seen(peer, ref);
            }
        }

        @Override
        public void failed(Failure failure) {
            if (end()) {
                down(peer, failure.message());
            }
        }

        void giveUp() {
            if (end()) {
                call.cancel();
                down(peer, "It has not answered a probe within " + timeout.toMillis() + " ms.");
            }
        }

        private boolean end() {
            synchronized (guard) {
                boolean current = peer.probe == this;
                if (current) {
                    peer.probe = null;
                    deadlines.cancel(peer);
                }
                return current;
            }
        }
    }

    void configure(Duration refreshTime, Duration connectionTimeout) {
        synchronized (guard) {
            refresh = refreshTime;
            timeout = connectionTimeout;
        }
    }

    /** How long a peer may take to answer a call that does not wait. */
    Duration timeout() {
        synchronized (guard) {
            return timeout;
        }
    }

    /** What carries calls. */
    PeerTransport transport() {
        synchronized (guard) {
            return transport;
        }
    }

    /** Puts a registry client in force; the members stay as they are until it reports. One thread at a time. */
    void use(Registry next) {
        Registry.Membership left;
        synchronized (guard) {
            if (closed || next == registry) {
                return;
            }
            registry = next;
            left = membership;
            membership = null;
        }
        leave(left);
        Registry.Membership joined = next.join(reported -> {
            synchronized (guard) {
                if (registry != next) {
                    return;
                }
            }
            members(reported);
        });
        synchronized (guard) {
            if (!closed) {
                membership = joined;
                return;
            }
        }
        leave(joined);
    }

    private static void leave(Registry.@Nullable Membership membership) {
        try {
            if (membership != null) {
                membership.leave();
            }
        } catch (RuntimeException | LinkageError e) {
            LOG.error("The registry client threw when it was left.", e);
        }
    }

    /** Puts a transport in force; the peers are probed by it at once. */
    void use(PeerTransport next) {
        List<Peer> all;
        synchronized (guard) {
            transport = next;
            all = new ArrayList<>(members.values());
        }
        all.forEach(this::probe);
    }

    /** Takes the members over as the registry reports them. */
    void members(Set<PeerAddress> reported) {
        List<Peer> fresh = new ArrayList<>();
        synchronized (guard) {
            members.values().removeIf(peer -> {
                boolean gone = !reported.contains(peer.address);
                if (gone) {
                    peer.probe = null;
                    deadlines.cancel(peer);
                }
                return gone;
            });
            for (PeerAddress address : reported) {
                if (!members.containsKey(address)) {
                    Peer peer = new Peer(address);
                    members.put(address, peer);
                    fresh.add(peer);
                }
            }
        }
        publish();
        fresh.forEach(this::probe);
    }

    /** The nodes that are up, this one among them. */
    Owners owners() {
        return owners;
    }

    /** What {@code /status} shows. */
    List<NodeStatus.Peer> view() {
        return view;
    }

    /** Whether there may be other nodes, so that who waits here may have to wait elsewhere. */
    boolean isCluster() {
        return view.size() > 1;
    }

    /** A call could not be carried out at a node. */
    void failed(Owners.Node node, String why) {
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

    /** A peer has called: one that was marked down is probed at once. */
    void heard(UUID ref) {
        if (owners.contains(ref)) {
            return;
        }
        Peer caller = null;
        synchronized (guard) {
            for (Peer peer : members.values()) {
                if (ref.equals(peer.ref) && peer.probe == null) {
                    caller = peer;
                }
            }
        }
        if (caller != null) {
            probe(caller);
        }
    }

    void close() {
        Registry.Membership left;
        synchronized (guard) {
            closed = true;
            left = membership;
            membership = null;
            members.values().forEach(deadlines::cancel);
            members.clear();
        }
        leave(left);
    }

    private void probe(Peer peer) {
        Probe probe = new Probe(peer);
        PeerTransport with;
        synchronized (guard) {
            with = transport;
            if (closed || peer.probe != null || members.get(peer.address) != peer) {
                return;
            }
            peer.probe = probe;
            deadlines.set(peer, time.nanos() + timeout.toNanos());
        }
        try {
            probe.call = with.probe(peer.address, probe);
        } catch (RuntimeException | LinkageError e) {
            LOG.error("The peer transport threw at a probe.", e);
            probe.failed(UNREACHED);
        }
    }

    private void seen(Peer peer, UUID ref) {
        boolean news;
        synchronized (guard) {
            if (closed || members.get(peer.address) != peer) {
                return;
            }
            news = !peer.up || !ref.equals(peer.ref);
            peer.ref = ref;
            peer.up = true;
            peer.downSeconds = 0;
            deadlines.set(peer, time.nanos() + PROBE_EVERY.toNanos());
        }
        if (news) {
            if (!ref.equals(self)) {
                LOG.info("Peer {} at {} is up.", ref, peer.address);
            }
            publish();
        }
    }

    private void down(Peer peer, String why) {
        boolean news;
        synchronized (guard) {
            if (closed || members.get(peer.address) != peer) {
                return;
            }
            news = peer.up;
            if (news) {
                peer.up = false;
                peer.downSeconds = Math.floorDiv(time.epochMillis(), 1000L);
            }
            if (peer.probe == null) {
                Duration next = peer.ref == null ? PROBE_EVERY : refresh;
                deadlines.set(peer, time.nanos() + next.toNanos());
            }
        }
        if (news) {
            LOG.warn("Peer {} at {} is marked down: {}", peer.ref, peer.address, why);
            publish();
        }
    }

    /** Makes the new views; of several addresses of one ref the first by name is taken. */
    private void publish() {
        synchronized (guard) {
            Map<UUID, Owners.Node> up = new HashMap<>();
            Map<UUID, Long> known = new TreeMap<>();
            up.put(self, new Owners.Node(self, null));
            known.put(self, 0L);
            List<Peer> sorted = new ArrayList<>(members.values());
            sorted.sort((a, b) -> a.address.toString().compareTo(b.address.toString()));
            for (Peer peer : sorted) {
                UUID ref = peer.ref;
                if (ref != null && peer.up) {
                    up.putIfAbsent(ref, new Owners.Node(ref, peer.address));
                    known.put(ref, 0L);
                } else if (ref != null) {
                    known.putIfAbsent(ref, peer.downSeconds);
                }
            }
            owners = new Owners(up.values());
            view = known.entrySet().stream()
                    .map(entry -> new NodeStatus.Peer(entry.getKey(), entry.getValue()))
                    .toList();
        }
        changed.run();
    }
}
