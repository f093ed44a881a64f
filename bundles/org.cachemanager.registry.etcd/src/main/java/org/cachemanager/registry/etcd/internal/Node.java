package org.cachemanager.registry.etcd.internal;

import java.util.UUID;
import org.cachemanager.api.peer.PeerAddress;
import org.jspecify.annotations.Nullable;

/**
 * Who announces itself.
 *
 * @param address where; null: nowhere, it only looks
 * @param credentials what lets it in; null: everybody is let in
 */
record Node(
        UUID ref, @Nullable PeerAddress address, @Nullable Credentials credentials, Cluster cluster) {

    /** A user of the registry. */
    record Credentials(String user, String password) {

        @Override
        public String toString() {
            return "Credentials[" + user + ']';
        }
    }

    /**
     * Whom it belongs to.
     *
     * @param prefix what the keys of the nodes begin with; a slash ends it
     * @param tlsRequired whether a node on another machine must be called by TLS
     */
    record Cluster(String prefix, boolean tlsRequired) {

        static final String PREFIX = "/cachemanager/nodes/";

        /** The members' keys, as the fields of a request. */
        String range() {
            String end = prefix.substring(0, prefix.length() - 1) + (char) ('/' + 1);
            return "\"key\":\"" + Json.base64(prefix) + "\",\"range_end\":\"" + Json.base64(end) + '"';
        }
    }

    /** Its key, in Base64. */
    String key() {
        return Json.base64(cluster.prefix + ref);
    }

    /** What stands there; empty when it has no address. */
    String value() {
        PeerAddress at = address;
        return at == null
                ? ""
                : "{\"ref\":\"" + ref + "\",\"host\":" + Json.quote(at.host()) + ",\"port\":" + at.port() + ",\"tls\":"
                        + at.tls() + '}';
    }
}
