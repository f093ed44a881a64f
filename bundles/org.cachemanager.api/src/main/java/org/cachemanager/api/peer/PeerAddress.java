package org.cachemanager.api.peer;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Where a node of the cluster takes calls. Two are the same node's only if they are equal; who is there says its ref.
 *
 * @param host a name or an address, of 1 to 253 characters that either may have; an IPv6 address without brackets
 * @param port from 1 to 65535
 * @param tls whether it speaks HTTPS
 */
public record PeerAddress(String host, int port, boolean tls) {

    private static final int MAX_PORT = 65_535;
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:%-]{1,253}");

    public PeerAddress {
        Objects.requireNonNull(host);
        if (!HOST.matcher(host).matches() || port < 1 || port > MAX_PORT) {
            throw new IllegalArgumentException("A peer has a name or an address, and a port from 1 to 65535.");
        }
    }

    @Override
    public String toString() {
        return (tls ? "https://" : "http://") + (host.indexOf(':') < 0 ? host : '[' + host + ']') + ':' + port;
    }
}
