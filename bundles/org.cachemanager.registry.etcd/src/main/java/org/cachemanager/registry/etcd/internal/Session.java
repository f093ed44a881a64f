package org.cachemanager.registry.etcd.internal;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.cachemanager.api.host.Time;
import org.cachemanager.api.peer.PeerAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's place in etcd: {@code authenticate → lease → announce → members → watch}, and the lease kept alive beside
 * it, with the members read again each minute in case the watch has gone deaf. Whatever fails begins it anew at the
 * next endpoint, after a pause that grows; the members stay as they were last reported meanwhile. One that has vanished
 * is kept for a minute at least: the registry may have lost its data, and who is really gone the core finds out by
 * itself.
 *
 * <p>Its lock guards everything; the gateway is called under it, which never answers before it returns, the members are
 * reported under no lock.
 */
final class Session {

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.registry.etcd");
    static final String PREFIX = "/cachemanager/nodes/";
    private static final String PREFIX_END = "/cachemanager/nodes0";
    static final int LEASE_SECONDS = 15;
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(LEASE_SECONDS / 3);
    private static final int BEATS_TO_READ = 12;
    private static final Duration LEAST_PAUSE = Duration.ofMillis(200);
    private static final Duration MOST_PAUSE = Duration.ofSeconds(10);
    private static final Duration KEPT = Duration.ofMinutes(1);
    private static final int MOST_MEMBERS = 1000;

    private final Time time;
    private final Gateway gateway;
    private final Node node;
    private final Consumer<Set<PeerAddress>> members;
    private final Random random = new Random();
    /** Who was there when the members were last read. */
    private Set<PeerAddress> present = Set.of();

    /** Who was there before, since when it is not. */
    private final Map<PeerAddress, Long> vanishedNanos = new HashMap<>();

    private Set<PeerAddress> reported = Set.of();
    private boolean reading;
    private boolean changedMeanwhile;
    private int beats;
    private int attempt;
    private int failures;
    private @Nullable String token;
    private long lease;
    private Gateway.@Nullable Watch watch;
    private Time.@Nullable Timer timer;
    private boolean left;

    /**
     * Who announces itself.
     *
     * @param address where; null: nowhere, it only looks
     */
    record Node(
            UUID ref,
            @Nullable PeerAddress address,
            @Nullable Credentials credentials) {

        String key() {
            return Json.base64(PREFIX + ref);
        }

        String value() {
            PeerAddress at = address;
            return at == null
                    ? ""
                    : "{\"ref\":\"" + ref + "\",\"host\":" + Json.quote(at.host()) + ",\"port\":" + at.port()
                            + ",\"tls\":" + at.tls() + '}';
        }
    }

    /** A user of the registry. */
    record Credentials(String user, String password) {

        @Override
        public String toString() {
            return "Credentials[" + user + ']';
        }
    }

    /** A step of the session; what it hears after the session has begun anew is for nobody. */
    private abstract class Step implements Gateway.Watching {
        private final int of = attempt;

        abstract void next(Json body);

        @Override
        public final void completed(Json body) {
            synchronized (Session.this) {
                if (of == attempt && !left) {
                    next(body);
                }
            }
            report();
        }

        @Override
        public final void failed(String why, boolean unauthorized) {
            synchronized (Session.this) {
                if (of == attempt && !left) {
                    if (unauthorized) {
                        token = null;
                    }
                    again(why);
                }
            }
        }
    }

    Session(Time time, Gateway gateway, Node node, Consumer<Set<PeerAddress>> members) {
        this.time = time;
        this.gateway = gateway;
        this.node = node;
        this.members = members;
    }

    synchronized void begin() {
        timer = null;
        attempt++;
        reading = false;
        changedMeanwhile = false;
        Credentials credentials = node.credentials;
        if (credentials != null && token == null) {
            String body = "{\"name\":" + Json.quote(credentials.user) + ",\"password\":"
                    + Json.quote(credentials.password) + '}';
            gateway.call("/v3/auth/authenticate", body, null, new Step() {
                @Override
                void next(Json answer) {
                    token = answer.text("token");
                    grant();
                }
            });
        } else {
            grant();
        }
    }

    private void call(String path, String body, Step step) {
        gateway.call(path, body, token, step);
    }

    private void grant() {
        if (node.address == null) {
            keepAlive();
            read();
            return;
        }
        call("/v3/lease/grant", "{\"TTL\":" + LEASE_SECONDS + '}', new Step() {
            @Override
            void next(Json answer) {
                lease = answer.number("ID");
                announce();
            }
        });
    }

    /** Puts this node's address in, unless another node with its ref is there. */
    private void announce() {
        String key = "\"key\":\"" + node.key() + '"';
        String value = Json.base64(node.value());
        String put = "{\"requestPut\":{" + key + ",\"value\":\"" + value + "\",\"lease\":\"" + lease + "\"}}";
        String isMine = "{" + key + ",\"target\":\"VALUE\",\"result\":\"EQUAL\",\"value\":\"" + value + "\"}";
        String isNew = "{" + key + ",\"target\":\"VERSION\",\"result\":\"EQUAL\",\"version\":\"0\"}";
        String other = "{\"requestTxn\":{\"compare\":[" + isMine + "],\"success\":[" + put + "],\"failure\":[]}}";
        call(
                "/v3/kv/txn",
                "{\"compare\":[" + isNew + "],\"success\":[" + put + "],\"failure\":[" + other + "]}",
                new Step() {
                    @Override
                    void next(Json answer) {
                        boolean put = answer.flag("succeeded")
                                || answer.objects("responses").stream().anyMatch(each -> each.object("response_txn")
                                        .flag("succeeded"));
                        if (put) {
                            keepAlive();
                            read();
                        } else {
                            again("Another node has announced itself with this node's ref " + node.ref
                                    + ": was its base directory copied? Delete the file with the ref in one of them, or"
                                    + " wait some seconds if this node has been restarted with another address.");
                        }
                    }
                });
    }

