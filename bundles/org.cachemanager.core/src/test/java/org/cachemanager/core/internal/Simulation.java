package org.cachemanager.core.internal;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.cachemanager.api.Call;
import org.cachemanager.api.Data;
import org.cachemanager.api.Failure;
import org.cachemanager.api.GetReply;
import org.cachemanager.api.Item;
import org.cachemanager.api.Key;
import org.cachemanager.api.Reply;

/**
 * A cluster of cores, its network, its clients and what befalls them, in one thread and made from a seed alone, so that
 * the same seed gives the same run to the last message.
 */
final class Simulation {

    private static final long SECOND = 1_000_000_000L;
    private static final long MILLI = 1_000_000L;
    private static final long WATCHED = 10 * MILLI;
    private static final int KEYS = 3;

    /** What befalls the nodes of a run. */
    enum Weather {
        /** Nodes come, and that is all. */
        CALM,
        /** Nodes are paused, killed and restarted; the network does what it should. */
        ROUGH,
        /** The network is late, loses, repeats and is parted as well. */
        STORM
    }

    private final SimulatedTime time = new SimulatedTime();
    private final Random random;
    private final SimulatedNetwork network;
    private final List<SimulatedNode> nodes = new ArrayList<>();
    private final History history;
    private final Weather weather;
    private final long timeoutNanos;
    private final long refreshNanos;
    private final long troubleEnds;
    private final long ends;
    private int values;
    private int faults;
    private long stability;

    Simulation(long seed) {
        random = new Random(seed);
        network = new SimulatedNetwork(time, random);
        int kind = random.nextInt(10);
        weather = kind == 0 ? Weather.CALM : kind < 6 ? Weather.ROUGH : Weather.STORM;
        timeoutNanos = (1 + random.nextInt(4)) * SECOND;
        refreshNanos = (2 + random.nextInt(5)) * SECOND;
        troubleEnds = 30 * SECOND;
        ends = troubleEnds + refreshNanos + 4 * timeoutNanos + 5 * SECOND;
        history = new History(weather == Weather.STORM);
        for (int i = size(); i > 0; i--) {
            nodes.add(new SimulatedNode(nodes.size() + 1, time, random, settings()));
        }
    }

    private int size() {
        int kind = random.nextInt(100);
        return kind < 80 ? 3 + random.nextInt(3) : kind < 98 ? 6 + random.nextInt(5) : 11 + random.nextInt(40);
    }

    private CoreSettings settings() {
        return new CoreSettings(
                1 << 22,
                1 << 22,
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
        for (SimulatedNode node : nodes) {
            network.join(node);
        }
        for (SimulatedNode node : nodes) {
            network.attach(node);
        }
        time.after(SECOND, this::client);
        time.after(0, this::watch);
        if (weather != Weather.CALM) {
            time.after(3 * SECOND, this::trouble);
        }
        time.runUntil(ends);
        List<String> wrong = history.check();
        if (network.passedOnTwice() > 0) {
            wrong.add("A call that a peer had passed on was passed on: " + network.passedOnTwice() + " times.");
        }
        if (stability == 0) {
            wrong.add("The nodes have not come to one view though nothing has befallen them for long:" + states());
        }
        return wrong;
    }

    /** What was run, in words. */
    String describe() {
        return nodes.size() + " nodes, " + weather + ", timeout " + timeoutNanos / SECOND + " s, " + faults
                + " faults, " + history.size() + " calls";
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
                    .filter(other -> other != node && !node.core.isInformed(other.ref, node.core.tenure.owners()))
                    .forEach(other -> text.append(", has not told ").append(other.number));
        }
        return text.toString();
    }

    private long upTo(double seconds) {
        return (long) (random.nextDouble() * seconds * SECOND);
    }

