package org.cachemanager.endpoint.http.internal;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MarkerFactory;

/** The server of one endpoint, from its start to its stop. */
final class HttpEndpoint {

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.endpoint.http");

    private static final int HEADER_BYTES = 8 * 1024;
    static final int INPUT_BYTES = 4 * 1024;
    private static final int ACCEPT_QUEUE = 4096;

    /** Beside the selectors; none of them ever blocks. */
    private static final int LEAST_CARRIERS = 4;

    private static final long STOP_MILLIS = 2000;
    private static final long STOP_IDLE_MILLIS = 100;

    private final EndpointSettings settings;
    private final ParkedCalls parkedCalls;
    private final Router router;
    private final Server server;
    private final ServerConnector connector;
    private final Connections connections;
    private volatile InetSocketAddress address;

    /** @param product the line that names the product and its version */
    HttpEndpoint(EndpointSettings settings, Services services, String product) {
        this.settings = settings;
        this.address = new InetSocketAddress(settings.host(), settings.port());
        int cores = Runtime.getRuntime().availableProcessors();
        int selectors = Math.max(1, cores / 2);
        QueuedThreadPool threads = new QueuedThreadPool(selectors + Math.max(LEAST_CARRIERS, 2 * cores), selectors + 1);
        threads.setName("cachemanager-http");
        threads.setReservedThreads(0);
        threads.setDaemon(true);
        parkedCalls = new ParkedCalls(new Postbox(threads));
        router = new Router(services, settings, parkedCalls, product);
        server = new Server(
                threads,
                new ScheduledExecutorScheduler("cachemanager-http-timer", true),
                new InputBuffers(INPUT_BYTES));
        connector = new ServerConnector(server, 0, selectors, http());
        connections = new Connections(services, connector, settings.idle());
        configure();
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
        connector.setHost(settings.host());
        connector.setPort(settings.port());
        connector.setIdleTimeout(settings.idle().toMillis());
        connector.setAcceptQueueSize(ACCEPT_QUEUE);
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
        try {
            server.start();
        } catch (Exception e) {
            stop();
            throw new IOException(explain(e), e);
        }
        address = new InetSocketAddress(settings.host(), connector.getLocalPort());
        LOG.info(MarkerFactory.getMarker("NOTICE"), "Listening on {}.", url());
    }

    private String explain(Exception e) {
        String where = settings.host() + ":" + settings.port();
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException) {
                return "Cannot listen on " + where + " (" + cause.getMessage()
                        + "): stop what listens there, or set another http_server port or host.";
            }
        }
        return "Cannot listen on " + where + ": " + e + "; check http_server host and port.";
    }

    /** Where it listens, the real port included; before it starts, where it shall. */
    InetSocketAddress address() {
        return address;
    }

    private String url() {
        String host = settings.host();
        return "http://" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    ParkedCalls parkedCalls() {
        return parkedCalls;
    }

    /** Answers those who wait that the node stops, finishes what is under way, and ends; no thread is left. */
    void stop() {
        router.refuseAll();
        try {
            server.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.warn("The endpoint on {}:{} did not stop cleanly.", settings.host(), settings.port(), e);
        }
        server.destroy();
    }
}
