package org.cachemanager.api;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How a node is: what {@code /status} shows.
 *
 * @param ref this node's own id
 * @param uptimeSeconds whole seconds since the core started
 * @param peers the known nodes, this one included
 * @param items the number of items here, locks not counted
 * @param sizeBytes what counts against the limit: keys, data and the overhead of each entry
 * @param maxSizeBytes the limit, 0 when there is none
 * @param largestItemBytes the data of the largest item stored since the start
 * @param seams the implementation in force of each seam
 * @param vacant the addresses that are listed at which no node was ever found, as URLs
 */
public record NodeStatus(
        UUID ref,
        long uptimeSeconds,
        List<Peer> peers,
        long items,
        long sizeBytes,
        long maxSizeBytes,
        long largestItemBytes,
        List<InForce> seams,
        List<String> vacant) {

    public NodeStatus {
        peers = List.copyOf(peers);
        seams = List.copyOf(seams);
        vacant = List.copyOf(vacant);
    }

    /**
     * A node of the cluster.
     *
     * @param ref its id
     * @param deactivated 0 when it is up, else the epoch second at which it was marked down, or listed if it was never
     *     up
     * @param address where it takes calls, as a URL; null for this node
     */
    public record Peer(UUID ref, long deactivated, @Nullable String address) {}

    /**
     * Which implementation of a seam serves.
     *
     * @param seam such as {@code eviction}
     * @param configured the name that was asked for; empty when none was
     * @param name the name of the one that serves: another one while the one asked for is not there; {@code none} when
     *     the seam is not served
     */
    public record InForce(String seam, String configured, String name) {}
}
