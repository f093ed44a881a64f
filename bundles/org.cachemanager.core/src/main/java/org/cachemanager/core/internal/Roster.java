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

    /** Of several addresses of one ref the first by name is taken. The caller has the members' lock. */
    static Roster of(UUID self, Collection<Peer> members) {
        Map<UUID, Owners.Node> up = new HashMap<>();
        Map<UUID, Long> known = new TreeMap<>();
        Set<UUID> gone = new HashSet<>();
        up.put(self, new Owners.Node(self, null));
        known.put(self, 0L);
        List<Peer> sorted = new ArrayList<>(members);
        sorted.sort(Comparator.comparing(peer -> peer.address.toString()));
        for (Peer peer : sorted) {
            UUID ref = peer.ref;
            if (ref != null && peer.up) {
                up.putIfAbsent(ref, new Owners.Node(ref, peer.address));
                known.put(ref, 0L);
            } else if (ref != null) {
                known.putIfAbsent(ref, peer.downSeconds);
                if (peer.gone) {
                    gone.add(ref);
                }
            }
        }
        List<NodeStatus.Peer> view = known.entrySet().stream()
                .map(entry -> new NodeStatus.Peer(entry.getKey(), entry.getValue()))
                .toList();
        return new Roster(new Owners(up.values()), view, gone);
    }
}
