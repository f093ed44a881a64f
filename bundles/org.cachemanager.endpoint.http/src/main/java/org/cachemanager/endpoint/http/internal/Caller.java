package org.cachemanager.endpoint.http.internal;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** Who is at the other end of a connection, as far as the connection tells. */
final class Caller {

    /** The extended key usages of a node, which other nodes call: to be a server, or anything. */
    private static final Set<String> OF_NODES = Set.of("1.3.6.1.5.5.7.3.1", "2.5.29.37.0");

    private Caller() {}

    /** Whether it has shown a certificate. One is asked for only where a CA is configured, and then has to be of it. */
    static boolean hasCertificate(Request request) {
        return certificate(request) != null;
    }

    private static @Nullable X509Certificate certificate(Request request) {
        EndPoint.SslSessionData session =
                request.getConnectionMetaData().getConnection().getEndPoint().getSslSessionData();
        X509Certificate @Nullable [] chain = session == null ? null : session.peerCertificates();
        return chain == null || chain.length == 0 ? null : chain[0];
    }

    /** Whether it is believed when it says which node it is: it is on this machine, or the CA vouches for a node. */
    static boolean mayBePeer(Request request) {
        X509Certificate shown = certificate(request);
        return isLocal(request) || (shown != null && isOfNode(shown));
    }

    /**
     * Whether a certificate may be a node's: it says that it is for servers, as those of plugins do not, or it does not
     * say what it is for.
     */
    private static boolean isOfNode(X509Certificate certificate) {
        try {
            List<String> usages = certificate.getExtendedKeyUsage();
            return usages == null || usages.stream().anyMatch(OF_NODES::contains);
        } catch (CertificateParsingException e) {
            return false;
        }
    }

    private static boolean isLocal(Request request) {
        InetAddress address = request.getConnectionMetaData().getRemoteSocketAddress() instanceof InetSocketAddress at
                ? at.getAddress()
                : null;
        return address != null && address.isLoopbackAddress();
    }
}
