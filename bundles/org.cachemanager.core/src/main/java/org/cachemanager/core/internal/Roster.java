package org.cachemanager.core.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.cachemanager.api.NodeStatus;

/**
 * Who is known at an instant.
 *
 * @param owners the nodes that are up, this one among them
 * @param view all that were ever seen, as the status shows them
 * @param gone those that are down of which it is sure that they serve nobody
 */
record Roster(Owners owners, List<NodeStatus.Peer> view, Set<UUID> gone) {

    /**
     * Of several addresses of one ref the first by name is taken, one at which it is up before all others. The caller
     * has the members' lock.
     */
    static Roster of(UUID self, Collection<Peer> members) {
        Map<UUID, Owners.Node> up = new HashMap<>();
        Map<UUID, NodeStatus.Peer> known = new TreeMap<>();
        Set<UUID> gone = new HashSet<>();
        Set<UUID> elsewhere = new HashSet<>();
        up.put(self, new Owners.Node(self, null));
        known.put(self, new NodeStatus.Peer(self, 0, null));
        List<Peer> sorted = new ArrayList<>(members);
        sorted.sort(Comparator.comparing((Peer peer) -> !peer.up).thenComparing(peer -> peer.address.toString()));
        for (Peer peer : sorted) {
            UUID ref = peer.ref;
            if (ref == null) {
                continue;
            }
            known.putIfAbsent(ref, new NodeStatus.Peer(ref, deactivated(peer), peer.address.toString()));
            if (peer.up) {
                up.putIfAbsent(ref, new Owners.Node(ref, peer.address));
            } else if (peer.gone) {
                gone.add(ref);
            } else {
                elsewhere.add(ref);
            }
        }
        gone.removeAll(elsewhere);
        return new Roster(new Owners(up.values()), List.copyOf(known.values()), gone);
    }

    /** Since when it is down; one that was never up is so since it is listed. */
    private static long deactivated(Peer peer) {
        long down = peer.downSeconds == 0 ? peer.told.listedSeconds : peer.downSeconds;
        return peer.up ? 0 : down;
    }

    /** The members' addresses at which nobody was ever met, as the status shows them. */
    static List<String> vacant(Peers peers) {
        return peers.chosen(peer -> peer.tried && peer.ref == null).stream()
                .map(peer -> peer.address.toString())
                .sorted()
                .toList();
    }
}
