package org.cachemanager.protocol.net;

import java.io.IOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.Map;

/**
 * Has the operating system find out when the machine at the other end of a connection is gone without a word, as after
 * a power failure: within {@value #IDLE_SECONDS} + {@value #PROBES} * {@value #INTERVAL_SECONDS} s of silence.
 *
 * <p>That holds while all that was sent is acknowledged: on an idle connection, and while an answer is awaited to what
 * had arrived before. What is not acknowledged is sent again and again, under Linux for a quarter of an hour, and there
 * are no probes meanwhile: such a call must be ended by who made it, as the core does when a peer answers no greetings.
 *
 * <p>How long that takes can be set where the JDK offers it, which is found out by the names of the options: their
 * package need not be there. Elsewhere it is as the operating system is set up.
 */
public final class KeepAlive {

    private static final int IDLE_SECONDS = 5;
    private static final int INTERVAL_SECONDS = 2;
    private static final int PROBES = 4;

    private static final Map<String, Integer> SHORT =
            Map.of("TCP_KEEPIDLE", IDLE_SECONDS, "TCP_KEEPINTERVAL", INTERVAL_SECONDS, "TCP_KEEPCOUNT", PROBES);

    private KeepAlive() {}

    /**
     * Sets it up for a connection.
     *
     * @throws IOException if the connection is closed
     */
    public static void enable(SocketChannel channel) throws IOException {
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        for (SocketOption<?> option : channel.supportedOptions()) {
            Integer value = SHORT.get(option.name());
            if (value != null && option.type() == Integer.class) {
                set(channel, option, value);
            }
        }
    }

    private static <T> void set(SocketChannel channel, SocketOption<T> option, Integer value) throws IOException {
        channel.setOption(option, option.type().cast(value));
    }
}
