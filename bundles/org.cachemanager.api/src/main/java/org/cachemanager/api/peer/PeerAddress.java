package org.cachemanager.api.peer;

import java.util.Objects;

/**
 * Where a node of the cluster takes calls. Two are the same node's only if they are equal; who is there says its ref.
 *
 * @param host a name or an address, not empty; an IPv6 address without brackets
 * @param port from 1 to 65535
 * @param tls whether it speaks HTTPS
 */
public record PeerAddress(String host, int port, boolean tls) {

    private static final int MAX_PORT = 65_535;

    public PeerAddress {
        Objects.requireNonNull(host);
        if (host.isEmpty() || port < 1 || port > MAX_PORT) {
            throw new IllegalArgumentException("A peer has a host, and a port from 1 to 65535: " + host + ":" + port);
        }
    }

    @Override
    public String toString() {
        return (tls ? "https://" : "http://") + (host.indexOf(':') < 0 ? host : '[' + host + ']') + ':' + port;
    }
}
