package org.cachemanager.protocol.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.Map;
import org.junit.Test;

/** What is set on a connection between nodes. */
public class KeepAliveTest {

    @Test
    public void enable_setsWhatTheSystemOffers() throws IOException {
        try (SocketChannel channel = SocketChannel.open()) {
            KeepAlive.enable(channel);
            assertThat(channel.getOption(StandardSocketOptions.SO_KEEPALIVE)).isTrue();
            for (SocketOption<?> option : channel.supportedOptions()) {
                Integer wanted = Map.of("TCP_KEEPCOUNT", 4, "TCP_KEEPIDLE", 5, "TCP_KEEPINTERVAL", 2)
                        .get(option.name());
                if (wanted != null) {
                    assertThat(channel.getOption(option)).as(option.name()).isEqualTo(wanted);
                }
            }
        }
    }
}
