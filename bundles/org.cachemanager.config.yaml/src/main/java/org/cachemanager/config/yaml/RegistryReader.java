package org.cachemanager.config.yaml;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.cachemanager.config.yaml.Settings.HttpServer;
import org.cachemanager.config.yaml.Settings.HttpsServer;
import org.cachemanager.config.yaml.Settings.PeerNode;
import org.cachemanager.config.yaml.Settings.Registry;
import org.jspecify.annotations.Nullable;

/** Reads how nodes find each other: the registry, what this node announces there, and the nodes listed by hand. */
final class RegistryReader {

    private static final String FIXED = "fixed";
    private static final int MAX_PREFIX = 200;
    private static final int MAX_PORT = 65_535;
    private static final Pattern URL = Pattern.compile("https?://(\\[[^\\s/@\\]]+]|[^\\s/@:]+)(:[0-9]+)?(/\\S*)?");
    private static final Pattern ADVERTISE =
            Pattern.compile("(?:(https?)://)?(\\[[^]]+]|[^:\\[\\]]+):([1-9][0-9]{0,4})");

    private final Section root;
    private final HttpServer http;
    private final HttpsServer https;

    RegistryReader(Section root, HttpServer http, HttpsServer https) {
        this.root = root;
        this.http = http;
        this.https = https;
    }

    @Nullable
    Registry registry() {
        Section section = root.section("registry");
        if (!root.has("registry")) {
            section.asks("type", "endpoints", "prefix", "advertise", "user", "password");
            section.asks("ca_cert", "client_cert", "client_key");
            return null;
        }
        Value type = section.given("type");
        if (type == null) {
            section.fault("type", "is missing (use e.g. etcd)");
        }
        String name = type == null ? "" : type.name(true);
        List<String> endpoints = urls(section);
        if (endpoints.isEmpty() && "etcd".equals(name)) {
            section.fault("endpoints", "is missing (use e.g. [\"http://127.0.0.1:2379\"])");
        }
        PeerNode advertise = advertise(section, FIXED.equals(name));
        if (advertise != null && !FIXED.equals(name)) {
            warnOfLoopback(section, advertise, endpoints);
        }
        return new Registry(name, endpoints, prefix(section), advertise, access(section));
    }

    private static Registry.Access access(Section section) {
        Value user = section.given("user");
        Value password = section.secret("password");
        if (password != null && user == null) {
            section.fault("user", "is missing beside the password (give both, or neither)");
        }
        Path cert = section.file("client_cert");
        Path key = section.file("client_key");
        if ((cert == null) != (key == null)) {
            section.fault(cert == null ? "client_cert" : "client_key", "is missing (give both, or neither)");
        }
        return new Registry.Access(
                user == null ? "" : user.text(),
                password == null ? "" : password.text(),
                section.file("ca_cert"),
                cert,
                key);
    }

    private static List<String> urls(Section section) {
        List<String> urls = new ArrayList<>();
        for (Value url : section.list("endpoints")) {
            checkUrl(url);
            urls.add(url.text());
        }
        return urls;
    }

    /** Refuses what nobody can be called by: there are host names, such as those with a _, that no URL may have. */
    private static void checkUrl(Value url) {
        try {
            if (!URL.matcher(url.text()).matches()) {
                url.refuse("is not a URL (use e.g. http://127.0.0.1:2379)");
            } else if (new URI(url.text()).getHost() == null) {
                url.refuse("has no host and port that can be called (use an address, or a name of letters, digits, -"
                        + " and dots, e.g. http://etcd1:2379)");
            }
        } catch (URISyntaxException e) {
            url.refuse("is not a URL: it has a character that none may have (use e.g. http://127.0.0.1:2379)");
        }
    }

    private static String prefix(Section section) {
        Value prefix = section.value("prefix", Registry.PREFIX);
        if (!prefix.text().matches("/([A-Za-z0-9._-]+/)+") || prefix.text().length() > MAX_PREFIX) {
            prefix.refuse("is not a prefix (use letters, digits and ._- between slashes, e.g. /cachemanager/nodes/)");
        }
        return prefix.text();
    }