    private void keepAlive() {
        int of = attempt;
        timer = time.schedule(KEEP_ALIVE, () -> {
            synchronized (Session.this) {
                if (of == attempt && !left) {
                    timer = null;
                    beat();
                }
            }
        });
    }

    private void beat() {
        if (++beats % BEATS_TO_READ == 0) {
            read();
        }
        if (node.address == null) {
            keepAlive();
            return;
        }
        call("/v3/lease/keepalive", "{\"ID\":\"" + lease + "\"}", new Step() {
            @Override
            void next(Json answer) {
                if (answer.object("result").number("TTL") > 0) {
                    keepAlive();
                } else {
                    again("The lease was lost.");
                }
            }
        });
    }

    private static String range() {
        return "\"key\":\"" + Json.base64(PREFIX) + "\",\"range_end\":\"" + Json.base64(PREFIX_END) + '"';
    }

    /** Reads the members; once more afterwards, if they are being read already. */
    private void read() {
        if (reading) {
            changedMeanwhile = true;
            return;
        }
        reading = true;
        call("/v3/kv/range", "{" + range() + ",\"limit\":" + MOST_MEMBERS + '}', new Step() {
            @Override
            void next(Json answer) {
                reading = false;
                take(answer);
                if (watch == null) {
                    watch(answer.object("header").number("revision") + 1);
                }
                if (changedMeanwhile) {
                    changedMeanwhile = false;
                    read();
                }
            }
        });
    }

    private void watch(long revision) {
        String body = "{\"create_request\":{" + range() + ",\"start_revision\":\"" + revision + "\"}}";
        watch = gateway.watch(body, token, new Step() {
            @Override
            void next(Json message) {
                Json result = message.object("result");
                if (result.flag("canceled") || message.has("error")) {
                    again("The registry has ended the watch.");
                } else if (!result.objects("events").isEmpty()) {
                    read();
                }
            }
        });
    }

    private void take(Json answer) {
        if (failures > 0) {
            LOG.info("The registry answers again.");
        }
        failures = 0;
        long now = time.nanos();
        Set<PeerAddress> before = present;
        present = new HashSet<>();
        for (Json each : answer.objects("kvs")) {
            PeerAddress address = address(each.bytes("value"));
            if (address != null) {
                present.add(address);
            }
        }
        for (PeerAddress address : before) {
            vanishedNanos.put(address, now);
        }
        vanishedNanos.keySet().removeAll(present);
        vanishedNanos.values().removeIf(since -> now - since >= KEPT.toNanos());
    }

    private static @Nullable PeerAddress address(byte[] value) {
        try {
            Json json = Json.read(value);
            return new PeerAddress(json.text("host"), Math.toIntExact(json.number("port")), json.flag("tls"));
        } catch (IOException | IllegalArgumentException | ArithmeticException e) {
            LOG.debug("What is announced there is no address of a node; it is left out.", e);
            return null;
        }
    }

    private void report() {
        Set<PeerAddress> now;
        synchronized (this) {
            now = new HashSet<>(present);
            now.addAll(vanishedNanos.keySet());
            if (left || now.equals(reported)) {
                return;
            }
            reported = now;
        }
        members.accept(Set.copyOf(now));
    }

    /** Begins anew, after a while, at the next endpoint. Under the lock. */
    private void again(String why) {
        if (failures == 0) {
            LOG.warn("The registry can't be used, the members stay as they are until it can: {}", why);
        } else {
            LOG.debug("The registry can't be used: {}", why);
        }
        stop();
        attempt++;
        gateway.next();
        double most =
                Math.min((double) MOST_PAUSE.toMillis(), LEAST_PAUSE.toMillis() * Math.pow(2, Math.min(failures, 10)));
        failures++;
        long pause = (long) (most * (0.5 + random.nextDouble() / 2));
        timer = time.schedule(Duration.ofMillis(pause), this::begin);
    }

    private void stop() {
        Gateway.Watch open = watch;
        watch = null;
        if (open != null) {
            open.end();
        }
        Time.Timer set = timer;
        timer = null;
        if (set != null) {
            set.cancel();
        }
    }

    /** Withdraws what was announced, if the registry can be reached, and ends. */
    synchronized void leave() {
        if (left) {
            return;
        }
        stop();
        left = true;
        Gateway.Answer ended = new Gateway.Answer() {
            @Override
            public void completed(Json body) {
                gateway.close();
            }

            @Override
            public void failed(String why, boolean unauthorized) {
                LOG.debug("This node's lease could not be given back, and ends by itself: {}", why);
                gateway.close();
            }
        };
        if (lease == 0) {
            gateway.close();
        } else {
            gateway.call("/v3/lease/revoke", "{\"ID\":\"" + lease + "\"}", token, ended);
        }
    }
}
