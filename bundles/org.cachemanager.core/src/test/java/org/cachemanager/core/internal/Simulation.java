package org.cachemanager.core.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.cachemanager.core.internal.Trouble.Weather;

/**
 * A cluster of cores, its network, its clients and what befalls them, in one thread and made from a seed alone, so that
 * the same seed gives the same run to the last message.
 */
final class Simulation {

    private static final long SECOND = SimulatedCluster.SECOND;
    private static final long WATCHED = 10_000_000;
    private static final int LARGE = 10;
    private static final long TROUBLE_ENDS = 30 * SECOND;

    private final SimulatedTime time = new SimulatedTime();
    private final Random random;
    private final List<SimulatedNode> nodes = new ArrayList<>();
    private final SimulatedNetwork network;
    private final History history;
    private final SimulatedCluster cluster;
    private final SimulatedTroubles troubles;
    private final List<Trouble> kinds = new ArrayList<>();
    private final Weather weather;
    private final int size;
    private final long timeoutNanos;
    private final long refreshNanos;
    private final long ends;
    private long stability;

    Simulation(long seed) {
        this(seed, Trouble.on());
    }

    Simulation(long seed, Set<Trouble> on) {
        random = new Random(seed);
        int kind = random.nextInt(10);
        weather = kind == 0 ? Weather.CALM : kind < 6 ? Weather.ROUGH : Weather.STORM;
        size = size();
        timeoutNanos = (size > LARGE ? 4 : 1 + random.nextInt(4)) * SECOND;
        refreshNanos = (2 + random.nextInt(5)) * SECOND;
        ends = TROUBLE_ENDS + refreshNanos + 4 * timeoutNanos + 5 * SECOND;
        for (Trouble each : on) {
            if (each.from.compareTo(weather) <= 0 && random.nextInt(each.from == Weather.CALM ? 4 : 2) == 0) {
                kinds.add(each);
            }
        }
        history = new History(new History.Terms(weather == Weather.STORM, kinds, timeoutNanos));
        network = new SimulatedNetwork(time, random, history);
        cluster = new SimulatedCluster(time, random, network, nodes, history);
        troubles = new SimulatedTroubles(cluster, troublesToCome(), TROUBLE_ENDS);
        for (int i = 0; i < size; i++) {
            boolean tiny = i == 0 && kinds.contains(Trouble.TINY);
            nodes.add(new SimulatedNode(i + 1, time, random, settings(tiny ? 3_000 + random.nextInt(9_000) : 1 << 25)));
        }
        if (kinds.contains(Trouble.TWINS)) {
            SimulatedNode twin = new SimulatedNode(size + 1, time, random, settings(1 << 25));
            twin.twin = true;
            twin.kill(false);
            nodes.add(twin);
        }
    }

    private int size() {
        int kind = random.nextInt(200);
        return kind < 160 ? 3 + random.nextInt(3) : kind < 199 ? 6 + random.nextInt(5) : 11 + random.nextInt(40);
    }

    private CoreSettings settings(long room) {
        return new CoreSettings(
                room,
                room,
                10 << 20,
                Duration.ofSeconds(1),
                Duration.ofSeconds(30),
                Duration.ofNanos(refreshNanos),
                Duration.ofNanos(timeoutNanos),
                "builtin",
                "builtin",
                "aes",
                "",
                List.of());
    }

    /** Runs it; gives what was wrong, nothing if all was as it should be. */
    List<String> run() {
        begin();
        SimulatedClients clients = new SimulatedClients(cluster, load());
        if (kinds.contains(Trouble.MANY)) {
            time.after(SECOND, clients::fill);
        }
        time.after(SECOND, clients::come);
        time.after(0, this::watch);
        if (!troublesToCome().isEmpty()) {
            time.after(3 * SECOND, troubles::come);
        }
        time.runUntil(ends);
        if (stability == 0) {
            history.wrong(Promise.ONE_VIEW, "though nothing has befallen them for long:" + states());
        } else {
            new SimulatedRest(cluster).check();
        }
        return history.check();
    }

    private List<Trouble> troublesToCome() {
        return kinds.stream()
                .filter(each -> each.from != Weather.CALM || each == Trouble.CLOCK)
                .toList();
    }

