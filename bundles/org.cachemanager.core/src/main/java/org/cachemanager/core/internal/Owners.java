package org.cachemanager.core.internal;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.cachemanager.api.peer.PeerAddress;
import org.jspecify.annotations.Nullable;

/**
 * The nodes that are up, as owners of keys; immutable.
 *
 * <p>Rendezvous hashing: Thaler and Ravishankar, "Using name-based mappings to increase hit rates", 1998. Each node has
 * a weight for each key, made of both; the greatest owns the key. So who leaves or joins moves only its own share, and
 * all who see the same nodes agree without a word.
 */
final class Owners {

    /** The same on every node, unlike the hash of the index, which has a secret. */
    private static final KeyHash HASH = new KeyHash(0, 0);

    private final Node[] nodes;
    private final long[] seeds;
    private final long id;

    /**
     * A node that is up.
     *
     * @param address where it takes calls; null for this node
     */
    record Node(UUID ref, @Nullable PeerAddress address) {

        boolean isHere() {
            return address == null;
        }

        /** Whether it is that node, whatever its address: what is under way with one that moves goes on. */
        boolean isSame(Node other) {
            return ref.equals(other.ref);
        }
    }

    /** @param up every node, each ref once, at least one */
    Owners(Collection<Node> up) {
        nodes = up.stream().sorted(Comparator.comparing(Node::ref)).toArray(Node[]::new);
        seeds = new long[nodes.length];
        for (int i = 0; i < nodes.length; i++) {
            UUID ref = nodes[i].ref;
            seeds[i] = mix(ref.getMostSignificantBits()) ^ ref.getLeastSignificantBits();
        }
        long all = nodes.length;
        for (long seed : seeds) {
            all = mix(all ^ seed);
        }
        id = all;
    }

    /** The same, on every node, for the same nodes. */
    long id() {
        return id;
    }

    /** Whether this node is the only one. */
    boolean isAlone() {
        return nodes.length == 1;
    }

    /** The hash of a key's bytes by which its owner is found. */
    static long hash(byte[] key) {
        return HASH.of(key);
    }

    /** The node that owns the key with this {@link #hash}. */
    Node of(long hash) {
        int best = 0;
        long most = mix(hash ^ seeds[0]);
        for (int i = 1; i < seeds.length; i++) {
            long weight = mix(hash ^ seeds[i]);
            if (weight > most) {
                most = weight;
                best = i;
            }
        }
        return nodes[best];
    }

    List<Node> nodes() {
        return List.of(nodes);
    }

    /** Whether a node of this ref is among them. */
    boolean contains(UUID ref) {
        for (Node node : nodes) {
            if (node.ref.equals(ref)) {
                return true;
            }
        }
        return false;
    }

    /** The finaliser of SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014. */
    private static long mix(long word) {
        long z = (word ^ (word >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
