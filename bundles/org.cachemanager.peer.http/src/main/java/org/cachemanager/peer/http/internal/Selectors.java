package org.cachemanager.peer.http.internal;

import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import javax.net.ssl.SSLEngine;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.io.ssl.SslHandshakeListener;
import org.eclipse.jetty.util.thread.Scheduler;

/** Makes connections of channels; what is attached to a channel is the call for which it is made. */
final class Selectors extends SelectorManager {

    /** Longer than anybody waits: who calls gives up, and the channel is closed then. */
    private static final Duration CONNECT = Duration.ofMinutes(2);

    private final Engine engine;

    Selectors(Engine engine, Scheduler timer, int count) {
        super(engine.executor(), timer, count);
        this.engine = engine;
        setConnectTimeout(CONNECT.toMillis());
    }

    /** Has every selector look at its channels. */
    void wakeUp() {
        for (ManagedSelector selector : getBeans(ManagedSelector.class)) {
            selector.submit(next -> {});
        }
    }

    @Override
    protected EndPoint newEndPoint(SelectableChannel channel, ManagedSelector selector, SelectionKey key) {
        SocketChannelEndPoint endPoint =
                new SocketChannelEndPoint((SocketChannel) channel, selector, key, getScheduler());
        endPoint.setIdleTimeout(engine.outside().idle().toMillis());
        return endPoint;
    }

    @Override
    public Connection newConnection(SelectableChannel channel, EndPoint endPoint, Object attachment) {
        Exchange first = (Exchange) attachment;
        int generation = engine.generation();
        if (!first.peer().tls()) {
            return new PeerConnection(endPoint, engine, generation, first);
        }
        SSLEngine ssl = engine.trust().engine(first.peer());
        SslConnection outer = new SslConnection(engine.buffers(), getExecutor(), null, endPoint, ssl);
        outer.setRenegotiationAllowed(false);
        PeerConnection inner = new PeerConnection(outer.getSslEndPoint(), engine, generation, first);
        outer.getSslEndPoint().setConnection(inner);
        outer.addHandshakeListener(new SslHandshakeListener() {
            @Override
            public void handshakeFailed(Event event, Throwable failure) {
                inner.handshakeFailed(failure);
            }
        });
        return outer;
    }

    @Override
    protected void connectionFailed(SelectableChannel channel, Throwable cause, Object attachment) {
        engine.lost((Exchange) attachment, cause, false);
    }
}
