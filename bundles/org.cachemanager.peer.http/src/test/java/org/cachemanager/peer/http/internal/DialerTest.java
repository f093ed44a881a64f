package org.cachemanager.peer.http.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.cachemanager.api.peer.PeerAddress;
import org.cachemanager.testkit.Outcome;
import org.junit.After;
import org.junit.Test;

/** Which hosts are looked up, and by whom. */
public class DialerTest {

    /** Each host that was looked up, and by which thread. */
    private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();

    private final HttpPeerTransport transport = new HttpPeerTransport(
            Settings.NONE, new Outside(System::nanoTime, this::resolve, SocketChannel::open, Duration.ofSeconds(25)));

    @After
    public void stop() {
        transport.stop();
    }

    private InetAddress resolve(String host) throws UnknownHostException {
        asked.add(host + ' ' + Thread.currentThread().getName());
        throw new UnknownHostException(host);
    }

    private String probe(String host, int port) throws InterruptedException {
        Outcome outcome = new Outcome();
        transport.probe(new PeerAddress(host, port, false), outcome.reply());
        return outcome.await();
    }

    @Test
    public void host_thatOnlyLooksLikeAnAddress_isLookedUpByAnotherThread() throws Exception {
        for (String host : List.of(
                "999.1.1.1",
                "256.0.0.1",
                "1.2.3.4.5",
                "1.2.3",
                "1234",
                "1.2.3.4.",
                "1..2.3",
                "x:1.evil.com",
                "x::1",
                "-:1",
                "a.example.com")) {
            assertThat(probe(host, 1)).as(host).isEqualTo("failed UNAVAILABLE");
            assertThat(asked.poll()).isEqualTo(host + " cachemanager-peer-names");
        }
    }

    @Test
    public void address_isUsedAsItIs() throws Exception {
        for (String host : List.of("127.0.0.1", "127.9.99.199", "127.200.249.254")) {
            assertThat(probe(host, nobody())).as(host).isEqualTo("failed NOBODY");
        }
        assertThat(probe("::1", nobody())).startsWith("failed ");
        assertThat(asked).isEmpty();
    }

    @Test
    public void brokenIpv6Address_isRefused_andNotLookedUp() throws Exception {
        for (String host : List.of("1:2", "::1::", ":x", "a:b.example.com", "1::2::3", "fe80::1%nowhere")) {
            assertThat(probe(host, 1)).as(host).isEqualTo("failed UNAVAILABLE");
        }
        assertThat(asked).isEmpty();
    }

    private static int nobody() throws IOException {
        try (ServerSocket free = PeerServer.loopback()) {
            return free.getLocalPort();
        }
    }
}
