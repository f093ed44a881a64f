package org.cachemanager.endpoint.http.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * The node's end of a connection. It does not read in vain: a read that left room in its buffer has taken all that
 * there was, and Jetty would read twice more before it waits for the selector, which tells at once if there is more.
 */
final class ClientEndPoint extends SocketChannelEndPoint {

    private final Postbox postbox;
    private volatile boolean drained;

    /** @param home what it shares with the others of the selector */
    ClientEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key, Home home) {
        super(channel, selector, key, home.scheduler());
        this.postbox = home.postbox();
    }

    /**
     * What the connections of a selector share.
     *
     * @param scheduler of their time-outs
     * @param postbox of the steps that its thread runs
     */
    record Home(Scheduler scheduler, Postbox postbox) {}

    /** Where the steps go that answer calls of a connection. */
    static Postbox postbox(EndPoint endPoint) {
        EndPoint own = endPoint instanceof SslConnection.SslEndPoint encrypted
                ? encrypted.getSslConnection().getEndPoint()
                : endPoint;
        return ((ClientEndPoint) own).postbox;
    }

    @Override
    public int fill(ByteBuffer buffer) throws IOException {
        if (drained) {
            return 0;
        }
        int space = BufferUtil.space(buffer);
        int count = super.fill(buffer);
        drained = count > 0 && count < space;
        return count;
    }

    @Override
    public Runnable onSelected() {
        drained = false;
        return super.onSelected();
    }
}
