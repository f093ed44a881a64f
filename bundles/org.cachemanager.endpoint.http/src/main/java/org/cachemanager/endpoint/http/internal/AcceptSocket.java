package org.cachemanager.endpoint.http.internal;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listening socket that can be replaced by one on an address that overlaps, such as 0.0.0.0 after 127.0.0.1, without
 * a moment at which nobody listens, and closed without losing a connection that waits to be accepted.
 */
final class AcceptSocket {

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.endpoint.http");

    private final ServerSocketChannel channel;

    private AcceptSocket(ServerSocketChannel channel) {
        this.channel = channel;
    }

    /**
     * Begins to listen.
     *
     * @param queue how many connections may wait to be accepted
     * @param predecessor is made to share its port when it holds the address
     */
    static AcceptSocket open(InetSocketAddress address, int queue, @Nullable AcceptSocket predecessor)
            throws IOException {
        try {
            return bind(address, queue, false);
        } catch (BindException e) {
            if (predecessor == null || predecessor.address().getPort() != address.getPort()) {
                throw e;
            }
            predecessor.channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            try {
                return bind(address, queue, true);
            } finally {
                predecessor.channel.setOption(StandardSocketOptions.SO_REUSEPORT, false);
            }
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
     * Stops listening. Connections that wait to be accepted are handed to the connector first.
     *
     * <p>A channel that is registered with a selector is closed only when that selects the next time, and what arrives
     * until then is reset. So its key is cancelled first, and the rest done when the selector has forgotten it.
     */
    void handOver(ServerConnector connector) {
        for (ManagedSelector managed : connector.getSelectorManager().getBeans(ManagedSelector.class)) {
            managed.submit(selector -> {
                SelectionKey key = channel.keyFor(selector);
                if (key != null) {
                    key.cancel();
                    managed.submit(next -> acceptTheRest(connector, next));
                }
            });
        }
    }

    private void acceptTheRest(ServerConnector connector, Selector selector) {
        try {
            if (channel.keyFor(selector) != null) {
                LOG.debug("A selector has not forgotten a listening socket; it is closed all the same.");
            }
            for (SocketChannel last = channel.accept(); last != null; last = channel.accept()) {
                last.configureBlocking(false);
                last.setOption(StandardSocketOptions.TCP_NODELAY, true);
                connector.getSelectorManager().accept(last);
            }
        } catch (IOException e) {
            LOG.debug("A connection was lost while its endpoint was closed.", e);
        } finally {
            close();
        }
    }
}
