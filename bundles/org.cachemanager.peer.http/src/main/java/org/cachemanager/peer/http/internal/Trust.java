package org.cachemanager.peer.http.internal;

import java.io.IOException;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.cachemanager.api.peer.PeerAddress;
import org.cachemanager.protocol.tls.PemException;
import org.cachemanager.protocol.tls.TlsFiles;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MarkerFactory;

/**
 * Whom this node trusts and what it shows, out of files that may be replaced at any time. As long as the changed ones
 * can't be used the former stay in force.
 *
 * <p>A peer must show a server's certificate of the configured CA; that CA signs nodes alone, so the name in it is not
 * compared: peers are known by addresses that a registry reports. Where none is configured the public CAs vouch for
 * names, so the name is compared.
 */
final class Trust {

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.peer.http");
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    private TlsFiles files;
    private String fingerprint = "";
    private @Nullable String fault;
    private @Nullable String complaint;
    private volatile @Nullable InForce inForce;

    /** @param byName whether the peer's certificate must be for the name by which it is called */
    private record InForce(SSLContext context, boolean byName) {}

    /** Reads the files; blocks for as long as that takes. */
    Trust(TlsFiles files) {
        this.files = files;
        take(files);
    }

    /** Takes other files over; whether what is in force has changed. Blocks while it reads. */
    synchronized boolean change(TlsFiles next) {
        return !next.equals(files) && take(next);
    }

    /** Looks whether the files have changed, and takes them up; whether it did. Blocks while it reads. */
    synchronized boolean follow() {
        try {
            String now = files.fingerprint();
            if (now.equals(fingerprint) || !read(files, now)) {
                return false;
            }
        } catch (IOException e) {
            complain(message(e));
            return false;
        }
        LOG.info(MarkerFactory.getMarker("NOTICE"), "The changed certificates for peers are taken up.");
        return true;
    }

    /** Tells a fault that was there twice: files are rarely replaced all at once. */
    private void complain(String message) {
        if (!message.equals(fault)) {
            fault = message;
        } else if (!message.equals(complaint)) {
            complaint = message;
            LOG.warn("The certificates for peers can't be used, the former stay in force. {}", message);
        }
    }

    private boolean take(TlsFiles next) {
        files = next;
        try {
            return read(next, next.fingerprint());
        } catch (IOException e) {
            complaint = message(e);
            fault = complaint;
            fingerprint = "";
            LOG.error("The certificates for peers can't be used, those of before stay in force. {}", complaint);
            return false;
        }
    }

    private boolean read(TlsFiles next, String now) throws PemException {
        inForce = new InForce(next.read().context(), next.ca() == null);
        fingerprint = now;
        fault = null;
        complaint = null;
        return true;
    }

    private static String message(IOException e) {
        return e instanceof PemException ? String.valueOf(e.getMessage()) : "A file can't be read: " + e;
    }

    /** Whether there are certificates that can be used; once there are, there always are. */
    boolean isUsable() {
        return inForce != null;
    }

    /** What speaks TLS with a peer, once this {@linkplain #isUsable can be used}. Any thread. */
    SSLEngine engine(PeerAddress peer) {
        InForce now = Objects.requireNonNull(inForce);
        SSLEngine engine = now.context.createSSLEngine(peer.host(), peer.port());
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(PROTOCOLS);
        if (now.byName) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        engine.setSSLParameters(parameters);
        return engine;
    }
}
