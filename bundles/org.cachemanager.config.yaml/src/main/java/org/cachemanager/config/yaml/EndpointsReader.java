package org.cachemanager.config.yaml;

import java.util.List;
import org.cachemanager.config.yaml.Settings.Encryption;
import org.cachemanager.config.yaml.Settings.HttpServer;
import org.cachemanager.config.yaml.Settings.HttpsServer;

/** Reads how the node is reached: its endpoints, their encryption and certificates. */
final class EndpointsReader {

    /** What the endpoints have in common, with where it was said. */
    private record Listener(
            Section section, boolean enabled, Value host, String address, Value port, int number, boolean open) {}

    private final Section root;
    private final Listener http;
    private final Listener https;
    private final Encryption encryption;
    private final HttpsServer httpsServer;

    EndpointsReader(Section root) {
        this.root = root;
        http = listener(root.section("http_server"), true, "127.0.0.1", "8182");
        https = listener(root.section("https_server"), false, "0.0.0.0", "8183");
        encryption = readEncryption();
        httpsServer = readHttps();
        checkOpen(http, false, "");
        checkOpen(https, httpsServer.requireClientCert(), ", or require_client_cert: true");
        checkPorts();
    }

    HttpServer http() {
        return new HttpServer(http.enabled(), http.address(), http.number(), http.open());
    }

    HttpsServer https() {
        return httpsServer;
    }

    Encryption encryption() {
        return encryption;
    }

    private static Listener listener(Section section, boolean enabled, String byDefault, String port) {
        boolean on = section.bool("enabled", enabled);
        Value host = section.value("host", byDefault);
        Value portValue = section.value("port", port);
        return new Listener(
                section,
                on,
                host,
                host.host(),
                portValue,
                portValue.port(0),
                section.bool("allow_unauthenticated", false));
    }

    private Encryption readEncryption() {
        boolean forHttp = http.section().has("encryption");
        boolean forHttps = https.section().has("encryption");
        Section section = http.section().section("encryption");
        Section second = https.section().section("encryption");
        Encryption own = EncryptionReader.read(section);
        Encryption other = EncryptionReader.read(second);
        if (!forHttps) {
            List.of("cipher", "keys", "keys_file").forEach(second::hides);
            return own;
        }
        if (!forHttp && !http.enabled()) {
            return other;
        }
        if (!own.equals(other) && !http.section().hasRunTime("encryption")) {
            https.section()
                    .fault(
                            "encryption",
                            "must be the same as http_server.encryption (take it out: it is taken from there)");
        }
        return own;
    }

    private HttpsServer readHttps() {
        Section section = https.section();
        PemFile serverCert = new PemFile(section, "server_cert");
        PemFile serverKey = new PemFile(section, "server_key");
        PemFile caCert = new PemFile(section, "ca_cert");
        PemFile clientCert = new PemFile(section, "client_cert");
        PemFile clientKey = new PemFile(section, "client_key");
        boolean required = section.bool("require_client_cert", false);
        if (https.enabled()) {
            serverCert.mustBeGiven("https_server needs a certificate");
            serverKey.mustBeGiven("https_server needs the key to its certificate");
            if (required) {
                caCert.mustBeGiven("require_client_cert needs the CA to check them against");
            }
            if (clientCert.path() != null) {
                clientKey.mustBeGiven("client_cert needs the key to it");
            } else if (clientKey.path() != null) {
                clientCert.mustBeGiven("client_key needs the certificate to it");
            }
            List.of(serverCert, caCert, clientCert).forEach(pem -> pem.check("CERTIFICATE"));
            List.of(serverKey, clientKey).forEach(pem -> pem.check("PRIVATE KEY"));
        }
        return new HttpsServer(
                https.enabled(),
                https.address(),
                https.number(),
                https.open(),
                serverCert.path(),
                serverKey.path(),
                caCert.path(),
                clientCert.path(),
                clientKey.path(),
                required);
    }

    /** An endpoint that other machines reach must know who calls, unless it says that it need not. */
    private void checkOpen(Listener listener, boolean certificates, String remedy) {
        if (!listener.enabled()
                || listener.open()
                || certificates
                || !encryption.keys().isEmpty()) {
            return;
        }
        if (Hosts.valid(listener.address()) && !Hosts.loopback(listener.address())) {
            Value host = listener.host();
            root.findings()
                    .fault(
                            host.given() ? host.origin() : listener.section().origin(),
                            host.path(),
                            Findings.quoted(host.text())
                                    + " is not loopback: anybody who reaches it could read and change the cache (give "
                                    + "http_server.encryption keys" + remedy
                                    + ", or say allow_unauthenticated: true)");
        }
    }

    private void checkPorts() {
        if (!http.enabled() && !https.enabled()) {
            root.findings()
                    .warn(
                            Origin.BY_DEFAULT,
                            "",
                            "neither http_server nor https_server is enabled: nobody can reach this node");
        }
        boolean overlap = http.address().equals(https.address())
                || Hosts.wildcard(http.address())
                || Hosts.wildcard(https.address());
        if (http.enabled() && https.enabled() && http.number() == https.number() && http.number() != 0 && overlap) {
            https.port().refuse("is the port of http_server too");
        }
    }
}
