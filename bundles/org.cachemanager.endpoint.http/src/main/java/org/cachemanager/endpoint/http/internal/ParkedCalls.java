package org.cachemanager.endpoint.http.internal;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The exchanges that wait for a reply; they hold no thread. The list runs through them, under this object's lock, which
 * is held for nothing else.
 */
final class ParkedCalls {

    private @Nullable Exchange first;
    private int size;
    private boolean stopped;

    synchronized void add(Exchange exchange) {
        Exchange next = first;
        exchange.nextParked = next;
        if (next != null) {
            next.previousParked = exchange;
        }
        first = exchange;
        size++;
    }

    /** Takes out an exchange that is in it. */
    synchronized void remove(Exchange exchange) {
        Exchange previous = exchange.previousParked;
        Exchange next = exchange.nextParked;
        if (previous == null) {
            first = next;
        } else {
            previous.nextParked = next;
        }
        if (next != null) {
            next.previousParked = previous;
        }
        exchange.previousParked = null;
        exchange.nextParked = null;
        size--;
    }

    /** Whether those who come now can't be served any more. */
    synchronized boolean isStopped() {
        return stopped;
    }

    synchronized int size() {
        return size;
    }

    private synchronized List<Exchange> allAtLast() {
        stopped = true;
        List<Exchange> all = new ArrayList<>(size);
        for (Exchange next = first; next != null; next = next.nextParked) {
            all.add(next);
        }
        return all;
    }

    /** Answers all that they can't be served any more; who comes later has to look. */
    void stop() {
        allAtLast().forEach(Exchange::stopped);
    }
}
