package org.cachemanager.registry.etcd.internal;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.cachemanager.api.host.Time;
import org.cachemanager.api.peer.PeerAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's place in etcd: {@code authenticate → lease → announce → members → watch}, and the lease kept alive beside
 * it, with the members read and the watch begun again each minute in case it has gone deaf. Whatever fails begins it
 * all anew at the next endpoint, after a pause that grows until it has gone well for five seconds; the members stay as
 * they were last reported meanwhile.
 *
 * <p>Its lock guards everything; the gateway is called under it, which never answers before it returns, the members are
 * reported under no lock.
 */
final class Session {

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.registry.etcd");
    static final int LEASE_SECONDS = 15;
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(LEASE_SECONDS / 3);
    private static final int BEATS_TO_READ = 12;
    private static final Duration LEAST_PAUSE = Duration.ofMillis(200);
    private static final Duration MOST_PAUSE = Duration.ofSeconds(10);

    private final Time time;
    private final Gateway gateway;
    private final Node node;
    private final Consumer<Set<PeerAddress>> listener;
    private final Random random = new Random();
    private final Members members;
    private final Complaints complaints;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private boolean reading;
    private boolean changedMeanwhile;
    private int beats;
    private int attempt;
    private int failures;
    private boolean saidOpen;
    private @Nullable String token;
    private long lease;
    private int watches;
    private Gateway.@Nullable Watch watch;
    private Time.@Nullable Timer timer;
    private boolean left;

    /** A step of the session; what it hears after the session has begun anew is for nobody. */
    private abstract class Step implements Gateway.Watching {
        private final int of = attempt;

        abstract void next(Json body);

        /** What comes of a failure; a token may have been refused without its being said. Under the lock. */
        void fail(String why, boolean refused) {
            if (refused) {
                token = null;
            }
            again(why);
        }

        boolean isCurrent() {
            return of == attempt && !left;
        }

        @Override
        public final void completed(Json body) {
            synchronized (Session.this) {
                if (isCurrent()) {
                    next(body);
                }
            }
            report();
        }

        @Override
        public final void failed(String why, boolean refused) {
            synchronized (Session.this) {
                if (isCurrent()) {
                    fail(why, refused);
                }
            }
        }
    }

    Session(Time time, Gateway gateway, Node node, Consumer<Set<PeerAddress>> listener) {
        this.time = time;
        this.gateway = gateway;
        this.node = node;
        this.listener = listener;
        members = new Members(time, node.cluster());
        complaints = new Complaints(time);
    }

    synchronized void begin() {
        if (left) {
            return;
        }
        timer = null;
        attempt++;
        reading = false;
        changedMeanwhile = false;
        Node.Credentials credentials = node.credentials();
        if (credentials == null || token != null) {
            grant();
            return;
        }
        String body = "{\"name\":" + Json.quote(credentials.user()) + ",\"password\":"
                + Json.quote(credentials.password()) + '}';
        gateway.call("/v3/auth/authenticate", body, null, new Step() {
            @Override
            void next(Json answer) {
                token = answer.text("token");
                grant();
            }

            @Override
            void fail(String why, boolean refused) {
                if (refused && why.contains("authentication is not enabled")) {
                    goOnWithoutAUser();
                } else {
                    super.fail(why, refused);
                }
            }
        });
    }

    private void goOnWithoutAUser() {
        if (!saidOpen) {
            LOG.warn("The registry lets everybody in: registry.user is not used until it asks for one.");
        }
        saidOpen = true;
        grant();
    }

    private void call(String path, String body, Step step) {
        gateway.call(path, body, token, step);
    }

    private void grant() {
        if (node.address() == null) {
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
                            again("Another node has announced itself with this node's ref " + node.ref()
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
        if (watch != null) {
            failures = 0;
            if (complaints.clear()) {
                LOG.info("The registry answers again.");
            }
        }
        if (++beats % BEATS_TO_READ == 0) {
            endWatch();
            read();
        }
        if (node.address() == null) {
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

    /** Reads the members; once more afterwards, if they are being read already. */
    private void read() {
        if (reading) {
            changedMeanwhile = true;
            return;
        }
        reading = true;
        call("/v3/kv/range", "{" + node.cluster().range() + ",\"limit\":" + Members.MOST + '}', new Step() {
            @Override
            void next(Json answer) {
                reading = false;
                members.take(answer);
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
        String body = "{\"create_request\":{" + node.cluster().range() + ",\"start_revision\":\"" + revision + "\"}}";
        int number = ++watches;
        watch = gateway.watch(body, token, new Step() {
            @Override
            boolean isCurrent() {
                return super.isCurrent() && number == watches;
            }

            @Override
            void next(Json message) {
                Json result = message.object("result");
                if (result.flag("canceled") || message.has("error")) {
                    String why = result.text("cancel_reason")
                            + message.object("error").text("message");
                    fail("The registry has ended the watch. " + Complaints.shown(why), true);
                } else if (!result.objects("events").isEmpty()) {
                    read();
                }
            }
        });
    }

    private void endWatch() {
        Gateway.Watch open = watch;
        watch = null;
        watches++;
        if (open != null) {
            open.end();
        }
    }

    private void report() {
        List<Set<PeerAddress>> news;
        synchronized (this) {
            news = left ? List.of() : members.news();
        }
        news.forEach(listener);
    }

    /** Begins anew, after a while, at the next endpoint. Under the lock. */
    private void again(String why) {
        if (complaints.isNew(why)) {
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
        endWatch();
        Time.Timer set = timer;
        timer = null;
        if (set != null) {
            set.cancel();
        }
    }

    /** Done when it has been left, and what was announced is withdrawn or can't be. */
    CompletableFuture<Void> ended() {
        return ended;
    }

    /** Withdraws what was announced, if the registry can be reached, and ends. */
    synchronized void leave() {
        if (left) {
            return;
        }
        stop();
        left = true;
        Gateway.Answer revoked = new Gateway.Answer() {
            @Override
            public void completed(Json body) {
                close();
            }

            @Override
            public void failed(String why, boolean refused) {
                LOG.debug("This node's lease could not be given back, and ends by itself: {}", why);
                close();
            }
        };
        if (lease == 0) {
            close();
        } else {
            gateway.call("/v3/lease/revoke", "{\"ID\":\"" + lease + "\"}", token, revoked);
        }
    }

    private void close() {
        gateway.close();
        ended.complete(null);
    }
}
