package org.cachemanager.config.yaml.internal;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.cachemanager.config.yaml.Settings;
import org.cachemanager.config.yaml.Settings.HttpServer;
import org.cachemanager.config.yaml.Settings.HttpsServer;
import org.jspecify.annotations.Nullable;

/** The configurations that settings stand for, by their PIDs, in the order in which they are to be written. */
final class Configurations {

    static final String LOG = "org.cachemanager.log";
    static final String HOST = "org.cachemanager.host";
    static final String CORE = "org.cachemanager.core";
    static final String ENDPOINT = "org.cachemanager.endpoint.http";
    static final String PEER = "org.cachemanager.peer.http";
    static final String HTTP = ENDPOINT + "~http";
    static final String HTTPS = ENDPOINT + "~https";
    static final String REGISTRY = "org.cachemanager.registry.";
    static final String FIXED = REGISTRY + "fixed";
    static final String STORAGE = "org.cachemanager.storage.";
    static final String EVICTION = "org.cachemanager.eviction.";

    private Configurations() {}

    /** The log first, so that the others are logged as wanted; the endpoints last, by {@code factory~name}. */
    static Map<String, Map<String, Object>> of(Settings settings) {
        Map<String, Map<String, Object>> all = new LinkedHashMap<>();
        all.put(LOG, log(settings.log()));
        all.put(HOST, Map.of("worker.timeout", settings.workerTimeout().toMillis()));
        own(all, STORAGE, settings.storage());
        own(all, EVICTION, settings.eviction());
        Settings.Registry registry = settings.registry();
        if (registry != null) {
            all.put(REGISTRY + registry.type(), registry(registry));
        }
        if (!settings.peerNodes().isEmpty()) {
            all.put(FIXED, Map.of("nodes", nodes(settings)));
        }
        all.put(PEER, peer(settings.httpsServer()));
        all.put(CORE, core(settings));
        HttpServer http = settings.httpServer();
        if (http.enabled()) {
            all.put(HTTP, endpoint("http", http.host(), http.port(), http.allowUnauthenticated()));
        }
        if (settings.httpsServer().enabled()) {
            all.put(HTTPS, https(settings.httpsServer()));
        }
        return all;
    }

    private static Map<String, Object> log(Settings.Log log) {
        return Map.of(
                "prefix", log.prefix(),
                "level", log.level(),
                "max.file.size", log.maxFileSize(),
                "files", log.files());
    }

    private static Map<String, Object> core(Settings settings) {
        Map<String, Object> core = new LinkedHashMap<>();
        core.put("max.cache.size", settings.maxCacheSize());
        core.put("max.item.size", settings.maxItemSize());
        core.put("cache.purge.time", settings.cachePurgeTime().toMillis());
        core.put("timestamp.error.margin", settings.timestampErrorMargin().toMillis());
        core.put("peer.refresh.time", settings.peerRefreshTime().toMillis());
        core.put("peer.connection.timeout", settings.peerConnectionTimeout().toMillis());
        core.put("storage", settings.storage().name());
        core.put("eviction", settings.eviction().name());
        core.put("cipher", settings.encryption().cipher());
        core.put("registry", registry(settings));
        core.put("keys", settings.encryption().keys().toArray(new String[0]));
        return core;
    }

    private static String[] nodes(Settings settings) {
        return settings.peerNodes().stream().map(Settings.PeerNode::url).toArray(String[]::new);
    }

    /** How the registry is reached, and what this node announces there. */
    private static Map<String, Object> registry(Settings.Registry registry) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("endpoints", registry.endpoints().toArray(new String[0]));
        all.put("prefix", registry.prefix());
        Settings.PeerNode advertise = registry.advertise();
        if (advertise != null) {
            all.put("advertise.host", advertise.host());
            all.put("advertise.port", advertise.port());
            all.put("advertise.tls", advertise.tls());
        }
        // who is called by TLS calls by TLS, whatever the registry says of the others
        all.put("tls.required", advertise != null && advertise.tls());
        Settings.Registry.Access access = registry.access();
        all.put("user", access.user());
        all.put(".password", access.password());
        put(all, "ca.cert", access.caCert());
        put(all, "client.cert", access.clientCert());
        put(all, "client.key", access.clientKey());
        return all;
    }

    /** The registry client that is asked for; none: whichever there is. */
    private static String registry(Settings settings) {
        Settings.Registry registry = settings.registry();
        if (registry != null) {
            return registry.type();
        }
        return settings.peerNodes().isEmpty() ? "" : "fixed";
    }

    private static void own(Map<String, Map<String, Object>> all, String pidPrefix, Settings.Choice choice) {
        if (!choice.own().isEmpty()) {
            Map<String, Object> own = new LinkedHashMap<>();
            choice.own().forEach((name, value) -> own.put(name.replace('_', '.'), value));
            all.put(pidPrefix + choice.name(), own);
        }
    }

    private static Map<String, Object> endpoint(String scheme, String host, int port, boolean allowUnauthenticated) {
        Map<String, Object> endpoint = new LinkedHashMap<>();
        endpoint.put("scheme", scheme);
        endpoint.put("host", host);
        endpoint.put("port", port);
        endpoint.put("allow.unauthenticated", allowUnauthenticated);
        return endpoint;
    }

    private static Map<String, Object> https(HttpsServer https) {
        Map<String, Object> endpoint = endpoint("https", https.host(), https.port(), https.allowUnauthenticated());
        put(endpoint, "server.cert", https.serverCert());
        put(endpoint, "server.key", https.serverKey());
        put(endpoint, "ca.cert", https.caCert());
        put(endpoint, "client.cert", https.clientCert());
        put(endpoint, "client.key", https.clientKey());
        endpoint.put("require.client.cert", https.requireClientCert());
        return endpoint;
    }

    /** Peers that speak HTTPS are called with what this node's own endpoint knows. */
    private static Map<String, Object> peer(HttpsServer https) {
        Map<String, Object> peer = new LinkedHashMap<>();
        put(peer, "ca.cert", https.caCert());
        put(peer, "client.cert", https.clientCert());
        put(peer, "client.key", https.clientKey());
        return peer;
    }

    private static void put(Map<String, Object> endpoint, String name, @Nullable Path file) {
        if (file != null) {
            endpoint.put(name, file.toString());
        }
    }
}
