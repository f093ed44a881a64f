package org.cachemanager.peer.http.internal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * What the machine gives the transport; tests give something else.
 *
 * @param nanos the clock, as {@link System#nanoTime()}
 * @param resolver looks names up
 * @param sockets makes sockets
 * @param idle how long a connection may be silent that carries no call, or is within an answer
 */
record Outside(LongSupplier nanos, Resolver resolver, Sockets sockets, Duration idle) {

    /** A peer closes a connection that is idle for 30 s: this side had better be first. */
    private static final Duration IDLE = Duration.ofSeconds(25);

    static final Outside MACHINE = new Outside(System::nanoTime, InetAddress::getByName, SocketChannel::open, IDLE);

    /** Looks a name up; may block for long. */
    interface Resolver {
        InetAddress address(String host) throws UnknownHostException;
    }

    /** Makes sockets, not yet connected. */
    interface Sockets {
        SocketChannel open() throws IOException;
    }
}
