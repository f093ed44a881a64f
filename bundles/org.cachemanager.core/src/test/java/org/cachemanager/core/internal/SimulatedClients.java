package org.cachemanager.core.internal;

import java.time.Duration;
import java.util.List;
import org.cachemanager.api.Call;
import org.cachemanager.api.Data;
import org.cachemanager.api.Failure;
import org.cachemanager.api.GetReply;
import org.cachemanager.api.Item;
import org.cachemanager.api.Key;
import org.cachemanager.api.Reply;

/** The clients of a simulation: they look up, make what is missing, some of them, set, delete, and hang up. */
final class SimulatedClients {

    private static final double[] WAITS = {0, 0.5, 2, 5, 10};
    private static final int HERD = 6;

    private final SimulatedCluster cluster;
    private final SimulatedTime time;
    private final Load load;
    private int values;

    /**
     * How much they want.
     *
     * @param setsPerCent how many of them set without having been told to
     * @param madePerCent how many of those who are told to make an item do
     * @param sizes the lengths of items, besides some bytes
     * @param untilNanos when the last of them comes
     */
    record Load(int keys, int setsPerCent, int madePerCent, List<Integer> sizes, long untilNanos) {}

    SimulatedClients(SimulatedCluster cluster, Load load) {
        this.cluster = cluster;
        this.time = cluster.time();
        this.load = load;
    }

    private String key() {
        return "k" + cluster.random().nextInt(load.keys);
    }

    private SimulatedNode node() {
        return cluster.any(cluster.there());
    }

    private boolean oneOf(int many) {
        return cluster.random().nextInt(many) == 0;
    }

    /** Sets about every key. */
    void fill() {
        for (int i = 0; i < load.keys; i++) {
            String key = "k" + i;
            time.after(cluster.upTo(3), () -> set(node(), key));
        }
    }

    /** A client comes, and later the next. */
    void come() {
        int kind = cluster.random().nextInt(100);
        String key = key();
        if (kind < 95 - load.setsPerCent) {
            get(node(), key, WAITS[cluster.random().nextInt(WAITS.length)]);
        } else if (kind < 97 - load.setsPerCent) {
            double wait = WAITS[1 + cluster.random().nextInt(WAITS.length - 1)];
            for (int i = 0; i < HERD; i++) {
                get(node(), key, wait);
            }
        } else if (kind < 97) {
            set(node(), key);
        } else {
            delete(node(), key);
        }
        if (time.nanos() < load.untilNanos) {
            time.after(cluster.upTo(0.06), this::come);
        }
    }

    private History.Operation begin(History.Kind kind, String key, SimulatedNode node) {
        return cluster.history().begin(kind, key, node, time);
    }

    private void get(SimulatedNode node, String key, double seconds) {
        History.Operation asked = begin(History.Kind.GET, key, node);
        asked.waitNanos = (long) (seconds * SimulatedCluster.SECOND);
        node.happen(() -> {
            asked.came = time.nanos();
            Call call = node.core.cache().get(TestNode.key(key), Duration.ofNanos(asked.waitNanos), new Looking(asked));
            if (oneOf(20)) {
                time.after(
                        cluster.upTo(seconds),
                        () -> node.happen(() -> {
                            if (node.life == asked.life && call.cancel()) {
                                asked.cancelled(time.nanos());
                            }
                        }));
            }
        });
    }

    private void set(SimulatedNode node, String key) {
        String value = "v" + values++;
        int size = cluster.any(load.sizes);
        String text = size == 0 ? value : value + ":" + "x".repeat(size);
        History.Operation asked = begin(History.Kind.SET, key, node);
        asked.ttlSeconds = oneOf(3) ? 1 + cluster.random().nextInt(4) : 100;
        asked.value = value;
        Key name = TestNode.key(key);
        Data data = Data.of(TestNode.bytes(text));
        node.happen(() -> node.core.cache().set(name, data, asked.ttlSeconds, new Changing<>(asked)));
    }

    private void delete(SimulatedNode node, String key) {
        History.Operation asked = begin(History.Kind.DELETE, key, node);
        node.happen(() -> node.core.cache().delete(TestNode.key(key), new Changing<>(asked)));
    }

    /** Somebody has to make an item, and perhaps does. */
    private void make(String key) {
        if (cluster.random().nextInt(100) < load.madePerCent) {
            time.after(cluster.upTo(2), () -> set(node(), key));
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
            asked.value = History.value(item.data());
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
            asked.reason = failure.reason();
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
            asked.reason = failure.reason();
            asked.end(History.Outcome.FAILED, time.nanos());
        }
    }
}
