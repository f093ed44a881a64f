package org.cachemanager.cli;

import java.net.InetSocketAddress;
import java.net.URI;
import javax.net.SocketFactory;
import org.cachemanager.protocol.tls.PemException;
import org.cachemanager.protocol.tls.TlsFiles;

/**
 * A node to call.
 *
 * @param secured whether it speaks HTTPS
 * @param address not resolved
 * @param sockets make connections to it
 */
record Target(boolean secured, InetSocketAddress address, SocketFactory sockets) {

    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    static Target of(boolean secured, String host, int port) {
        return new Target(secured, InetSocketAddress.createUnresolved(host, port), SocketFactory.getDefault());
    }

    /** What was typed; without a scheme it is HTTP. */
    static Target of(String url) throws ExitException {
        try {
            URI uri = URI.create(url.contains("://") ? url : "http://" + url);
            boolean secured = "https".equals(uri.getScheme());
            if ((secured || "http".equals(uri.getScheme())) && uri.getHost() != null) {
                String host = uri.getHost().replaceAll("[\\[\\]]", "");
                int byDefault = secured ? HTTPS_PORT : HTTP_PORT;
                return of(secured, host, uri.getPort() < 0 ? byDefault : uri.getPort());
            }
        } catch (IllegalArgumentException e) {
            throw new ExitException(ExitException.USAGE, "--url: not a URL: " + e.getMessage());
        }
        throw new ExitException(ExitException.USAGE, "--url: such as http://127.0.0.1:8182 or https://127.0.0.1:8183.");
    }

    /** The same over TLS with these files. */
    Target with(TlsFiles files) throws ExitException {
        try {
            return new Target(secured, address, files.read().context().getSocketFactory());
        } catch (PemException e) {
            throw new ExitException(ExitException.FAILED, String.valueOf(e.getMessage()));
        }
    }

    /** Its URL. */
    @Override
    public String toString() {
        String host = address.getHostString();
        return (secured ? "https://" : "http://") + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":"
                + address.getPort();
    }
}