    private <T> T any(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    private List<SimulatedNode> running() {
        return nodes.stream().filter(SimulatedNode::runs).toList();
    }

    /** Looks whether all that run agree, which nothing but a look tells. */
    private void watch() {
        long now = 0;
        List<SimulatedNode> up = running();
        Set<Long> ids = new HashSet<>();
        for (SimulatedNode node : up) {
            View view = node.core.tenure.view();
            ids.add(view.owners().id());
            boolean whole =
                    view.settled() && view.owners().nodes().size() == up.size() && node.core.tenure.isConfirmed();
            now = whole && isInformed(node, up) ? 31 * now + view.epoch() + node.life : Long.MIN_VALUE;
            if (now == Long.MIN_VALUE) {
                break;
            }
        }
        boolean stable = now != Long.MIN_VALUE && ids.size() == 1 && network.isCalm();
        stability = stable ? now | 1 : 0;
        history.stability(time.nanos(), stability);
        time.after(WATCHED, this::watch);
    }

    private static boolean isInformed(SimulatedNode node, List<SimulatedNode> up) {
        for (SimulatedNode other : up) {
            if (other != node && !node.core.isInformed(other.ref, node.core.tenure.owners())) {
                return false;
            }
        }
        return true;
    }

    private void trouble() {
        if (time.nanos() > troubleEnds - 12 * SECOND) {
            return;
        }
        faults++;
        int kind = random.nextInt(weather == Weather.STORM ? 4 : 2);
        List<SimulatedNode> up = running();
        switch (kind) {
            case 0 -> pause(up);
            case 1 -> kill(up);
            case 2 -> part(up);
            default -> {
                network.disturb(0.2 * random.nextDouble(), 0.2 * random.nextDouble(), 0.1 * random.nextDouble());
                time.after(upTo(5), () -> network.disturb(0, 0, 0));
            }
        }
        time.after(upTo(6), this::trouble);
    }

    private void pause(List<SimulatedNode> up) {
        if (up.size() > 1) {
            SimulatedNode node = any(up);
            node.pause();
            history.troubled(node);
            time.after(upTo(11), () -> {
                if (node.paused) {
                    history.troubled(node);
                    node.goOn();
                }
            });
        }
    }

    private void kill(List<SimulatedNode> up) {
        if (up.size() > 1) {
            SimulatedNode node = any(up);
            history.troubled(node);
            node.kill();
            network.broke(node);
            time.after(upTo(11), () -> {
                node.restart();
                network.attach(node);
            });
        }
    }

    private void part(List<SimulatedNode> up) {
        Set<SimulatedNode> some = new HashSet<>();
        for (SimulatedNode node : up) {
            if (random.nextBoolean()) {
                some.add(node);
            }
        }
        network.part(some);
        time.after(upTo(11), () -> network.part(Set.of()));
    }

    /** A client comes, and later the next. */
    private void client() {
        List<SimulatedNode> there = nodes.stream().filter(node -> !node.dead).toList();
        SimulatedNode node = any(there);
        String key = "k" + random.nextInt(KEYS);
        int kind = random.nextInt(100);
        if (kind < 80) {
            double[] waits = {0, 0.5, 2, 5, 10};
            get(node, key, waits[random.nextInt(waits.length)]);
        } else if (kind < 97) {
            set(node, key);
        } else {
            delete(node, key);
        }
        if (time.nanos() < ends - 11 * SECOND - 3 * timeoutNanos) {
            time.after(upTo(0.06), this::client);
        }
    }

    private void get(SimulatedNode node, String key, double seconds) {
        History.Operation asked = history.begin(History.Kind.GET, key, node, time);
        asked.waitNanos = (long) (seconds * SECOND);
        node.happen(() -> {
            Call call = node.core.cache().get(TestNode.key(key), Duration.ofNanos(asked.waitNanos), new Looking(asked));
            if (random.nextInt(20) == 0) {
                time.after(upTo(seconds), () -> node.happen(() -> asked.cancelled = call.cancel()));
            }
        });
    }

    private void set(SimulatedNode node, String key) {
        String value = "v" + values++;
        long ttl = random.nextInt(3) == 0 ? 1 + random.nextInt(4) : 100;
        History.Operation asked = history.begin(History.Kind.SET, key, node, time);
        asked.value = value;
        Key name = TestNode.key(key);
        node.happen(() -> node.core.cache().set(name, Data.of(TestNode.bytes(value)), ttl, new Changing<>(asked)));
    }

    private void delete(SimulatedNode node, String key) {
        History.Operation asked = history.begin(History.Kind.DELETE, key, node, time);
        node.happen(() -> node.core.cache().delete(TestNode.key(key), new Changing<>(asked)));
    }

    /** Somebody has to make an item, and mostly does. */
    private void make(String key) {
        if (random.nextInt(6) != 0) {
            time.after(upTo(2), () -> {
                List<SimulatedNode> there =
                        nodes.stream().filter(node -> !node.dead).toList();
                set(any(there), key);
            });
        }
    }

    /** Takes the outcome of a look-up. */
    private final class Looking implements GetReply {
        private final History.Operation asked;

        Looking(History.Operation asked) {
            this.asked = asked;
        }

        @Override
        public void found(Item item) {
            asked.value = new String(item.data().toByteArray(), StandardCharsets.UTF_8);
            item.release();
            asked.end(History.Outcome.FOUND, time.nanos());
        }

        @Override
        public void locked() {
            asked.end(History.Outcome.LOCKED, time.nanos());
            make(asked.key);
        }

        @Override
        public void absent() {
            asked.end(History.Outcome.ABSENT, time.nanos());
        }

        @Override
        public void failed(Failure failure) {
            asked.end(History.Outcome.FAILED, time.nanos());
        }
    }

    /** Takes the outcome of a change. */
    private final class Changing<R> implements Reply<R> {
        private final History.Operation asked;

        Changing(History.Operation asked) {
            this.asked = asked;
        }

        @Override
        public void completed(R result) {
            asked.end(History.Outcome.DONE, time.nanos());
        }

        @Override
        public void failed(Failure failure) {
            asked.end(History.Outcome.FAILED, time.nanos());
        }
    }
}
