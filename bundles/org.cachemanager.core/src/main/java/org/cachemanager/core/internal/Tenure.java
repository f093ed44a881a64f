package org.cachemanager.core.internal;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.cachemanager.api.host.Time;
import org.cachemanager.api.peer.Greeting;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's right to serve the keys that it owns, so that no two nodes that can hear each other serve one key.
 *
 * <p>Other nodes are up than before: a new epoch begins. Keys that this node has just acquired are served once every
 * peer has come to the same view and has told it the leases that concern it, or {@code peer_connection_timeout} has
 * passed; when a peer has come, which may have served any key meanwhile, that goes for all keys. Who takes over from a
 * node that went silent waits until that one must have noticed.
 *
 * <p>It must notice because it serves only as long as each peer has confirmed within 0.8 of the timeout that it regards
 * this node as up. When one has marked it down meanwhile, other nodes may have served its keys: it is deposed, drops
 * what it holds, and begins anew as if it had just come.
 *
 * <p>The lock guards all but the view, which is published; the watcher is called under no lock.
 */
final class Tenure extends Deadlines.Deadline {

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.core");

    private final Time time;
    private final Deadlines deadlines;
    private final Stamps stamps;
    private final UUID self;
    private final long started;
    private volatile long begun;
    private final Runnable overdue;
    private final Object guard = new Object();
    private final Map<UUID, Peering> peerings = new ConcurrentHashMap<>();
    private long timeoutNanos = Duration.ofSeconds(5).toNanos();
    private long begunNanos;
    private final LeftAlone leftAlone;
    private boolean swept = true;
    private volatile View view;
    private final Confirmations confirmations;
    private volatile boolean arriving;

    /** Whether it has slept, and does not know yet who else is up: who is may have served its keys meanwhile. */
    private boolean absent;

    /** @param overdue told, under no lock, that time has passed after which more may be served, or told to peers */
    Tenure(Deadlines deadlines, Stamps stamps, UUID self, Runnable overdue) {
        this.time = deadlines.time();
        this.deadlines = deadlines;
        this.stamps = stamps;
        this.self = self;
        this.overdue = overdue;
        this.confirmations = new Confirmations(time);
        this.started = stamps.next();
        this.begun = started;
        this.leftAlone = new LeftAlone(time.nanos());
        Owners alone = new Owners(List.of(new Owners.Node(self, null)));
        view = new View(alone, List.of(alone), started, true, false, false);
    }

    void configure(Duration timeout) {
        synchronized (guard) {
            timeoutNanos = timeout.toNanos();
            confirmations.configure(timeoutNanos);
        }
    }

    View view() {
        return view;
    }

    Owners owners() {
        return view.owners();
    }

    UUID self() {
        return self;
    }

    /** The stamp at which this node was started; two nodes with one ref differ in it. */
    long started() {
        return started;
    }

    /** A node that is not up here has answered. */
    void reached(Greeting answer) {
        stamps.heard(answer.clock());
        synchronized (guard) {
            peerings.computeIfAbsent(answer.ref(), ref -> new Peering()).reached(answer, stamps);
        }
    }

    /** A node that is not up here can't be reached any more. */
    void unreached(UUID ref) {
        synchronized (guard) {
            peerings.computeIfPresent(ref, (key, peering) -> peering.unreached(time.nanos()));
        }
    }

    /** Whether anything is known of a node, so that it may ask for what peers may. */
    boolean isMet(UUID ref) {
        return peerings.containsKey(ref);
    }

    /** Whether a key that this node owns may be served now. */
    boolean serves(long hash) {
        View now = view;
        return !arriving && (now.settled() || (!now.doubted() && now.keeps(hash))) && confirmations.hold(now);
    }

    boolean isConfirmed() {
        return confirmations.hold(view);
    }

    /** Whether a peer, greeted after an instant, has said that this node is up there. */
    boolean isConfirmedSince(UUID ref, long nanos) {
        synchronized (guard) {
            Peering peering = peerings.get(ref);
            return peering != null && peering.isConfirmedSince(nanos);
        }
    }

    /** Whether a peer has said of late that this node is up there. */
    boolean isConfirmedBy(UUID ref) {
        return isConfirmedSince(ref, confirmations.oldestNanos());
    }

