package org.cachemanager.core.internal;

import java.util.List;
import java.util.Random;

/** What a simulation is made of. */
record SimulatedCluster(
        SimulatedTime time, Random random, SimulatedNetwork network, List<SimulatedNode> nodes, History history) {

    static final long SECOND = 1_000_000_000L;

    long upTo(double seconds) {
        return (long) (random.nextDouble() * seconds * SECOND);
    }

    <T> T any(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    /** The nodes that run, but for one that must not join. */
    List<SimulatedNode> running() {
        return nodes.stream().filter(node -> node.runs() && !node.twin).toList();
    }

    /** The nodes that a client may be connected to. */
    List<SimulatedNode> there() {
        return nodes.stream().filter(node -> !node.dead && !node.twin).toList();
    }

    /** Something befalls somebody, or ends, that may cost items. */
    void unrest() {
        history.unrest(time.nanos(), true);
    }
}
