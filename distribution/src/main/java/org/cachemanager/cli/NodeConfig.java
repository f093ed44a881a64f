package org.cachemanager.cli;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.cachemanager.api.encryption.Keyring;
import org.cachemanager.api.encryption.NamespaceCipher;
import org.cachemanager.api.encryption.NamespaceText;
import org.cachemanager.config.yaml.LoadResult;
import org.cachemanager.config.yaml.Settings;
import org.cachemanager.encryption.aes.internal.AesEncryption;
import org.cachemanager.encryption.aesgcm.internal.AesGcmEncryption;
import org.cachemanager.protocol.tls.TlsFiles;
import org.jspecify.annotations.Nullable;

/** What the command line takes from a node's configuration: where it is, and how namespaces are named to it. */
final class NodeConfig {

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

    /** Where the node's endpoint is, and how to speak to it: as the command line says, else as configured. */
    Target target(CommandLine line) throws ExitException {
        String url = line.option("url");
        Target target = url == null ? configured() : Target.of(url);
        Settings.HttpsServer https = settings.httpsServer();
        if (!target.secured()) {
            for (String option : List.of("ca", "cert", "key")) {
                if (line.option(option) != null) {
                    throw new ExitException(
                            ExitException.USAGE, "--" + option + " is for https, and the node is at " + target + ".");
                }
            }
            return target;
        }
        Path ca = line.option("ca") == null ? https.caCert() : line.file("ca");
        boolean own = line.option("cert") != null || line.option("key") != null;
        return own
                ? target.with(new TlsFiles(line.file("cert"), line.file("key"), ca))
                : target.with(new TlsFiles(https.clientCert(), https.clientKey(), ca));
    }

    private Target configured() throws ExitException {
        Settings.HttpServer http = settings.httpServer();
        Settings.HttpsServer https = settings.httpsServer();
        if (http.enabled() && http.port() != 0) {
            return Target.of(false, reachable("http_server", http.host()), http.port());
        }
        if (https.enabled() && https.port() != 0) {
            return Target.of(true, reachable("https_server", https.host()), https.port());
        }
        throw new ExitException(
                ExitException.FAILED,
                "The configuration names no port of the node. Say where it is: --url http://HOST:PORT.");
    }

    /** A node that listens on every address is reached by loopback. */
    private static String reachable(String section, String host) throws ExitException {
        try {
            InetAddress address = InetAddress.getByName(host);
            return address.isAnyLocalAddress()
                    ? InetAddress.getLoopbackAddress().getHostAddress()
                    : host;
        } catch (UnknownHostException e) {
            throw new ExitException(ExitException.FAILED, section + ".host: there is no host " + host + ".");
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
        List<byte[]> keys = settings.encryption().keys().stream()
                .map(Base64.getDecoder()::decode)
                .toList();
        String name = settings.encryption().cipher();
        NamespaceCipher cipher =
                switch (name) {
                    case "aes" -> new AesEncryption();
                    case "aesgcm" -> new AesGcmEncryption();
                    default ->
                        throw new ExitException(
                                ExitException.FAILED,
                                "Tokens of the cipher " + name + " can't be made here, only of aes and aesgcm.");
                };
        return cipher.keyring(keys);
    }

    /** A new key for the configuration, in Base64. */
    static String newKey() {
        return Base64.getEncoder().encodeToString(new AesEncryption().newKey());
    }
}
