package org.cachemanager.config.yaml;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Every setting of a node, checked and immutable. Sizes are in bytes, paths absolute.
 *
 * @param workerTimeout how long a worker rests after an error
 * @param maxCacheSize most bytes held; 0: no limit but the memory
 * @param maxItemSize most bytes of one item, never above a {@code maxCacheSize} that is not 0; 0: no limit
 * @param peerRefreshTime when a peer that is down is tried again
 * @param peerConnectionTimeout how long a peer may take to answer
 * @param timestampErrorMargin greatest difference between a token's timestamp and the clock; zero: not checked
 * @param cachePurgeTime how long after its expiry an item is purged at the latest
 * @param httpServer the HTTP endpoint
 * @param httpsServer the HTTPS endpoint
 * @param encryption the namespace encryption of both endpoints
 * @param registry how nodes find each other, if they do
 * @param peerNodes the other nodes, as far as they are listed by hand
 * @param storage the storage engine
 * @param eviction the eviction policy
 * @param log the log
 * @param values what each setting is and where that comes from, by its dotted name ({@code http_server.port}), in the
 *     order in which they were read; keys are shown by their number and fingerprints
 */
public record Settings(
        Duration workerTimeout,
        long maxCacheSize,
        long maxItemSize,
        Duration peerRefreshTime,
        Duration peerConnectionTimeout,
        Duration timestampErrorMargin,
        Duration cachePurgeTime,
        HttpServer httpServer,
        HttpsServer httpsServer,
        Encryption encryption,
        @Nullable Registry registry,
        List<PeerNode> peerNodes,
        Choice storage,
        Choice eviction,
        Log log,
        Map<String, SettingValue> values) {

    /** Copies the collections. */
    public Settings {
        peerNodes = List.copyOf(peerNodes);
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /**
     * Reads and checks the settings. Blocks on reading the file and those that it names; resolves no host names.
     *
     * @param file the configuration file, which must be there; {@code null}: defaults and environment alone
     * @param environment the variables, of which those that begin with {@code CACHEMANAGER_} are looked at
     * @param maxHeapBytes what the heap of the node's JVM can grow to, to check {@code max_cache_size} against; 0: not
     *     checked
     * @return the settings, or every fault; never throws for what an operator can write
     */
    public static LoadResult load(@Nullable Path file, Map<String, String> environment, long maxHeapBytes) {
        return load(new Inputs(file, new FileContents(), environment, Map.of(), maxHeapBytes));
    }

    /**
     * Makes and checks settings. Blocks on reading the files that were not read yet; resolves no host names.
     *
     * @return the settings, or every fault; never throws for what an operator can write
     */
    public static LoadResult load(Inputs inputs) {
        return SettingsReader.load(inputs);
    }

    /**
     * The HTTP endpoint.
     *
     * @param enabled whether there is one
     * @param host the address or name to listen on
     * @param port the port to listen on; 0: any that is free
     * @param allowUnauthenticated whether it may be open to other machines with neither keys nor certificates
     */
    public record HttpServer(boolean enabled, String host, int port, boolean allowUnauthenticated) {}

    /**
     * The HTTPS endpoint. The files are PEM, there and readable when it is enabled.
     *
     * @param enabled whether there is one
     * @param host the address or name to listen on
     * @param port the port to listen on; 0: any that is free
     * @param allowUnauthenticated whether it may be open to other machines with neither keys nor client certificates
     * @param serverCert its certificate, with the chain; there when it is enabled
     * @param serverKey the key to it; there when it is enabled
     * @param caCert what client certificates and peers are checked against; there with {@code requireClientCert}
     * @param clientCert what this node shows to its peers
     * @param clientKey the key to it; there with {@code clientCert}
     * @param requireClientCert whether a client must show a certificate
     */
    public record HttpsServer(
            boolean enabled,
            String host,
            int port,
            boolean allowUnauthenticated,
            @Nullable Path serverCert,
            @Nullable Path serverKey,
            @Nullable Path caCert,
            @Nullable Path clientCert,
            @Nullable Path clientKey,
            boolean requireClientCert) {}

    /**
     * The namespace encryption; its keys are secret, so that its text does not show them.
     *
     * @param cipher the name of the cipher
     * @param keys in Base64, the one that makes tokens first; empty: plain namespaces
     */
    public record Encryption(String cipher, List<String> keys) {

        /** Copies the keys. */
        public Encryption {
            keys = List.copyOf(keys);
        }

        @Override
        public String toString() {
            return "Encryption[cipher=" + cipher + ", keys=" + keys.size() + ']';
        }
    }

    /**
     * The connection to the registry.
     *
     * @param type the name of the registry client
     * @param endpoints the URLs of the registry
     * @param prefix what the keys of the cluster's nodes begin with
     * @param advertise where this node tells others to call it; null: no endpoint is enabled, nothing is told
     * @param access by what the registry lets this node in
     */
    public record Registry(
            String type,
            List<String> endpoints,
            String prefix,
            @Nullable PeerNode advertise,
            Access access) {

        /** What keys begin with if nothing else is said. */
        public static final String PREFIX = "/cachemanager/nodes/";

        /** Copies the endpoints. */
        public Registry {
            endpoints = List.copyOf(endpoints);
        }

        /**
         * What the registry asks for.
         *
         * @param user empty: none
         * @param password of the user
         * @param caCert the CAs of the registry's certificate; null: as the JVM trusts
         * @param clientCert what is shown to it; null: nothing
         * @param clientKey the key to that
         */
        public record Access(
                String user,
                String password,
                @Nullable Path caCert,
                @Nullable Path clientCert,
                @Nullable Path clientKey) {

            /** Of a registry that lets everybody in. */
            public static final Access OPEN = new Access("", "", null, null, null);

            @Override
            public String toString() {
                return "Access[" + user + ']';
            }
        }
    }

    /**
     * Where a node of the cluster is called.
     *
     * @param host its address or name
     * @param port its port
     * @param tls whether that port speaks HTTPS
     */
    public record PeerNode(String host, int port, boolean tls) {

        /** Its address, such as {@code https://10.0.0.2:8183}. */
        public String url() {
            String inUrl = host.indexOf(':') < 0 ? host : '[' + host + ']';
            return (tls ? "https://" : "http://") + inUrl + ':' + port;
        }
    }

    /**
     * The implementation of a seam to put in force.
     *
     * @param name its name
     * @param own its own settings by their names as written: {@link Long}, {@link Double}, {@link Boolean} or
     *     {@link String}
     */
    public record Choice(String name, Map<String, Object> own) {

        /** Copies the settings. */
        public Choice {
            own = Collections.unmodifiableMap(new LinkedHashMap<>(own));
        }
    }

    /**
     * The log.
     *
     * @param prefix what logger names begin with, without the dot after it; empty: nothing
     * @param level the least level written: DEBUG, INFO, NOTICE, WARNING, ERROR or CRITICAL
     * @param maxFileSize bytes after which the file is rotated
     * @param files how many rotated files are kept
     */
    public record Log(String prefix, String level, long maxFileSize, int files) {}
}
