package org.cachemanager.registry.etcd.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.UUID;
import org.cachemanager.api.peer.PeerAddress;
import org.cachemanager.protocol.tls.TlsFiles;
import org.jspecify.annotations.Nullable;

/** Nodes of the cluster that tests use. */
final class TestNode {

    static final Node.Cluster CLUSTER = new Node.Cluster(Node.Cluster.PREFIX, false);
    static final TlsFiles NO_FILES = new TlsFiles(null, null, null);

    private TestNode() {}

    static Node of(UUID ref, @Nullable PeerAddress address, Node.@Nullable Credentials credentials) {
        return new Node(ref, address, credentials, CLUSTER);
    }

    /** What a node with an address has announced, as a range tells it. */
    static String announced(PeerAddress address) {
        Node node = of(UUID.nameUUIDFromBytes(address.toString().getBytes(UTF_8)), address, null);
        return at(node.key(), node.value());
    }

    /** What stands at a key in Base64. */
    static String at(String key, String value) {
        return "{\"key\":\"" + key + "\",\"value\":\"" + Json.base64(value) + "\"}";
    }

    /** What stands where a node may be. */
    static String garbage(String value) {
        return at(Json.base64(Node.Cluster.PREFIX + "x"), value);
    }
}
