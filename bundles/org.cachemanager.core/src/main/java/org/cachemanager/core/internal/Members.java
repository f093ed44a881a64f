package org.cachemanager.core.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.cachemanager.api.peer.PeerAddress;
import org.jspecify.annotations.Nullable;

/**
 * The addresses that the registry reports, and who was met there.
 *
 * <p>One that is no longer reported is forgotten at once; unless somebody is up there who may be found at an address
 * that is new: then it stays until that is known, for the time of the timeout. So a node that moves stays up.
 *
 * <p>The lock of {@link Peers} guards them; it is held by whoever calls, but for the deadline.
 */
final class Members extends Deadlines.Deadline {

    /** How long ago at the most it was seen that a node is at another address as well. */
    private static final Duration LATELY = Peers.MOST_PERIOD.multipliedBy(2);

    private final Peers peers;
    private final Map<PeerAddress, Peer> all = new HashMap<>();

    /** Until when those stay that are no longer reported, the first to go first. */
    private final Map<Peer, Long> delisted = new LinkedHashMap<>();

    Members(Peers peers) {
        this.peers = peers;
    }

    Collection<Peer> all() {
        return all.values();
    }

    boolean has(Peer peer) {
        return all.get(peer.address) == peer;
    }

    List<Peer> chosen(Predicate<Peer> which) {
        return all.values().stream().filter(which).toList();
    }

    boolean any(Predicate<Peer> which) {
        return all.values().stream().anyMatch(which);
    }

    /**
     * Takes over what the registry reports.
     *
     * @param idle to these are added the questions to those who are forgotten
     * @return those who are to be asked: the new ones, and those whom a node has moved to
     */
    List<Peer> take(Set<PeerAddress> next, List<Question> idle) {
        long until = peers.time.nanos() + peers.timeout().toNanos();
        for (Peer peer : all.values()) {
            if (next.contains(peer.address)) {
                delisted.remove(peer);
            } else {
                delisted.putIfAbsent(peer, until);
            }
        }
        List<Peer> asked = new ArrayList<>();
        for (PeerAddress address : next) {
            if (!all.containsKey(address)) {
                Peer fresh = new Peer(peers, address);
                all.put(address, fresh);
                asked.add(fresh);
            }
        }
        for (Peer former : List.copyOf(delisted.keySet())) {
            Peer heir = former.up ? movedFrom(former) : null;
            if (heir != null && !delisted.containsKey(heir)) {
                heir.succeed(former, idle);
                asked.add(heir);
            }
        }
        boolean mayMove = any(peer -> peer.ref == null);
        forget(peer -> !mayMove || !peer.up, idle);
        return asked;
    }

    /** Forgets some of those that are no longer reported, and looks at the others again in time. */
    private void forget(Predicate<Peer> which, List<Question> idle) {
        for (Peer peer : delisted.keySet().stream().filter(which).toList()) {
            remove(peer);
            dismiss(peer, idle);
        }
        delisted.values().stream().findFirst().ifPresent(first -> peers.deadlines.set(this, first));
    }

    private void remove(Peer peer) {
        all.remove(peer.address);
        delisted.remove(peer);
    }

    /** Nothing is known of a peer any more, nor asked; a question that was is added to those. */
    void dismiss(Peer peer, List<Question> idle) {
        if (peer.question != null) {
            idle.add(peer.question);
        }
        peer.question = null;
        peers.deadlines.cancel(peer);
        peer.reset();
    }

    /** Who has not been found anywhere else is forgotten. */
    @Override
    void reached() {
        List<Question> idle = new ArrayList<>();
        synchronized (peers.guard) {
            long now = peers.time.nanos();
            forget(peer -> delisted.getOrDefault(peer, now) - now <= 0, idle);
        }
        idle.forEach(question -> question.call.cancel());
        peers.publish();
    }

    /** Whether somebody of that ref is up at another address than a peer's. */
    boolean isUpElsewhere(UUID ref, Peer peer) {
        return any(other -> other != peer && other.up && other.is(ref));
    }

    /** Who is up at an address that is reported no longer, and was found at a peer's. */
    @Nullable
    Peer movedTo(Peer peer) {
        return first(other -> other.up && delisted.containsKey(other) && isSame(other, peer));
    }

    /** Where else it was seen of late that a peer is, at whose address nobody listens any more. */
    @Nullable
    Peer movedFrom(Peer peer) {
        long since = peers.time.nanos() - LATELY.toNanos();
        return first(other -> isSame(other, peer) && !other.gone && other.answeredNanos - since >= 0);
    }

    /** Nobody is at that address any more: it is forgotten, or asked now and then if it is still reported. */
    void moved(Peer former) {
        if (delisted.containsKey(former)) {
            remove(former);
        } else {
            peers.deadlines.set(former, peers.time.nanos() + peers.periodNanos());
        }
    }

    private static boolean isSame(Peer one, Peer other) {
        return one != other && other.ref != null && one.is(other.ref);
    }

    private @Nullable Peer first(Predicate<Peer> which) {
        return all.values().stream().filter(which).findFirst().orElse(null);
    }

    void clear(List<Question> idle) {
        peers.deadlines.cancel(this);
        all.values().forEach(peer -> dismiss(peer, idle));
        all.clear();
        delisted.clear();
    }
}
