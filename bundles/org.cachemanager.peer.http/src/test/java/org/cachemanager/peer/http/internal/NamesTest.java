package org.cachemanager.peer.http.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.After;
import org.junit.Test;

/** Names that are slow to look up, or gone. */
public class NamesTest {

    private final AtomicLong nanos = new AtomicLong();
    private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> found = new LinkedBlockingQueue<>();
    private final Map<String, InetAddress> known = new ConcurrentHashMap<>();
    private final Semaphore slow = new Semaphore(0);
    private final Names names =
            new Names(new Outside(nanos::get, this::resolve, SocketChannel::open, Duration.ofSeconds(25)));

    @After
    public void stop() {
        names.stop();
    }

    private InetAddress resolve(String host) throws UnknownHostException {
        asked.add(host);
        if (host.startsWith("slow")) {
            slow.acquireUninterruptibly();
        }
        InetAddress address = known.get(host);
        if (address == null) {
            throw new UnknownHostException(host);
        }
        return address;
    }

    private static InetAddress address(int last) throws UnknownHostException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) last});
    }

    private void find(String host) {
        names.find(host, address -> found.add(host + ' ' + text(address)));
    }

    private static String text(@Nullable InetAddress address) {
        return address == null ? "nowhere" : address.getHostAddress();
    }

    private static String next(BlockingQueue<String> from) throws InterruptedException {
        return String.valueOf(from.poll(20, TimeUnit.SECONDS));
    }

    @Test
    public void name_isFound_orNot() throws Exception {
        known.put("a", address(1));
        find("a");
        assertThat(next(found)).isEqualTo("a 127.0.0.1");
        find("b");
        assertThat(next(found)).isEqualTo("b nowhere");
    }

    @Test
    public void slowName_delaysNoOther() throws Exception {
        known.put("a", address(1));
        find("slow");
        assertThat(next(asked)).isEqualTo("slow");
        find("a");
        assertThat(next(found)).isEqualTo("a 127.0.0.1");
        slow.release();
        assertThat(next(found)).isEqualTo("slow nowhere");
    }

    @Test
    public void name_askedForOften_isLookedUpOnce() throws Exception {
        known.put("slow", address(1));
        find("slow");
        assertThat(next(asked)).isEqualTo("slow");
        find("slow");
        find("slow");
        slow.release();
        for (int i = 0; i < 3; i++) {
            assertThat(next(found)).isEqualTo("slow 127.0.0.1");
        }
        assertThat(asked).isEmpty();
    }

    @Test
    public void moreNamesThanAreKept_areAllFound() throws Exception {
        for (int i = 0; i < 2500; i++) {
            String host = "h" + i;
            known.put(host, address(1));
            find(host);
            assertThat(next(found)).isEqualTo(host + " 127.0.0.1");
        }
        assertThat(asked).hasSize(2500);
        find("h2499");
        assertThat(found.poll()).isEqualTo("h2499 127.0.0.1");
        find("h0"); // forgotten, so looked up again
        assertThat(next(found)).isEqualTo("h0 127.0.0.1");
        assertThat(asked).hasSize(2501);
    }

    @Test
    public void knownName_isUsedAtOnce_whileItIsLookedUpAgain() throws Exception {
        known.put("slow", address(1));
        slow.release();
        find("slow");
        assertThat(next(found)).isEqualTo("slow 127.0.0.1");
        known.put("slow", address(2));
        nanos.addAndGet(Duration.ofSeconds(6).toNanos());
        find("slow");
        assertThat(found.poll()).isEqualTo("slow 127.0.0.1");
        slow.release();
        do {
            find("slow");
        } while (!"slow 127.0.0.2".equals(next(found)));
    }

    @Test
    public void knownName_thatCantBeLookedUpNow_staysKnown() throws Exception {
        known.put("a", address(1));
        find("a");
        assertThat(next(found)).isEqualTo("a 127.0.0.1");
        assertThat(next(asked)).isEqualTo("a");
        known.clear();
        for (int i = 0; i < 5; i++) {
            do { // until the look-up before this one has ended
                nanos.addAndGet(Duration.ofSeconds(6).toNanos());
                find("a");
                assertThat(next(found)).isEqualTo("a 127.0.0.1");
            } while (asked.poll() == null);
        }
    }
}
