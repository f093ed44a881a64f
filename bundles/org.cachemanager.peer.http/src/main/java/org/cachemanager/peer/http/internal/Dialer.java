package org.cachemanager.peer.http.internal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.util.regex.Pattern;
import org.cachemanager.api.peer.PeerAddress;
import org.cachemanager.protocol.net.KeepAlive;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Begins connections to peers. Neither blocks nor waits. */
final class Dialer {

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.peer.http");

    /**
     * What is surely read as an address, or refused as none: anything else may be asked of a resolver, which blocks.
     */
    private static final Pattern ADDRESS = Pattern.compile(
            "(BYTE\\.){3}BYTE|(?=[0-9A-Fa-f:]).*:.*".replace("BYTE", "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"));

    private final Outside outside;
    private final Trust trust;
    private final Selectors selectors;
    private final Names names;

    Dialer(Outside outside, Trust trust, Selectors selectors) {
        this.outside = outside;
        this.trust = trust;
        this.selectors = selectors;
        this.names = new Names(outside);
    }

    /** Makes a connection for a call, which carries it first; or fails the call. */
    void connect(Exchange exchange) {
        PeerAddress peer = exchange.peer();
        if (peer.tls() && !trust.isUsable()) {
            exchange.fail(Refusals.noCertificates(peer));
        } else if (ADDRESS.matcher(peer.host()).matches()) {
            connect(exchange, read(peer.host()));
        } else {
            names.find(peer.host(), address -> connect(exchange, address));
        }
    }

    /** An address as it is written; nothing is looked up for it. */
    private static @Nullable InetAddress read(String host) {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            LOG.debug("Not an address.", e);
            return null;
        }
    }

    private void connect(Exchange exchange, @Nullable InetAddress address) {
        if (!exchange.isOpen()) {
            return;
        }
        PeerAddress peer = exchange.peer();
        if (address == null) {
            exchange.fail(Refusals.unknown(peer));
            return;
        }
        SocketChannel channel;
        try {
            channel = outside.sockets().open();
        } catch (IOException e) {
            LOG.debug("No socket can be made.", e);
            exchange.fail(Refusals.noConnection(peer));
            return;
        }
        try {
            begin(channel, new InetSocketAddress(address, peer.port()), exchange);
        } catch (IOException | RuntimeException e) {
            close(channel);
            exchange.fail(Refusals.lost(peer, e));
        }
    }

    private void begin(SocketChannel channel, InetSocketAddress address, Exchange exchange) throws IOException {
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        KeepAlive.enable(channel);
        boolean connected = channel.connect(address);
        if (!exchange.carriedBy(() -> giveUp(channel))) {
            channel.close();
        } else if (connected) {
            selectors.accept(channel, exchange);
        } else {
            selectors.connect(channel, exchange);
        }
    }

    /** A channel that is registered with a selector is closed by it, the next time that it selects: now. */
    private void giveUp(SocketChannel channel) throws IOException {
        channel.close();
        selectors.wakeUp();
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("A connection did not close cleanly.", e);
        }
    }

    void stop() {
        names.stop();
    }
}
