package org.cachemanager.endpoint.http.internal;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.cachemanager.protocol.tls.TlsFiles;
import org.jspecify.annotations.Nullable;
import org.junit.rules.TemporaryFolder;

/**
 * A directory with certificates that are valid until 2119: {@code server}, {@code renewed} and {@code client} of the CA
 * {@code ca}, {@code stranger} of {@code other-ca}, {@code node} and {@code plugin} of another that is among
 * {@code two-cas}; the clients that show them.
 */
final class Certificates extends TemporaryFolder {

    private static final int PATIENCE_MILLIS = 10_000;

    @Override
    protected void before() throws Throwable {
        super.before();
        for (String name : new String[] {"server.pem", "server.key", "ca.pem"}) {
            put(name, name);
        }
    }

    /** Writes a file of the tests under a name of the directory. */
    void put(String name, String from) throws IOException {
        try (InputStream in =
                requireNonNull(Certificates.class.getResourceAsStream("/tls/" + from), "no certificate " + from)) {
            Files.copy(in, path(name), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    Path path(String name) {
        return getRoot().toPath().resolve(name);
    }

    TlsSettings settings(boolean requireClientCert) {
        return new TlsSettings(new TlsFiles(path("server.pem"), path("server.key"), path("ca.pem")), requireClientCert);
    }

    /**
     * What a client connects with.
     *
     * @param name the certificate that it shows; null: none
     */
    SSLContext client(@Nullable String name) throws IOException {
        put("trusted.pem", "ca.pem");
        if (name == null) {
            return new TlsFiles(null, null, path("trusted.pem")).read().context();
        }
        put(name + ".pem", name + ".pem");
        put(name + ".key", name + ".key");
        return new TlsFiles(path(name + ".pem"), path(name + ".key"), path("trusted.pem"))
                .read()
                .context();
    }

    /** Connects and shakes hands. */
    static SSLSocket connect(SSLContext client, InetSocketAddress address, String... protocols) throws IOException {
        SSLSocket socket = (SSLSocket) client.getSocketFactory().createSocket("127.0.0.1", address.getPort());
        socket.setSoTimeout(PATIENCE_MILLIS);
        if (protocols.length > 0) {
            socket.setEnabledProtocols(protocols);
        }
        socket.startHandshake();
        return socket;
    }
}
