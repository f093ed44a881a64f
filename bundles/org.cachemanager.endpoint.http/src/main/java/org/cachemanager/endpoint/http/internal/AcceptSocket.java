package org.cachemanager.endpoint.http.internal;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.server.ServerConnector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listening socket that can be replaced by one on an address that overlaps, such as 0.0.0.0 after 127.0.0.1, without
 * a moment at which nobody listens.
 *
 * <p>Whoever connects in the instant between the last accept and the close is reset by the kernel. So a socket whose
 * address goes on being served is never closed: it passes to the next endpoint as it is. One whose address is left is
 * closed some time later, when its callers have moved.
 */
final class AcceptSocket {

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.endpoint.http");

    private static final long PATIENCE_SECONDS = 5;

    private final ServerSocketChannel channel;

    private AcceptSocket(ServerSocketChannel channel) {
        this.channel = channel;
    }

    /**
     * Begins to listen, or goes on with a socket that does.
     *
     * @param queue how many connections may wait to be accepted
     * @param former the sockets of who listens until now; made to share their port when they hold the address
     * @return first the one of the address, then those of {@code former} that would keep connections from it
     */
    static List<AcceptSocket> open(InetSocketAddress address, int queue, List<AcceptSocket> former) throws IOException {
        for (AcceptSocket socket : former) {
            if (socket.address().equals(address)) {
                return List.of(socket);
            }
        }
        List<AcceptSocket> samePort = new ArrayList<>();
        for (AcceptSocket socket : former) {
            if (socket.address().getPort() == address.getPort()) {
                samePort.add(socket);
            }
        }
        List<AcceptSocket> all = new ArrayList<>();
        all.add(bind(address, queue, samePort));
        if (address.getAddress().isAnyLocalAddress()) {
            all.addAll(samePort);
        }
        return all;
    }

    private static AcceptSocket bind(InetSocketAddress address, int queue, List<AcceptSocket> sharing)
            throws IOException {
        try {
            return bind(address, queue, false);
        } catch (BindException e) {
            if (sharing.isEmpty()) {
                throw e;
            }
            share(sharing, true);
            try {
                return bind(address, queue, true);
            } finally {
                share(sharing, false);
            }
        }
    }

    private static void share(List<AcceptSocket> sockets, boolean shared) throws IOException {
        for (AcceptSocket socket : sockets) {
            socket.channel.setOption(StandardSocketOptions.SO_REUSEPORT, shared);
        }
    }

    private static AcceptSocket bind(InetSocketAddress address, int queue, boolean shared) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            if (shared) {
                channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            }
            channel.bind(address, queue);
            if (shared) {
                channel.setOption(StandardSocketOptions.SO_REUSEPORT, false); // with nobody but the predecessor
            }
            return new AcceptSocket(channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    ServerSocketChannel channel() {
        return channel;
    }

    /** Where it listens, the real port included. */
    InetSocketAddress address() throws IOException {
        SocketAddress address = channel.getLocalAddress();
        if (address instanceof InetSocketAddress inet) {
            return inet;
        }
        throw new IOException("Not an internet address: " + address);
    }

    void close() {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("A listening socket did not close.", e);
        }
    }

    /**
     * Has a connector accept no more of its connections; who waits to be accepted goes on waiting. Blocks until the
     * connector's selector has forgotten it.
     *
     * @throws IOException if that takes too long
     */
    void leave(ServerConnector connector) throws IOException {
        CountDownLatch left = new CountDownLatch(1);
        for (ManagedSelector managed : connector.getSelectorManager().getBeans(ManagedSelector.class)) {
            managed.submit(selector -> {
                SelectionKey key = channel.keyFor(selector);
                if (key != null) {
                    key.cancel();
                    managed.submit(next -> left.countDown());
                }
            });
        }
        try {
            if (!left.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("it is not let go of by who listens there now");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    /** Has a connector, which runs, accept its connections. */
    void join(ServerConnector connector) throws IOException {
        channel.configureBlocking(false);
        connector.getSelectorManager().acceptor(channel);
    }

    /**
     * Stops listening. Connections that wait to be accepted are handed to the connector first. Blocks as {@link #leave}
     * does.
     *
     * <p>A channel that is registered with a selector is closed only when that selects the next time, and what arrives
     * until then is reset. So the selector has to have forgotten it before.
     */
    void handOver(ServerConnector connector) {
        try {
            leave(connector);
            for (SocketChannel last = channel.accept(); last != null; last = channel.accept()) {
                last.configureBlocking(false);
                last.setOption(StandardSocketOptions.TCP_NODELAY, true);
                HttpEndpoint.keepAlive(last);
                connector.getSelectorManager().accept(last);
            }
        } catch (IOException e) {
            LOG.debug("A connection was lost while its endpoint was closed.", e);
        } finally {
            close();
        }
    }
}
