package org.cachemanager.endpoint.http.internal;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** Who is at the other end of a connection, as far as the connection tells. */
final class Caller {

    private Caller() {}

    /** Whether it has shown a certificate. One is asked for only where a CA is configured, and then has to be of it. */
    static boolean hasCertificate(Request request) {
        EndPoint.SslSessionData session =
                request.getConnectionMetaData().getConnection().getEndPoint().getSslSessionData();
        X509Certificate @Nullable [] chain = session == null ? null : session.peerCertificates();
        return chain != null && chain.length > 0;
    }

    /** Whether it is believed when it says which node it is: it is on this machine, or the CA vouches for it. */
    static boolean mayBePeer(Request request) {
        return isLocal(request) || hasCertificate(request);
    }

    private static boolean isLocal(Request request) {
        InetAddress address = request.getConnectionMetaData().getRemoteSocketAddress() instanceof InetSocketAddress at
                ? at.getAddress()
                : null;
        return address != null && address.isLoopbackAddress();
    }
}
