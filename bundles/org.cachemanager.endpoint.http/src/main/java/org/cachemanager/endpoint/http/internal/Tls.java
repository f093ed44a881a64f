package org.cachemanager.endpoint.http.internal;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.cachemanager.protocol.tls.PemException;
import org.cachemanager.protocol.tls.TlsFiles;
import org.cachemanager.protocol.tls.TlsMaterial;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MarkerFactory;

/**
 * The TLS of one endpoint, made of PEM files and made anew when they change. What can't be used is refused, and what
 * was in force stays: a file that is being written, or a key whose certificate has not arrived, is only a matter of
 * time.
 *
 * <p>Not for several threads at once.
 */
final class Tls {

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.endpoint.http");

    /** What has forward secrecy and authenticates what it encrypts. */
    private static final String[] CIPHERS = {
        "TLS_AES_.*", "TLS_CHACHA20_.*", "TLS_ECDHE_.*_GCM_.*", "TLS_ECDHE_.*_CHACHA20_.*"
    };

    private static final int MOST_SESSIONS = 4096;
    private static final int SESSION_SECONDS = 3600;
    private static final Duration EXPIRES_SOON = Duration.ofDays(14);
    private static final Duration REMINDER = Duration.ofDays(1);

    private final SslContextFactory.Server factory = new SslContextFactory.Server();
    private final InstantSource clock;
    private TlsSettings settings;
    private @Nullable TlsMaterial material;
    private String fingerprint = "";
    private @Nullable String fault;
    private @Nullable String complaint;
    private Instant reminded = Instant.MIN;

    /** @param clock tells when a certificate expires soon */
    Tls(TlsSettings settings, InstantSource clock) {
        this.clock = clock;
        this.settings = settings;
        factory.setIncludeProtocols("TLSv1.2", "TLSv1.3");
        factory.setIncludeCipherSuites(CIPHERS);
        factory.setRenegotiationAllowed(false);
        factory.setSslSessionCacheSize(MOST_SESSIONS);
        factory.setSslSessionTimeout(SESSION_SECONDS);
    }

    /**
     * What makes connections of accepted sockets.
     *
     * @param next the protocol inside
     * @param inputBytes the size of that protocol's input buffer, which Jetty would make as large as a record of TLS
     */
    SslConnectionFactory connections(String next, int inputBytes) {
        SslConnectionFactory connections = new SslConnectionFactory(factory, next) {
            @Override
            public Connection newConnection(Connector connector, EndPoint endPoint) {
                Connection made = super.newConnection(connector, endPoint);
                if (made instanceof SslConnection outer
                        && outer.getSslEndPoint().getConnection() instanceof AbstractConnection inner) {
                    inner.setInputBufferSize(inputBytes);
                }
                return made;
            }
        };
        connections.setEnsureSecureRequestCustomizer(false);
        return connections;
    }

    /**
     * Reads the files before the first connection.
     *
     * @throws IOException if they can't be used; the message says what to do
     */
    void open() throws IOException {
        take(settings);
    }

    /**
     * Takes other settings over.
     *
     * @return whether a client that was let in before might not be any more
     * @throws IOException if the files can't be used; all stays as it was
     */
    boolean change(TlsSettings next) throws IOException {
        return !next.equals(settings) && take(next);
    }

    /**
     * Looks whether the files have changed, and takes them up.
     *
     * @return whether a client that was let in before might not be any more
     */
    boolean follow() {
        remind();
        try {
            return !settings.files().fingerprint().equals(fingerprint) && take(settings);
        } catch (IOException e) {
            String message = e instanceof PemException ? String.valueOf(e.getMessage()) : "A file can't be read: " + e;
            if (!message.equals(fault)) {
                fault = message; // told if it is still so the next time: files are rarely replaced all at once
            } else if (!message.equals(complaint)) {
                complaint = message;
                LOG.warn("The changed certificates are not taken up yet, the former stay in force. {}", message);
            }
            return false;
        }
    }

    private boolean take(TlsSettings next) throws IOException {
        TlsFiles files = next.files();
        if (next.requireClientCert() && files.ca() == null) {
            throw new IOException(
                    "require_client_cert needs ca_cert, the CA to check the clients' certificates against.");
        }
        String read = files.fingerprint();
        TlsMaterial taken = files.read();
        X509Certificate own = taken.certificate();
        if (own == null) {
            throw new IOException("server_cert and server_key are missing: HTTPS needs both.");
        }
        TlsMaterial former = material;
        boolean stricter = former != null
                && ((next.requireClientCert() && !settings.requireClientCert())
                        || !taken.authorities().equals(former.authorities()));
        enforce(taken, next.requireClientCert());
        settings = next;
        material = taken;
        fingerprint = read;
        fault = null;
        complaint = null;
        reminded = Instant.MIN;
        if (former != null) {
            LOG.info(
                    MarkerFactory.getMarker("NOTICE"),
                    "Certificates taken up: {} is served, valid until {}.",
                    own.getSubjectX500Principal().getName(),
                    own.getNotAfter().toInstant());
        }
        remind();
        return stricter;
    }

    private void enforce(TlsMaterial taken, boolean required) throws IOException {
        boolean wanted = !required && !taken.authorities().isEmpty();
        try {
            if (factory.isStarted()) {
                factory.reload(same -> {
                    same.setSslContext(taken.context());
                    factory.setNeedClientAuth(required);
                    factory.setWantClientAuth(wanted);
                });
            } else {
                factory.setSslContext(taken.context());
                factory.setNeedClientAuth(required);
                factory.setWantClientAuth(wanted);
            }
        } catch (Exception e) {
            throw new IOException("The certificates can't be used: " + e.getMessage(), e);
        }
    }

    /** Tells once a day that the certificate will not do for long. */
    private void remind() {
        X509Certificate own = material == null ? null : material.certificate();
        Instant now = clock.instant();
        if (own == null || reminded.plus(REMINDER).isAfter(now)) {
            return;
        }
        reminded = now;
        Instant end = own.getNotAfter().toInstant();
        if (end.isBefore(now)) {
            LOG.error(
                    "The certificate in {} has expired on {}: replace it.",
                    settings.files().cert(),
                    end);
        } else if (end.isBefore(now.plus(EXPIRES_SOON))) {
            LOG.warn(
                    "The certificate in {} expires on {}: replace it soon.",
                    settings.files().cert(),
                    end);
        }
    }
}
