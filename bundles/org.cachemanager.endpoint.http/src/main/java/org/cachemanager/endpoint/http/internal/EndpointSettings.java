package org.cachemanager.endpoint.http.internal;

import java.net.InetAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where an endpoint listens, whom it lets in, and how long it has patience.
 *
 * @param host the address to listen on
 * @param port 0: one that is free
 * @param tls null: plain HTTP
 * @param allowUnauthenticated whether it may listen beyond loopback with neither keys nor client certificates
 * @param idle how long a connection may be silent, unless its request waits for an item
 * @param bodyPace how long a body may take for each {@link Upload#PACE_BYTES} bytes
 */
record EndpointSettings(
        String host,
        int port,
        @Nullable TlsSettings tls,
        boolean allowUnauthenticated,
        Duration idle,
        Duration bodyPace) {

    private static final Duration IDLE = Duration.ofSeconds(30);
    private static final Duration BODY_PACE = Duration.ofSeconds(30);

    EndpointSettings(String host, int port, Duration idle, Duration bodyPace) {
        this(host, port, null, false, idle, bodyPace);
    }

    static EndpointSettings of(String host, int port) {
        return new EndpointSettings(host, port, IDLE, BODY_PACE);
    }

    EndpointSettings with(@Nullable TlsSettings newTls) {
        return new EndpointSettings(host, port, newTls, allowUnauthenticated, idle, bodyPace);
    }

    EndpointSettings allowingUnauthenticated(boolean allow) {
        return new EndpointSettings(host, port, tls, allow, idle, bodyPace);
    }

    String scheme() {
        return tls == null ? "http" : "https";
    }

    /** Whether both are served by the same listening socket. */
    boolean isAt(EndpointSettings other) {
        return host.equals(other.host) && port == other.port && (tls == null) == (other.tls == null);
    }

    /**
     * Whether namespace tokens are all that keeps strangers out.
     *
     * @param address what the host stands for; null: unknown
     */
    boolean relyOnTokens(@Nullable InetAddress address) {
        boolean loopback = address != null && address.isLoopbackAddress();
        boolean certificates = tls != null && tls.requireClientCert();
        return !loopback && !certificates && !allowUnauthenticated;
    }

    String url(int realPort) {
        return scheme() + "://" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + realPort;
    }
}
