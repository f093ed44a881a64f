package org.cachemanager.endpoint.http.internal;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is looked after twice a second for all endpoints of the bundle, in one thread: those that listen, and those that
 * drain, which outlive their component.
 */
@Component(service = Upkeep.class, immediate = true)
public final class Upkeep {

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.endpoint.http");
    private static final long PERIOD_MILLIS = 500;

    private final Set<Listener> listeners = ConcurrentHashMap.newKeySet();
    private final Set<HttpEndpoint> draining = ConcurrentHashMap.newKeySet();
    private @Nullable ScheduledExecutorService timer;

    @Activate
    void activate() {
        timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "cachemanager-http-upkeep");
            thread.setDaemon(true);
            return thread;
        });
        var unused = timer.scheduleWithFixedDelay(this::look, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** The bundle stops: what still drains is stopped. */
    @Deactivate
    void deactivate() {
        if (timer != null) {
            timer.shutdownNow();
        }
        draining.forEach(HttpEndpoint::stop);
        draining.clear();
    }

    void add(Listener listener) {
        listeners.add(listener);
    }

    void remove(Listener listener) {
        listeners.remove(listener);
    }

    /** Has an endpoint end when its calls have. */
    void drain(HttpEndpoint endpoint) {
        endpoint.drain();
        draining.add(endpoint);
    }

    /** Has endpoints that drain listen no more at a port, which somebody else wants. Blocks until that is done. */
    void free(int port) {
        for (HttpEndpoint endpoint : draining) {
            if (endpoint.listensAt(port)) {
                endpoint.stopListening();
            }
        }
    }

    /** How many endpoints drain. */
    int draining() {
        return draining.size();
    }

    /** Looks after all. */
    void look() {
        for (Listener listener : listeners) {
            attempt(listener::look);
        }
        for (HttpEndpoint endpoint : draining) {
            attempt(() -> {
                if (endpoint.drainFurther() && draining.remove(endpoint)) {
                    endpoint.stop();
                }
            });
        }
    }

    private static void attempt(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            LOG.error("An endpoint could not be looked after; it is tried again.", e);
        }
    }
}