    private @Nullable PeerNode advertise(Section section, boolean announcesNothing) {
        Value advertise = section.given("advertise");
        if (advertise != null) {
            return advertised(advertise);
        }
        if (!http.enabled() && !https.enabled()) {
            return null;
        }
        if (!announcesNothing) {
            requireReachable(section);
        }
        return https.enabled()
                ? new PeerNode(https.host(), https.port(), true)
                : new PeerNode(http.host(), http.port(), false);
    }

    private PeerNode advertised(Value advertise) {
        Matcher matcher = ADVERTISE.matcher(advertise.text());
        String host = "";
        int port = 0;
        if (matcher.matches()) {
            host = unbracketed(matcher.group(2));
            port = Integer.parseInt(matcher.group(3));
        }
        if (port == 0 || port > MAX_PORT || !Hosts.valid(host) || Hosts.wildcard(host)) {
            advertise.refuse("is not an address that other nodes can reach (use e.g. 10.0.0.1:8183, or"
                    + " https://10.0.0.1:443)");
            return new PeerNode("localhost", 1, false);
        }
        String scheme = matcher.group(1);
        return new PeerNode(host, port, scheme == null ? isSecure(port) : scheme.equals("https"));
    }

    /** Whether other nodes speak TLS at a port: it is that of HTTPS, or one of elsewhere that is mapped to either. */
    private boolean isSecure(int port) {
        return https.enabled() && (!http.enabled() || port != http.port() || port == https.port());
    }

    private void requireReachable(Section section) {
        String remedy = ", which other nodes can't reach (use e.g. 10.0.0.1:8183)";
        if (http.enabled() && Hosts.wildcard(http.host())) {
            section.fault("advertise", "is missing: http_server.host is " + http.host() + remedy);
        } else if (https.enabled() && Hosts.wildcard(https.host())) {
            section.fault("advertise", "is missing: https_server.host is " + https.host() + remedy);
        } else if ((https.enabled() ? https.port() : http.port()) == 0) {
            section.fault("advertise", "is missing: the port of the endpoint is 0, any that is free" + remedy);
        }
    }

    private static void warnOfLoopback(Section section, PeerNode advertise, List<String> endpoints) {
        if (!Hosts.loopback(advertise.host())) {
            return;
        }
        for (String endpoint : endpoints) {
            Matcher url = URL.matcher(endpoint);
            if (url.matches() && !Hosts.loopback(unbracketed(url.group(1)))) {
                section.warn(
                        "advertise",
                        "this node announces " + advertise.url() + ", which nodes on other machines can't reach, in a"
                                + " registry on another machine (give an address of this machine, e.g."
                                + " 10.0.0.1:8183)");
                return;
            }
        }
    }

    private static String unbracketed(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /**
     * The nodes listed by hand.
     *
     * @param registry what is used instead of them, unless it is theirs; null: nothing
     */
    List<PeerNode> peerNodes(@Nullable Registry registry) {
        List<PeerNode> nodes = new ArrayList<>();
        for (Section node : root.sections("peer_nodes")) {
            Value host = node.given("host");
            Value port = node.given("port");
            boolean tls = node.bool("tls", false);
            if (host == null) {
                node.fault("host", "is missing");
            }
            if (port == null) {
                node.fault("port", "is missing");
            }
            if (host != null && port != null) {
                nodes.add(new PeerNode(host.host(), port.port(1), tls));
            }
        }
        if (registry != null && !nodes.isEmpty() && !FIXED.equals(registry.type())) {
            root.warn(
                    "peer_nodes",
                    "is not used: registry.type is " + registry.type()
                            + ", where nodes find each other (take one of the two out, or say registry.type: fixed)");
        }
        return nodes;
    }
}
