package org.cachemanager.endpoint.http.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.cachemanager.endpoint.http.internal.EndpointRule.get;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.cachemanager.endpoint.http.internal.FakeCache.Waiting;
import org.cachemanager.endpoint.http.internal.RawClient.Answer;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;

/** Endpoints that move, end, and may not open. */
public class ListenerTest {

    @Rule
    public final Certificates certificates = new Certificates();

    @Rule
    public final LogRule log = new LogRule();

    private final FakeCache cache = new FakeCache();
    private final Services services = new Services();
    private final Upkeep upkeep = new Upkeep();
    private final List<InetSocketAddress> announced = new CopyOnWriteArrayList<>();
    private final Listener listener = new Listener(services, upkeep, "Cache Manager 1.0.0", announced::add);

    @Before
    public void bind() {
        services.bind((org.cachemanager.api.Cache) cache);
        services.bind((org.cachemanager.api.encryption.Namespaces) cache);
    }

    @After
    public void stop() {
        listener.close(false);
        upkeep.deactivate();
        await().untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().startsWith("cachemanager-http")));
    }

    private InetSocketAddress address() {
        return announced.get(announced.size() - 1);
    }

    private RawClient client() throws IOException {
        return new RawClient(new InetSocketAddress(
                InetAddress.getLoopbackAddress(), address().getPort()));
    }

    private Waiting parked() throws InterruptedException {
        Waiting waiting = requireNonNull(cache.waiting.poll(5, SECONDS), "nobody waits");
        await().until(() -> requireNonNull(listener.endpoint()).parkedCalls().size() > 0);
        return waiting;
    }

    private void awaitDrained() {
        await().until(() -> {
            upkeep.look();
            return upkeep.draining() == 0;
        });
    }

    private static EndpointSettings anywhere(int port) {
        return EndpointSettings.of("0.0.0.0", port);
    }

    @Test
    public void moved_waitersAnsweredByTheOld_callsByTheNew() throws Exception {
        listener.apply(EndpointSettings.of("127.0.0.1", 0));
        InetSocketAddress former = address();
        RawClient waiting = client().request("POST /get_data", get("k", "30"));
        Waiting call = parked();
        RawClient idle = client();
        assertThat(idle.call("GET /", "").closes()).isFalse();

        int port = freePort();
        listener.apply(EndpointSettings.of("127.0.0.1", port));

        assertThat(address().getPort()).isEqualTo(port);
        try (RawClient next = client();
                RawClient late = new RawClient(former)) {
            assertThat(next.call("GET /", "").closes()).isFalse();
            assertThat(late.call("GET /", "").closes()).isTrue();
        }
        awaitNobodyListens(former);
        upkeep.look();
        upkeep.look();
        assertThat(upkeep.draining()).isEqualTo(1);
        call.found("made".getBytes(UTF_8));
        Answer answer = waiting.answer();
        assertThat(answer.body()).contains("made");
        assertThat(answer.closes()).isTrue();
        assertThat(waiting.rest()).isEmpty();
        Answer last = idle.call("GET /", "");
        assertThat(last.status()).isEqualTo(200);
        assertThat(last.closes()).isTrue();
        awaitDrained();
    }

    private void awaitNobodyListens(InetSocketAddress former) {
        await().untilAsserted(() -> {
            upkeep.look();
            assertThatThrownBy(() -> new RawClient(former).close()).isInstanceOf(IOException.class);
        });
    }

    @Test
    public void narrowed_isNotThereForOthersAtOnce() throws Exception {
        cache.requiresTokens = true;
        listener.apply(anywhere(0));
        InetSocketAddress other = new InetSocketAddress("127.0.0.2", address().getPort());
        new RawClient(other).close();
        listener.apply(EndpointSettings.of("127.0.0.1", other.getPort()));
        assertThatThrownBy(() -> new RawClient(other).close()).isInstanceOf(IOException.class);
        try (RawClient client = client()) {
            assertThat(client.call("GET /", "").closes()).isFalse();
        }
        awaitDrained();
    }

    @Test
    public void movedBackAtOnce_listensThereAgain() throws Exception {
        listener.apply(EndpointSettings.of("127.0.0.1", 0));
        int port = address().getPort();
        listener.apply(EndpointSettings.of("127.0.0.1", freePort()));
        listener.apply(EndpointSettings.of("127.0.0.1", port));
        assertThat(address().getPort()).isEqualTo(port);
        try (RawClient client = client()) {
            assertThat(client.call("GET /", "").closes()).isFalse();
        }
        assertThat(log.warnings()).isEmpty();
        awaitDrained();
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    /** The port stays, the addresses overlap, and somebody calls all the time. */
    @Test
    public void widenedAndNarrowedUnderLoad_noCallFails() throws Exception {
        cache.requiresTokens = true;
        listener.apply(EndpointSettings.of("127.0.0.1", 0));
        int port = address().getPort();
        AtomicBoolean ended = new AtomicBoolean();
        AtomicInteger calls = new AtomicInteger();
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            boolean stays = i % 2 == 0;
            Thread caller = new Thread(() -> {
                while (!ended.get()) {
                    callUntilClosed(stays, ended, calls, failures);
                }
            });
            callers.add(caller);
            caller.start();
        }
        for (int i = 0; i < 10; i++) {
            int before = calls.get();
            listener.apply(i % 2 == 0 ? anywhere(port) : EndpointSettings.of("127.0.0.1", port));
            await().until(() -> calls.get() > before + 50);
        }
        ended.set(true);
        for (Thread caller : callers) {
            caller.join();
        }
        assertThat(failures).isEmpty();
        assertThat(announced).hasSize(11);
        assertThat(log.warnings()).isEmpty();
        awaitDrained();
    }

    private void callUntilClosed(boolean stays, AtomicBoolean ended, AtomicInteger calls, List<Throwable> failures) {
        try (RawClient client = client()) {
            boolean again = true;
            while (again && !ended.get()) {
                again = !client.call("POST /get_data", get("k", "0")).closes() && stays;
                calls.incrementAndGet();
            }
        } catch (IOException | RuntimeException e) {
            failures.add(e);
        }
    }

    @Test
    public void movedToATakenPort_oldServesOn_movesWhenItIsFree() throws Exception {
        listener.apply(EndpointSettings.of("127.0.0.1", 0));
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            listener.apply(EndpointSettings.of("127.0.0.1", taken.getLocalPort()));
            upkeep.look();
            assertThat(log.warnings()).singleElement().asString().contains("stop what listens there", "as it did");
            try (RawClient client = client()) {
                assertThat(client.call("GET /", "").status()).isEqualTo(200);
            }
        }
        upkeep.look();
        assertThat(announced).hasSize(2);
    }

    @Test
    public void fromHttpToHttps_onOnePort() throws Exception {
        listener.apply(EndpointSettings.of("127.0.0.1", 0));
        int port = address().getPort();
        listener.apply(EndpointSettings.of("127.0.0.1", port).with(certificates.settings(false)));
        await().untilAsserted(() -> {
            try (RawClient client = new RawClient(Certificates.connect(certificates.client(null), address()))) {
                assertThat(client.call("GET /", "").status()).isEqualTo(200);
            }
        });
        awaitDrained();
    }

    @Test
    public void unusableCertificates_oldOnesStay_thenFollowed() throws Exception {
        EndpointSettings settings = EndpointSettings.of("127.0.0.1", 0).with(certificates.settings(false));
        listener.apply(settings);
        certificates.put("server.key", "client.key");
        listener.apply(settings.with(certificates.settings(true)));
        assertThat(log.warnings()).anyMatch(line -> line.contains("not the key of"));
        Certificates.connect(certificates.client(null), address()).close();
        certificates.put("server.key", "renewed.key");
        certificates.put("server.pem", "renewed.pem");
        upkeep.look();
        assertThatThrownBy(() ->
                        new RawClient(Certificates.connect(certificates.client(null), address())).call("GET /", ""))
                .isInstanceOf(IOException.class);
        assertThat(announced).hasSize(1);
    }

    @Test
    public void removed_finishesItsCalls() throws Exception {
        listener.apply(EndpointSettings.of("127.0.0.1", 0));
        RawClient waiting = client().request("POST /get_data", get("k", "30"));
        Waiting call = parked();
        listener.close(true);
        upkeep.look();
        call.found("made".getBytes(UTF_8));
        assertThat(waiting.answer().status()).isEqualTo(200);
        awaitDrained();
    }

    @Test
    public void bundleStops_drainingCallsRefused() throws Exception {
        listener.apply(EndpointSettings.of("127.0.0.1", 0));
        RawClient waiting = client().request("POST /get_data", get("k", "30"));
        parked();
        listener.close(true);
        upkeep.deactivate();
        assertThat(waiting.answer().status()).isEqualTo(503);
    }

    @Test
    public void offLoopback_opensOnlyWithAReason() throws Exception {
        listener.apply(anywhere(0));
        assertThat(announced).isEmpty();
        assertThat(log.warnings()).singleElement().asString().contains("is not loopback", "allow_unauthenticated");
        listener.apply(anywhere(0).with(certificates.settings(false)));
        assertThat(announced).isEmpty();
        assertThat(log.warnings().get(1)).contains("require_client_cert: true");

        listener.apply(anywhere(0).with(certificates.settings(true)));
        assertThat(announced).hasSize(1);
        listener.apply(anywhere(0).allowingUnauthenticated(true));
        assertThat(announced).hasSize(2);
        try (RawClient client = client()) {
            assertThat(client.call("POST /get_data", get("k", "0")).status()).isEqualTo(200);
        }
    }

    @Test
    public void offLoopback_opensWhenThereAreKeys_refusesWhenTheyGo() throws Exception {
        services.unbind((org.cachemanager.api.encryption.Namespaces) cache);
        listener.apply(anywhere(0));
        assertThat(announced).isEmpty();
        services.bind((org.cachemanager.api.encryption.Namespaces) cache);
        upkeep.look();
        assertThat(announced).isEmpty();
        cache.requiresTokens = true;
        upkeep.look();
        assertThat(announced).hasSize(1);
        try (RawClient client = client()) {
            assertThat(client.call("POST /get_data", get("k", "0")).status()).isEqualTo(200);
            cache.requiresTokens = false;
            assertThat(client.call("POST /get_data", get("k", "0")).status()).isEqualTo(403);
        }
    }

    @Test
    public void offLoopback_permissionTakenBack_refuses() throws Exception {
        listener.apply(anywhere(0).allowingUnauthenticated(true));
        listener.apply(anywhere(0));
        assertThat(announced).hasSize(1);
        try (RawClient client = client()) {
            assertThat(client.call("POST /get_data", get("k", "0")).status()).isEqualTo(403);
        }
    }
}
