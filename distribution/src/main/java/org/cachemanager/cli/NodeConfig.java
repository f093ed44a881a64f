package org.cachemanager.cli;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.cachemanager.api.encryption.Keyring;
import org.cachemanager.api.encryption.NamespaceText;
import org.cachemanager.config.yaml.LoadResult;
import org.cachemanager.config.yaml.Settings;
import org.cachemanager.encryption.aes.internal.AesEncryption;
import org.jspecify.annotations.Nullable;

/** What the command line takes from a node's configuration: where it is, and how namespaces are named to it. */
final class NodeConfig {

    private static final String CIPHER = "aes";

    private final Settings settings;

    private NodeConfig(Settings settings) {
        this.settings = settings;
    }

    /** Reads and checks a file, or the defaults, with what the environment overrides. */
    static NodeConfig load(@Nullable Path file, Map<String, String> environment) throws ExitException {
        LoadResult result = Settings.load(file, environment, 0);
        Settings settings = result.settings();
        if (settings == null) {
            throw new ExitException(ExitException.CONFIG, String.join("\n", result.faults()));
        }
        return new NodeConfig(settings);
    }

    /**
     * Where the node's HTTP endpoint is.
     *
     * @param url overrides the configuration; null: does not
     */
    InetSocketAddress address(@Nullable String url) throws ExitException {
        if (url != null) {
            return addressIn(url);
        }
        Settings.HttpServer http = settings.httpServer();
        if (!http.enabled() || http.port() == 0) {
            throw new ExitException(
                    ExitException.FAILED,
                    "The configuration names no HTTP port of the node. Say where it is: --url http://HOST:PORT.");
        }
        return InetSocketAddress.createUnresolved(reachable(http.host()), http.port());
    }

    private static InetSocketAddress addressIn(String url) throws ExitException {
        try {
            URI uri = URI.create(url.contains("://") ? url : "http://" + url);
            if ("http".equals(uri.getScheme()) && uri.getHost() != null) {
                String host = uri.getHost().replaceAll("[\\[\\]]", "");
                return InetSocketAddress.createUnresolved(host, uri.getPort() < 0 ? 80 : uri.getPort());
            }
        } catch (IllegalArgumentException e) {
            throw new ExitException(ExitException.USAGE, "--url: not a URL: " + e.getMessage());
        }
        throw new ExitException(
                ExitException.USAGE, "--url: such as http://127.0.0.1:8182; get, set and replay speak HTTP.");
    }

    /** A node that listens on every address is reached by loopback. */
    private static String reachable(String host) throws ExitException {
        try {
            InetAddress address = InetAddress.getByName(host);
            return address.isAnyLocalAddress()
                    ? InetAddress.getLoopbackAddress().getHostAddress()
                    : host;
        } catch (UnknownHostException e) {
            throw new ExitException(ExitException.FAILED, "http_server.host: there is no host " + host + ".");
        }
    }

    boolean hasKeys() {
        return !settings.encryption().keys().isEmpty();
    }

    /**
     * What to send as the namespace: the plain name where no keys are configured, else a token that is made anew each
     * time.
     */
    Supplier<String> namespace(String name) throws ExitException {
        if (name.isEmpty() || name.indexOf('|') >= 0) {
            throw new ExitException(ExitException.USAGE, "A namespace is not empty and has no | in it.");
        }
        if (!hasKeys()) {
            return () -> name;
        }
        if (name.indexOf('&') >= 0 || !name.chars().allMatch(c -> c > 0 && c < 128)) {
            throw new ExitException(ExitException.USAGE, "With keys, a namespace is ASCII and has no & in it.");
        }
        Keyring keyring = keyring();
        return () -> new String(
                keyring.seal(new NamespaceText(name, System.currentTimeMillis(), null).toBytes()),
                StandardCharsets.US_ASCII);
    }

    private Keyring keyring() throws ExitException {
        if (!settings.encryption().cipher().equals(CIPHER)) {
            throw new ExitException(
                    ExitException.FAILED,
                    "Tokens of the cipher " + settings.encryption().cipher() + " can't be made here, only of aes.");
        }
        List<byte[]> keys = settings.encryption().keys().stream()
                .map(Base64.getDecoder()::decode)
                .toList();
        return new AesEncryption().keyring(keys);
    }

    /** A new key for the configuration, in Base64. */
    static String newKey() {
        return Base64.getEncoder().encodeToString(new AesEncryption().newKey());
    }
}
