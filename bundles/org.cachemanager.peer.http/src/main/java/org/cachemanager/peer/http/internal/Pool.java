package org.cachemanager.peer.http.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.cachemanager.api.peer.PeerAddress;
import org.jspecify.annotations.Nullable;

/** The connections that carry no call now, the last used first. No connection is closed under the lock. */
final class Pool {

    /** As many as a burst of calls leaves behind; more are closed. */
    private static final int MOST_OF_A_PEER = 64;

    private final Map<PeerAddress, Deque<PeerConnection>> idle = new HashMap<>();

    /** Takes one out. */
    synchronized @Nullable PeerConnection take(PeerAddress peer) {
        Deque<PeerConnection> of = idle.get(peer);
        PeerConnection taken = of == null ? null : of.pollFirst();
        if (of != null && of.isEmpty()) {
            idle.remove(peer);
        }
        return taken;
    }

    /** Puts one in; false if there are enough. */
    synchronized boolean give(PeerConnection connection) {
        Deque<PeerConnection> of = idle.computeIfAbsent(connection.peer(), peer -> new ArrayDeque<>(2));
        if (of.size() >= MOST_OF_A_PEER) {
            return false;
        }
        of.addFirst(connection);
        return true;
    }

    /** Takes this one out; false if it is not there, but carries a call. */
    synchronized boolean remove(PeerConnection connection) {
        Deque<PeerConnection> of = idle.get(connection.peer());
        if (of == null || !of.remove(connection)) {
            return false;
        }
        if (of.isEmpty()) {
            idle.remove(connection.peer());
        }
        return true;
    }

    /** Takes out and closes those of some peers. */
    void close(Predicate<PeerAddress> which) {
        List<PeerConnection> out = new ArrayList<>();
        synchronized (this) {
            idle.values().removeIf(of -> {
                boolean taken = which.test(of.getFirst().peer());
                if (taken) {
                    out.addAll(of);
                }
                return taken;
            });
        }
        out.forEach(PeerConnection::close);
    }
}
