package org.cachemanager.endpoint.http.internal;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.cachemanager.protocol.Limits;
import org.cachemanager.protocol.net.KeepAlive;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MarkerFactory;

/**
 * The server of one endpoint, from its start to its stop. What it listens on never changes; an endpoint that moves is
 * another one, which is started before this one drains.
 */
final class HttpEndpoint {

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.endpoint.http");

    private static final int HEADER_BYTES = 8 * 1024;
    static final int INPUT_BYTES = 4 * 1024;
    private static final int ACCEPT_QUEUE = 4096;

    /** Beside the selectors; none of them ever blocks. */
    private static final int LEAST_CARRIERS = 4;

    private static final long STOP_MILLIS = 2000;
    private static final long STOP_IDLE_MILLIS = 100;

    /** How long it is listened where it was before, so that who has yet to hear of the move is served and not reset. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    /** The longest that a call may wait, and then be answered. */
    private static final Duration MOST_DRAIN = Limits.MAX_WAIT.plusSeconds(60);

    private final @Nullable Tls tls;
    private final ParkedCalls parkedCalls;
    private final Router router;
    private final Server server;
    private final ServerConnector connector;
    private final Connections connections;
    private final Map<ManagedSelector, Postbox> postboxes = new ConcurrentHashMap<>();
    private volatile EndpointSettings settings;
    private volatile InetSocketAddress address;
    private volatile List<AcceptSocket> sockets = List.of();
    private long drainingSince;
    private int emptyLooks;

    /** @param product the line that names the product and its version */
    HttpEndpoint(EndpointSettings settings, Services services, String product) {
        this.settings = settings;
        this.address = new InetSocketAddress(settings.host(), settings.port());
        this.tls = settings.tls() == null ? null : new Tls(settings.tls(), InstantSource.system());
        int cores = Runtime.getRuntime().availableProcessors();
        int selectors = Math.max(1, cores / 2);
        QueuedThreadPool threads = new QueuedThreadPool(selectors + Math.max(LEAST_CARRIERS, 2 * cores), selectors + 1);
        threads.setName("cachemanager-http");
        threads.setReservedThreads(0);
        threads.setDaemon(true);
        parkedCalls = new ParkedCalls();
        router = new Router(services, settings, parkedCalls, product);
        server = new Server(
                threads,
                new ScheduledExecutorScheduler("cachemanager-http-timer", true),
                new InputBuffers(INPUT_BYTES));
        connector =
                new ServerConnector(server, Postbox.behindSteps(threads), null, null, 0, selectors, protocols(tls)) {
                    @Override
                    protected SocketChannelEndPoint newEndPoint(
                            SocketChannel channel, ManagedSelector selector, SelectionKey key) {
                        Postbox postbox = postboxes.computeIfAbsent(selector, Postbox::new);
                        ClientEndPoint endPoint = new ClientEndPoint(
                                channel, selector, key, new ClientEndPoint.Home(getScheduler(), postbox));
                        endPoint.setIdleTimeout(getIdleTimeout());
                        return endPoint;
                    }

                    @Override
                    protected void configure(Socket socket) {
                        super.configure(socket);
                        keepAlive(socket.getChannel());
                    }

                    @Override
                    public void close() {
                        // The sockets may have passed to the next endpoint: who holds them closes them.
                    }
                };
        connections = new Connections(services, connector, settings.idle());
        configure();
    }

    /** A call may wait for an hour: who has died without a word does not. */
    static void keepAlive(SocketChannel channel) {
        try {
            KeepAlive.enable(channel);
        } catch (IOException e) {
            LOG.debug("A connection was closed at once.", e);
        }
    }

    private static ConnectionFactory[] protocols(@Nullable Tls tls) {
        return tls == null
                ? new ConnectionFactory[] {http()}
                : new ConnectionFactory[] {tls.connections(HttpVersion.HTTP_1_1.asString(), INPUT_BYTES), http()};
    }

    private static HttpConnectionFactory http() {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendDateHeader(false);
        http.setSendXPoweredBy(false);
        http.setRequestHeaderSize(HEADER_BYTES);
        http.setUseInputDirectByteBuffers(false);
        http.setHeaderCacheSize(0); // else every kept-alive connection gets a trie of 100 KB
        HttpConnectionFactory factory = new HttpConnectionFactory(http);
        factory.setInputBufferSize(INPUT_BYTES);
        return factory;
    }

    private void configure() {
        connector.setIdleTimeout(settings.idle().toMillis());
        connector.setAcceptedTcpNoDelay(true);
        connector.setShutdownIdleTimeout(STOP_IDLE_MILLIS);
        connector.addEventListener(connections);
        server.addConnector(connector);
        server.setHandler(connections.admitting(router));
        server.setDefaultHandler(null);
        server.setErrorHandler(new JettyErrors());
        server.setStopTimeout(STOP_MILLIS);
        server.setStopAtShutdown(false);
    }

    /**
     * Begins to listen.
     *
     * @throws IOException if it can't; the message says what to do
     */
    void start() throws IOException {
        start(null);
    }