    private SimulatedClients.Load load() {
        long until = ends - 11 * SECOND - 3 * timeoutNanos;
        int sets = 2 + random.nextInt(18);
        int keys = 1 + random.nextInt(12);
        int made = random.nextInt(3) == 0 ? 10 : 85;
        if (kinds.contains(Trouble.TINY)) {
            return new SimulatedClients.Load(8 + keys, sets, made, List.of(0, 100, 500, 1500), until);
        }
        return kinds.contains(Trouble.MANY)
                ? new SimulatedClients.Load(300, sets, made, List.of(0, 0, 0, 100, 5_000, 50_000), until)
                : new SimulatedClients.Load(keys, sets, made, List.of(0), until);
    }

    /** Some nodes may come later, and be known of only then. */
    private void begin() {
        int later = kinds.contains(Trouble.JOIN) ? 1 + random.nextInt(size - 1) : 0;
        for (SimulatedNode node : nodes.subList(0, size)) {
            boolean comes = node.number > size - later;
            boolean listed = !comes || random.nextBoolean();
            if (listed) {
                network.join(node);
            }
            if (comes) {
                node.kill(false);
                time.after(3 * SECOND + cluster.upTo(15), () -> {
                    if (!listed) {
                        network.join(node);
                        troubles.announce();
                    }
                    troubles.start(node);
                });
            }
        }
        nodes.stream().filter(node -> !node.dead).forEach(network::attach);
    }

    /** What was run, in words. */
    String describe() {
        return size + " nodes, " + weather + " " + kinds + ", timeout " + timeoutNanos / SECOND + " s, "
                + troubles.count() + " troubles, " + history.operations.size() + " calls";
    }

    /** How the nodes see each other. */
    private String states() {
        StringBuilder text = new StringBuilder();
        for (SimulatedNode node : nodes) {
            View view = node.core.tenure.view();
            text.append("\n    node ")
                    .append(node.number)
                    .append(node.runs() ? " regards as up" : " does not run, and regards as up");
            nodes.stream().filter(other -> view.owners().contains(other.ref)).forEach(other -> text.append(' ')
                    .append(other.number));
            text.append(view.settled() ? ", settled" : view.doubted() ? ", in doubt" : ", not settled")
                    .append(node.core.tenure.isConfirmed() ? "" : ", not confirmed");
            nodes.stream()
                    .filter(other -> other != node && !isInformed(node, other))
                    .forEach(other -> text.append(", has not told ").append(other.number));
        }
        return text.toString();
    }

    /** Whether a node knows of all the locks of another one's clients that it must know of. */
    private static boolean isInformed(SimulatedNode of, SimulatedNode who) {
        return of.core.peers.watcher.informedSince(who.ref, of.core.tenure.owners()) != 0;
    }

    /** Looks whether all that run agree, which nothing but a look tells. */
    private void watch() {
        stability = network.isCalm() ? agreement(cluster.running(), stability) : 0;
        history.stability(time.nanos(), stability);
        if (network.isSlow()) {
            history.unrest(time.nanos(), true);
        }
        time.after(size > LARGE ? 5 * WATCHED : WATCHED, this::watch);
    }

    /**
     * A number that is the same as long as nothing changes; 0 when the nodes don't agree.
     *
     * @param before what it was when it was looked at last
     */
    private static long agreement(List<SimulatedNode> up, long before) {
        long id = up.isEmpty() ? 0 : up.get(0).core.tenure.owners().id();
        long now = 0;
        for (SimulatedNode node : up) {
            View view = node.core.tenure.view();
            boolean agrees = view.owners().id() == id
                    && view.settled()
                    && view.owners().nodes().size() == up.size()
                    && node.core.tenure.serves(0);
            if (!agrees) {
                return 0;
            }
            now = 31 * now + view.epoch() + node.life;
        }
        if ((now | 1) == before) {
            return before;
        }
        for (SimulatedNode node : up) {
            for (SimulatedNode other : up) {
                if (other != node && !isInformed(node, other)) {
                    return 0;
                }
            }
        }
        return now | 1;
    }
}