    /** This node is awake: if it may have peers, it serves as the only one that is up for a while from now. */
    void awake(boolean cluster) {
        synchronized (guard) {
            confirmations.awake(cluster);
        }
    }

    /**
     * Says whether this node has just come, and does not know yet whether others are there: it serves nothing then, and
     * begins, for others, when it does know.
     */
    void arriving(boolean just) {
        synchronized (guard) {
            if (just) {
                begun = 0;
            } else if (arriving) {
                begun = stamps.next();
                begunNanos = time.nanos();
                peerings.values().forEach(peering -> peering.reportedEpoch = 0);
                arm();
            }
            absent &= just || !arriving;
            arriving = just;
        }
    }

    /**
     * This node has slept: others may have served its keys meanwhile, if it was alone, or they have not confirmed it.
     */
    void absent() {
        synchronized (guard) {
            absent |= view.owners().isAlone() || !confirmations.hold(view);
        }
    }

    /**
     * Begins an epoch in which these nodes are up.
     *
     * @param departed those that left at whose addresses nobody serves
     * @return whether they are others than before
     */
    boolean adopt(Owners next, Set<UUID> departed) {
        synchronized (guard) {
            View old = view;
            if (next.id() == old.owners().id()) {
                view = old.with(next);
                return false;
            }
            boolean come = false;
            boolean gone = !swept;
            boolean lost = old.lost();
            for (Owners.Node node : old.owners().nodes()) {
                if (!next.contains(node.ref())) {
                    gone = true;
                    lost |= left(node.ref(), departed.contains(node.ref()));
                }
            }
            long epoch = stamps.next();
            for (Owners.Node node : next.nodes()) {
                if (!node.isHere() && !old.owners().contains(node.ref())) {
                    come = true;
                    peerings.put(node.ref(), Peering.up(epoch, peerings.get(node.ref())));
                }
            }
            lost |= absent && come;
            absent &= !lost;
            begun = lost && !old.lost() && !arriving ? epoch : begun;
            begin(next, epoch, come || lost || old.doubted(), lost);
            swept = !gone && !lost; // who has only got company has acquired nothing
        }
        return true;
    }

    /**
     * A peer is marked down. Tells whether it may have done the same to this node before, which would not know: its
     * last confirmation does not hold any more.
     */
    private boolean left(UUID ref, boolean gone) {
        Peering peering = peerings.get(ref);
        if (peering == null) {
            return false;
        }
        long now = time.nanos();
        leftAlone.left(peering, gone, now, timeoutNanos);
        peerings.put(ref, Peering.down(peering, now));
        peerings.values().removeIf(each -> each.isForgotten(now));
        return (peering.clock != 0 || absent) && !confirmations.isFresh(peering);
    }

    private void begin(Owners next, long epoch, boolean doubted, boolean lost) {
        begunNanos = time.nanos();
        if (view.settled()) {
            leftAlone.catchUp(begunNanos);
        }
        swept = false;
        for (Peering peering : peerings.values()) {
            peering.answeredEpoch = 0;
        }
        view = view.next(next, epoch, doubted, lost);
        confirmations.renew(view, peerings);
        arm();
    }

    private void arm() {
        long end = begunNanos + timeoutNanos;
        boolean sooner = isLeavingAlone() && leftAlone.untilNanos() - end < 0;
        deadlines.set(this, sooner ? leftAlone.untilNanos() : end);
    }

    /** What has been acquired anew is swept out of what this node holds, in that epoch. */
    boolean swept(long epoch) {
        synchronized (guard) {
            swept |= view.epoch() == epoch;
            return settle();
        }
    }

    /** Ends the time of doubt if everything is there; under the lock. Tells whether it did. */
    private boolean settle() {
        View now = view;
        if (now.settled() || !swept || arriving || isLeavingAlone()) {
            return false;
        }
        if (time.nanos() - begunNanos < timeoutNanos) {
            for (Owners.Node node : now.owners().nodes()) {
                Peering peering = node.isHere() ? null : peerings.get(node.ref());
                if (peering != null && !peering.hasReported(now.owners().id())) {
                    return false;
                }
            }
        }
        view = now.settle();
        deadlines.cancel(this);
        return true;
    }

    /** Whether a node that fell silent may still serve, since this one has confirmed it of late. Under the lock. */
    private boolean isLeavingAlone() {
        return !leftAlone.isOver(time.nanos());
    }

