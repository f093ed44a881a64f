package org.cachemanager.endpoint.http.internal;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The exchanges that wait for a reply; they hold no thread. */
final class ParkedCalls {

    private final Set<Exchange> waiting = ConcurrentHashMap.newKeySet();
    private final Postbox postbox;

    ParkedCalls(Postbox postbox) {
        this.postbox = postbox;
    }

    /** By which they go on. */
    Postbox postbox() {
        return postbox;
    }

    void add(Exchange exchange) {
        waiting.add(exchange);
    }

    void remove(Exchange exchange) {
        waiting.remove(exchange);
    }

    int size() {
        return waiting.size();
    }

    /** Answers all that they can't be served any more. */
    void stop() {
        List.copyOf(waiting).forEach(Exchange::stopped);
    }
}
