package org.cachemanager.registry.etcd.internal;

import java.io.IOException;
import javax.net.ssl.SSLContext;
import org.cachemanager.protocol.tls.PemException;
import org.cachemanager.protocol.tls.TlsFiles;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MarkerFactory;

/**
 * Whom this node takes for etcd and what it shows to it, out of files that may be replaced at any time. As long as the
 * changed ones can't be used the former stay in force. One thread at a time.
 */
final class Trust {

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.registry.etcd");

    private final TlsFiles files;
    private final boolean given;
    private @Nullable SSLContext context;
    private String fingerprint = "";
    private String fault = "";

    Trust(TlsFiles files) {
        this.files = files;
        given = files.ca() != null || files.cert() != null || files.key() != null;
    }

    /** Looks at the files, and takes them up if they have changed. Blocks while it reads. */
    void follow() {
        if (!given) {
            return;
        }
        String found = "";
        try {
            String now = files.fingerprint();
            if (!now.equals(fingerprint)) {
                context = files.read().context();
                if (!fingerprint.isEmpty()) {
                    LOG.info(MarkerFactory.getMarker("NOTICE"), "The changed certificates for etcd are taken up.");
                }
                fingerprint = now;
            }
        } catch (PemException e) {
            found = String.valueOf(e.getMessage());
        } catch (IOException e) {
            found = "A file can't be read: " + e;
        }
        if (!found.isEmpty() && !found.equals(fault) && context != null) {
            LOG.warn("The changed certificates for etcd can't be used yet, the former stay in force: {}", found);
        }
        fault = found;
    }

    /** Why TLS can't be spoken; empty when it can. */
    String fault() {
        return context == null ? fault : "";
    }

    /** What speaks TLS; null: as the JVM trusts, if there is no fault. */
    @Nullable
    SSLContext context() {
        return context;
    }
}