    /**
     * What to greet a peer with.
     *
     * @param epoch an epoch of this node
     * @param reported when the peer had begun with nothing, if it has been told since, in that epoch, of all the leases
     *     of its keys; else 0
     */
    Greeting greeting(UUID peer, long epoch, long reported) {
        synchronized (guard) {
            Peering peering = peerings.get(peer);
            long since = peering == null ? Greeting.UNKNOWN : peering.since;
            View now = view;
            long told = epoch == now.epoch() && !isLeavingAlone() ? reported : 0;
            return new Greeting(self, now.owners().id(), now.epoch(), stamps.next(), told, since, started, begun);
        }
    }

    /**
     * Takes a greeting that this node is about to answer.
     *
     * @return whether that was what was missing, or there is something to be told to the peer
     */
    boolean greeted(Greeting greeting) {
        stamps.heard(greeting.clock());
        synchronized (guard) {
            Peering peering = peerings.get(greeting.ref());
            if (peering == null || !peering.isUp()) {
                return false;
            }
            long known = peering.begun;
            peering.heard(greeting, stamps);
            peering.answered(time.nanos());
            peering.reportedView = greeting.view();
            peering.reportedEpoch = begun != 0 && greeting.reported() == begun ? greeting.epoch() : 0;
            return settle() || known != peering.begun;
        }
    }

    /** The stamp at which a node last began without items and locks, as far as is known; 0 when nothing is. */
    long begunOf(UUID ref) {
        Peering peering = peerings.get(ref);
        return ref.equals(self) ? begun : peering == null ? 0 : peering.begun;
    }

    /** Whether a peer that is up sees others up than it did, and than this node does; before that is taken note of. */
    boolean isNews(Greeting greeting) {
        Peering peering = peerings.get(greeting.ref());
        return peering != null && peering.isNews(greeting) && greeting.view() != owners().id();
    }

    /** The latest epoch of a peer that is known of; 0 when none is. */
    long epochOf(UUID peer) {
        Peering peering = peerings.get(peer);
        return peering == null ? 0 : peering.epoch;
    }

    /** Whether a word from a peer, which has just greeted, is still missing. */
    boolean misses(Greeting greeting) {
        synchronized (guard) {
            Peering peering = peerings.get(greeting.ref());
            boolean agrees = greeting.view() == owners().id();
            return peering != null && !view.settled() && agrees && !peering.hasAnswered(greeting);
        }
    }

    /**
     * Takes the answer to a greeting.
     *
     * @param sentNanos when it was greeted
     * @return whether this node may serve more, or less, than before
     */
    boolean answered(Greeting answer, long sentNanos) {
        stamps.heard(answer.clock());
        boolean loses;
        boolean news;
        synchronized (guard) {
            Peering peering = peerings.get(answer.ref());
            if (peering == null || !peering.isUp()) {
                return false;
            }
            long known = peering.begun;
            peering.heard(answer, stamps);
            boolean was = confirmations.hold(view);
            boolean deposed = peering.isMissedBy(answer, absent);
            loses = deposed && !view.lost();
            peering.confirmed(answer, sentNanos);
            if (deposed) {
                depose(peering);
            }
            if (sentNanos - begunNanos >= 0) {
                peering.answeredView = answer.view();
                peering.answeredEpoch = answer.epoch();
            }
            confirmations.renew(view, peerings);
            absent &= view.owners().isAlone() || !confirmations.hold(view);
            news = settle() || deposed || was != confirmations.hold(view) || known != peering.begun;
        }
        if (loses) {
            LOG.warn(
                    "Peer {} has marked this node down; other nodes may have served its keys, so it drops what it holds"
                            + " and begins anew.",
                    answer.ref());
        }
        return news;
    }

    private void depose(Peering by) {
        by.clock = by.confirmed ? by.clock : 0;
        for (Peering each : peerings.values()) {
            each.reportedEpoch = 0;
        }
        begun = stamps.next();
        begin(view.owners(), begun, true, true);
    }

    /** The time for reports is over. */
    @Override
    void reached() {
        synchronized (guard) {
            if (!settle() && !view.settled()) {
                deadlines.set(this, time.nanos() + timeoutNanos / 20);
            }
        }
        overdue.run();
    }
}
