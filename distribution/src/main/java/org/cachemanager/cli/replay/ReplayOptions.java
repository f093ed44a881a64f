package org.cachemanager.cli.replay;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Supplier;
import javax.net.SocketFactory;

/**
 * How a trace is replayed.
 *
 * @param node where the node's endpoint is
 * @param sockets make the connections: plain ones, or those of TLS
 * @param namespace gives the plain name or a fresh token, once for each call
 * @param clients how many callers at once
 * @param maxWait how long a {@code get_data} waits
 * @param ttl how long what is made lives
 * @param dataLength how many characters each made value has, at the least
 * @param limit how many requests of the trace at the most
 */
public record ReplayOptions(
        InetSocketAddress node,
        SocketFactory sockets,
        Supplier<String> namespace,
        int clients,
        Duration maxWait,
        Duration ttl,
        int dataLength,
        long limit) {

    /** 32 clients, a wait of 30 s, an hour to live, 100 characters, the whole trace. */
    public static ReplayOptions of(InetSocketAddress node, Supplier<String> namespace) {
        return new ReplayOptions(
                node,
                SocketFactory.getDefault(),
                namespace,
                32,
                Duration.ofSeconds(30),
                Duration.ofHours(1),
                100,
                Long.MAX_VALUE);
    }

    /** The same over other connections. */
    public ReplayOptions withSockets(SocketFactory others) {
        return new ReplayOptions(node, others, namespace, clients, maxWait, ttl, dataLength, limit);
    }

    /** The same with another number of clients. */
    public ReplayOptions withClients(int number) {
        return new ReplayOptions(node, sockets, namespace, number, maxWait, ttl, dataLength, limit);
    }

    /** The same with other times. */
    public ReplayOptions withTimes(Duration newMaxWait, Duration newTtl) {
        return new ReplayOptions(node, sockets, namespace, clients, newMaxWait, newTtl, dataLength, limit);
    }

    /** The same with another length of data. */
    public ReplayOptions withDataLength(int length) {
        return new ReplayOptions(node, sockets, namespace, clients, maxWait, ttl, length, limit);
    }

    /** The same for the beginning of the trace alone. */
    public ReplayOptions withLimit(long most) {
        return new ReplayOptions(node, sockets, namespace, clients, maxWait, ttl, dataLength, most);
    }
}
