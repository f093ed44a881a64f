package org.cachemanager.core.internal;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.cachemanager.api.NodeStatus;

/**
 * Who is known at an instant.
 *
 * @param owners the nodes that are up, this one among them
 * @param gone those that are down of which it is sure that they serve nobody
 */
record Roster(Owners owners, Set<UUID> gone) {

    /**
     * Of several addresses of one ref the first by name is taken, one at which it is up before all others. The caller
     * has the members' lock.
     */
    private static List<Peer> sorted(Collection<Peer> members) {
        return members.stream()
                .filter(peer -> peer.ref != null)
                .sorted(Comparator.comparing((Peer peer) -> !peer.up).thenComparing(peer -> peer.address.toString()))
                .toList();
    }

    /** Those who are up, and gone. The caller has the members' lock. */
    static Roster of(UUID self, Collection<Peer> members) {
        Map<UUID, Owners.Node> up = new HashMap<>();
        Set<UUID> gone = new HashSet<>();
        Set<UUID> elsewhere = new HashSet<>();
        up.put(self, new Owners.Node(self, null));
        for (Peer peer : sorted(members)) {
            UUID ref = Objects.requireNonNull(peer.ref);
            if (peer.up) {
                up.putIfAbsent(ref, new Owners.Node(ref, peer.address));
            } else if (peer.gone) {
                gone.add(ref);
            } else {
                elsewhere.add(ref);
            }
        }
        gone.removeAll(elsewhere);
        return new Roster(new Owners(up.values()), gone);
    }

    /** All that were ever seen, as the status shows them. The caller has the members' lock. */
    static List<NodeStatus.Peer> seen(UUID self, Collection<Peer> members) {
        Map<UUID, NodeStatus.Peer> seen = new TreeMap<>();
        seen.put(self, new NodeStatus.Peer(self, 0, null));
        for (Peer peer : sorted(members)) {
            UUID ref = Objects.requireNonNull(peer.ref);
            seen.putIfAbsent(ref, new NodeStatus.Peer(ref, deactivated(peer), peer.address.toString()));
        }
        return List.copyOf(seen.values());
    }

    /** Since when it is down; one that was never up is so since it is listed. */
    private static long deactivated(Peer peer) {
        long down = peer.downSeconds == 0 ? peer.told.listedSeconds : peer.downSeconds;
        return peer.up ? 0 : down;
    }
}
