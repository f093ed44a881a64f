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

    /** Few: probes and greetings come one after the other. */
    private static final int MOST_FOR_CONTROL = 2;

    private final Map<Kind, Deque<PeerConnection>> idle = new HashMap<>();

    /**
     * What a connection is used for. Calls about the cluster itself have some of their own, that no burst of others
     * takes.
     */
    record Kind(PeerAddress peer, boolean control) {}

    /** Takes one out. */
    synchronized @Nullable PeerConnection take(Kind kind) {
        Deque<PeerConnection> of = idle.get(kind);
        PeerConnection taken = of == null ? null : of.pollFirst();
        if (of != null && of.isEmpty()) {
            idle.remove(kind);
        }
        return taken;
    }

    /** Puts one in; false if there are enough. */
    synchronized boolean give(PeerConnection connection) {
        Deque<PeerConnection> of = idle.computeIfAbsent(connection.kind(), kind -> new ArrayDeque<>(2));
        if (of.size() >= (connection.kind().control() ? MOST_FOR_CONTROL : MOST_OF_A_PEER)) {
            return false;
        }
        of.addFirst(connection);
        return true;
    }

    /** Takes this one out; false if it is not there, but carries a call. */
    synchronized boolean remove(PeerConnection connection) {
        Deque<PeerConnection> of = idle.get(connection.kind());
        if (of == null || !of.remove(connection)) {
            return false;
        }
        if (of.isEmpty()) {
            idle.remove(connection.kind());
        }
        return true;
    }

    /** Takes out and closes those of some peers. */
    void close(Predicate<PeerAddress> which) {
        List<PeerConnection> out = new ArrayList<>();
        synchronized (this) {
            idle.values().removeIf(of -> {
                boolean taken = which.test(of.getFirst().kind().peer());
                if (taken) {
                    out.addAll(of);
                }
                return taken;
            });
        }
        out.forEach(PeerConnection::close);
    }
}
