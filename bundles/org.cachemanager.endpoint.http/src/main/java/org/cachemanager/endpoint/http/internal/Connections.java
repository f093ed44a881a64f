package org.cachemanager.endpoint.http.internal;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.cachemanager.api.Cache;
import org.cachemanager.api.Failure;
import org.cachemanager.api.Reservation;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.LifeCycle;
import org.jspecify.annotations.Nullable;

/**
 * The connections of an endpoint, which count against the limit of the cache as items do: room is held for them, some
 * at a time. Calls on a connection for which there is none are refused, those about the node itself aside; beyond a few
 * of those, connections are closed.
 *
 * <p>Also ends those that take too long to send the head of a request, byte by byte, which no idle time-out notices.
 *
 * <p>The lock guards what is held; room is asked for under it, which calls nobody back.
 */
final class Connections implements Connection.Listener, LifeCycle.Listener {

    /** What a connection takes, with a request under way: its objects, its headers and its input buffer. */
    static final int BYTES = 8 * 1024;

    /** What encryption takes besides. */
    static final int TLS_BYTES = 40 * 1024;

    private static final long BLOCK_BYTES = 64L * BYTES;

    /** How many connections may be there that only hear that there are too many. */
    private static final int MOST_SURPLUS = 256;

    private static final long SURPLUS_IDLE_MILLIS = 1000;
    private static final long LOOK_MILLIS = 2000;

    /** What is answered however full the node is: peers regard it as up as long as it says so. */
    private static final Set<String> ABOUT_THE_NODE = Set.of("/status", "/peer/greet");

    private static final Failure TOO_MANY =
            new Failure(Failure.Reason.NO_ROOM, "There is no room for more connections; try again a little later.");

    private final Services services;
    private final ServerConnector connector;
    private final long headNanos;
    private final AtomicLong bytes = new AtomicLong();
    private final Set<EndPoint> surplus = ConcurrentHashMap.newKeySet();
    private final Map<Connection, Head> heads = new HashMap<>();

    private final Object guard = new Object();
    private final Deque<Reservation> blocks = new ArrayDeque<>();
    private @Nullable Cache holder;
    private volatile long held;

    /** @param patience how long the head of a request may take, and so how long a connection may be silent */
    Connections(Services services, ServerConnector connector, Duration patience) {
        this.services = services;
        this.connector = connector;
        this.headNanos = patience.toNanos();
    }

    /** What handles requests, but for those on connections for which there was no room when they came. */
    Handler admitting(Handler handler) {
        return new Handler.Wrapper(handler) {
            @Override
            public boolean handle(Request request, Response response, Callback callback) throws Exception {
                if (surplus.isEmpty()
                        || !surplus.contains(
                                request.getConnectionMetaData().getConnection().getEndPoint())
                        || ABOUT_THE_NODE.contains(
                                String.valueOf(request.getHttpURI().getPath()))) {
                    return super.handle(request, response, callback);
                }
                Answers.close(response);
                Answers.refuse(
                        response, Answers.status(TOO_MANY), Answers.body(TOO_MANY), new Linger(request, callback));
                return true;
            }
        };
    }

    private static int weight(Connection connection) {
        return connection instanceof SslConnection ? TLS_BYTES : BYTES;
    }

    @Override
    public void onOpened(Connection connection) {
        if (bytes.addAndGet(weight(connection)) > held && !hold()) {
            EndPoint endPoint = connection.getEndPoint();
            surplus.add(endPoint);
            endPoint.setIdleTimeout(SURPLUS_IDLE_MILLIS);
            if (surplus.size() > MOST_SURPLUS) {
                endPoint.close();
            }
            if (!endPoint.isOpen()) {
                surplus.remove(endPoint); // it may have been told closed before it was added
            }
        }
    }

    @Override
    public void onClosed(Connection connection) {
        surplus.remove(connection.getEndPoint());
        if (bytes.addAndGet(-weight(connection)) < held - 2 * BLOCK_BYTES) {
            giveBack();
        }
    }

    private boolean hold() {
        Cache cache = services.cache();
        synchronized (guard) {
            if (cache != holder) {
                drop();
                holder = cache;
            }
            while (cache != null && held < bytes.get()) {
                Reservation block = cache.hold(BLOCK_BYTES);
                if (block == null) {
                    return false;
                }
                blocks.push(block);
                held += BLOCK_BYTES;
            }
        }
        return true;
    }

    private void giveBack() {
        synchronized (guard) {
            while (!blocks.isEmpty() && bytes.get() < held - BLOCK_BYTES) {
                blocks.pop().close();
                held -= BLOCK_BYTES;
            }
        }
    }

    private void drop() {
        blocks.forEach(Reservation::close);
        blocks.clear();
        held = 0;
    }

    /** How far a connection had come when it was looked at. */
    private record Head(long requests, long received, long sinceNanos) {}

    @Override
    public void lifeCycleStarted(LifeCycle started) {
        lookLater();
    }

    private void lookLater() {
        if (connector.isRunning()) {
            connector.getScheduler().schedule(this::look, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void look() {
        try {
            hold(); // of a cache that has come in another's place
            lookAtHeads(System.nanoTime());
        } finally {
            lookLater();
        }
    }

    private void lookAtHeads(long now) {
        Map<Connection, Head> before = Map.copyOf(heads);
        heads.clear();
        for (EndPoint endPoint : connector.getConnectedEndPoints()) {
            Connection outer = endPoint.getConnection();
            Connection connection = outer instanceof SslConnection encrypted
                    ? encrypted.getSslEndPoint().getConnection()
                    : outer;
            if (connection != null && connection.getMessagesIn() == connection.getMessagesOut()) {
                look(connection, outer.getBytesIn(), now, before.get(connection));
            }
        }
    }

    /** @param received what came over the wire, encrypted or not */
    private void look(Connection connection, long received, long now, @Nullable Head before) {
        long requests = connection.getMessagesIn();
        if (before == null || before.requests != requests || before.received == received) {
            heads.put(connection, new Head(requests, received, now));
        } else if (now - before.sinceNanos < headNanos) {
            heads.put(connection, before);
        } else {
            connection.getEndPoint().close(new TimeoutException("The head of a request did not arrive in time."));
        }
    }

    @Override
    public void lifeCycleStopped(LifeCycle stopped) {
        synchronized (guard) {
            drop();
            holder = null;
        }
    }
}