    /**
     * Begins to listen where another endpoint may still do so.
     *
     * @param predecessor shares its port if need be, and passes on the sockets that this one needs
     * @throws IOException if it can't; the message says what to do
     */
    void start(@Nullable HttpEndpoint predecessor) throws IOException {
        if (tls != null) {
            tls.open();
        }
        try {
            listen(predecessor);
        } catch (Exception e) {
            stop();
            throw new IOException(explain(e), e);
        }
        LOG.info(MarkerFactory.getMarker("NOTICE"), "Listening on {}.", url());
    }

    private void listen(@Nullable HttpEndpoint predecessor) throws Exception {
        List<AcceptSocket> former = predecessor == null ? List.of() : predecessor.sockets;
        List<AcceptSocket> all = AcceptSocket.open(address, ACCEPT_QUEUE, former);
        List<AcceptSocket> shared = all.stream().filter(former::contains).toList();
        sockets = without(all, shared);
        address = all.get(0).address();
        guard(settings);
        try {
            if (predecessor != null) {
                predecessor.passOn(shared);
            }
            connector.open(all.get(0).channel());
            server.start();
        } catch (Exception e) {
            if (predecessor != null) {
                predecessor.takeBack(shared);
            }
            throw e;
        }
        sockets = all;
        for (AcceptSocket more : all.subList(1, all.size())) {
            more.join(connector);
        }
    }

    private void passOn(List<AcceptSocket> shared) throws IOException {
        for (AcceptSocket socket : shared) {
            socket.leave(connector);
        }
        sockets = without(sockets, shared);
    }

    private void takeBack(List<AcceptSocket> shared) throws IOException {
        for (AcceptSocket socket : shared) {
            socket.join(connector);
        }
        sockets = Stream.concat(without(sockets, shared).stream(), shared.stream())
                .toList();
    }

    private static List<AcceptSocket> without(List<AcceptSocket> sockets, List<AcceptSocket> others) {
        return sockets.stream().filter(socket -> !others.contains(socket)).toList();
    }

    private void guard(EndpointSettings now) {
        router.relyOnTokens(now.relyOnTokens(address.getAddress()));
        router.relyOnCertificates(now.tls() != null && now.tls().requireClientCert());
    }

    private String explain(Exception e) {
        String where = settings.host() + ":" + settings.port();
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException) {
                return "Cannot listen on " + where + " (" + cause.getMessage()
                        + "): stop what listens there, or set another "
                        + settings.scheme() + "_server port or host.";
            }
        }
        return "Cannot listen on " + where + ": " + e + "; check " + settings.scheme() + "_server host and port.";
    }

    /** Where it listens, the real port included; before it starts, where it shall. */
    InetSocketAddress address() {
        return address;
    }

    EndpointSettings settings() {
        return settings;
    }

    private String url() {
        return settings.url(address.getPort());
    }

    ParkedCalls parkedCalls() {
        return parkedCalls;
    }

    /** The connections that are open. */
    List<SocketChannel> channels() {
        return connector.getConnectedEndPoints().stream()
                .map(EndPoint::getTransport)
                .filter(SocketChannel.class::isInstance)
                .map(SocketChannel.class::cast)
                .toList();
    }

    /**
     * Takes settings over that leave the listening socket as it is.
     *
     * @throws IOException if they can't be used; all stays as it was
     */
    void change(EndpointSettings next) throws IOException {
        TlsSettings nextTls = next.tls();
        if (tls != null && nextTls != null && tls.change(nextTls)) {
            router.farewell().toThoseHere();
        }
        settings = next;
        guard(next);
    }

    /** Takes certificates up that were replaced. */
    void followFiles() {
        if (tls != null && tls.follow()) {
            router.farewell().toThoseHere();
        }
    }

    /**
     * Begins to end: it listens for a moment more; calls under way are finished, those that wait included; a connection
     * closes after its next answer, or when it has been silent for its time.
     */
    void drain() {
        drainingSince = System.nanoTime();
        router.farewell().toAll();
        LOG.info("Listening on {} ends in a moment; the calls under way are finished.", url());
    }

    /** Whether it listens at a port, be it while it drains. */
    boolean listensAt(int port) {
        return address.getPort() == port && !sockets.isEmpty();
    }

    /** Listens no more; connections that wait to be accepted still are. Blocks until that is done. */
    synchronized void stopListening() {
        sockets.forEach(socket -> socket.handOver(connector));
        sockets = List.of();
    }

    /**
     * Goes on with its end.
     *
     * @return whether the last connection is gone, or has had the time of the longest call
     */
    boolean drainFurther() {
        long nanos = System.nanoTime() - drainingSince;
        if (nanos > GRACE.toNanos()) {
            stopListening();
        }
        boolean empty = sockets.isEmpty() && connector.getConnectedEndPoints().isEmpty();
        emptyLooks = empty ? emptyLooks + 1 : 0; // a socket just accepted is not yet counted
        return emptyLooks > 1 || nanos > MOST_DRAIN.toNanos();
    }

    /** Answers those who wait that the node stops, finishes what is under way, and ends; no thread is left. */
    void stop() {
        router.refuseAll();
        sockets.forEach(AcceptSocket::close);
        sockets = List.of();
        try {
            server.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.warn("The endpoint on {}:{} did not stop cleanly.", settings.host(), settings.port(), e);
        }
        postboxes.values().forEach(Postbox::close);
        server.destroy();
    }
}
