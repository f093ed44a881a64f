package org.cachemanager.peer.http.internal;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The addresses of hosts that are known by name. To look one up blocks, so a few threads do that, for each host one at
 * a time. The last address that was found is used at once, and looked up again meanwhile: so neither a resolver that is
 * slow nor one that fails comes between nodes that have reached each other before.
 */
final class Names {

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.peer.http");
    private static final int THREADS = 4;
    private static final long FRESH_NANOS = Duration.ofSeconds(5).toNanos();

    /** More than any cluster has; beyond that those are forgotten that nobody waits for. */
    private static final int MOST_HOSTS = 1024;

    private final Outside outside;
    private final ExecutorService threads = newThreads();

    /** The guard of itself and of the hosts in it. */
    private final Map<String, Host> hosts = new HashMap<>();

    Names(Outside outside) {
        this.outside = outside;
    }

    /** What is known of a host, and who wants to know. */
    private static final class Host {
        private @Nullable InetAddress address;
        private long sinceNanos;
        private boolean isLookedUp;
        private List<Consumer<@Nullable InetAddress>> waiting = new ArrayList<>();
    }

    private static ExecutorService newThreads() {
        ThreadPoolExecutor few = new ThreadPoolExecutor(
                THREADS, THREADS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MOST_HOSTS), task -> {
                    Thread thread = new Thread(task, "cachemanager-peer-names");
                    thread.setDaemon(true);
                    return thread;
                });
        few.allowCoreThreadTimeOut(true);
        return few;
    }

    /**
     * Finds the address of a host.
     *
     * @param then told once, now if the host is known already; null: it has none
     */
    void find(String host, Consumer<@Nullable InetAddress> then) {
        InetAddress known;
        boolean lookUp;
        synchronized (hosts) {
            if (!hosts.containsKey(host)) {
                makeRoom();
            }
            Host of = hosts.computeIfAbsent(host, name -> new Host());
            known = of.address;
            lookUp = !of.isLookedUp && (known == null || outside.nanos().getAsLong() - of.sinceNanos > FRESH_NANOS);
            of.isLookedUp |= lookUp;
            if (known == null) {
                of.waiting.add(then);
            }
        }
        if (lookUp) {
            begin(host);
        }
        if (known != null) {
            then.accept(known);
        }
    }

    /** Forgets those that nobody waits for, if there are too many. Under the lock. */
    private void makeRoom() {
        if (hosts.size() >= MOST_HOSTS) {
            hosts.values().removeIf(of -> !of.isLookedUp);
        }
    }

    private void begin(String host) {
        try {
            threads.execute(() -> lookUp(host));
        } catch (RejectedExecutionException e) {
            LOG.debug("A name can't be looked up now.", e);
            found(host, null);
        }
    }

    private void lookUp(String host) {
        InetAddress address = null;
        try {
            address = outside.resolver().address(host);
        } catch (UnknownHostException | RuntimeException e) {
            LOG.debug("A name could not be looked up.", e);
        } finally {
            found(host, address);
        }
    }

    private void found(String host, @Nullable InetAddress address) {
        List<Consumer<@Nullable InetAddress>> told;
        InetAddress best;
        synchronized (hosts) {
            Host of = hosts.computeIfAbsent(host, name -> new Host());
            of.isLookedUp = false;
            of.sinceNanos = outside.nanos().getAsLong();
            if (address != null) {
                of.address = address;
            }
            best = of.address;
            told = of.waiting;
            of.waiting = new ArrayList<>();
            if (best == null) {
                hosts.remove(host);
            }
        }
        told.forEach(one -> one.accept(best));
    }

    /** Looks nothing up any more; who waits is not told. */
    void stop() {
        threads.shutdownNow();
    }
}
