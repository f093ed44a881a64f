package org.cachemanager.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.cachemanager.protocol.tls.TlsFiles;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** A node that serves HTTPS to clients with a certificate alone, with what {@code new-certs} makes. */
public class HttpsIT {

    private static final Pattern LISTENING = Pattern.compile("Listening on https://127\\.0\\.0\\.1:(\\d+)");
    private static final int PATIENCE_MILLIS = 20_000;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final AtomicInteger calls = new AtomicInteger();
    private int port;

    private Path file(String name) {
        return folder.getRoot().toPath().resolve(name);
    }

    private SSLContext client(String dir, String name) throws IOException {
        return new TlsFiles(file(dir + "/" + name + ".pem"), file(dir + "/" + name + ".key"), file("tls/ca.pem"))
                .read()
                .context();
    }

    /** Calls once over a connection of its own; gives the certificate that the node showed. */
    private X509Certificate call(SSLContext context, String... protocols) throws IOException {
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            if (protocols.length > 0) {
                socket.setEnabledProtocols(protocols);
            }
            socket.getOutputStream().write("GET /status HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".getBytes("US-ASCII"));
            String answer = new String(socket.getInputStream().readAllBytes(), "UTF-8");
            if (!answer.startsWith("HTTP/1.1 200")) {
                throw new IOException("Not served: " + answer);
            }
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>();
        settings.put("CACHEMANAGER_HTTPS_SERVER_ENABLED", "true");
        settings.put("CACHEMANAGER_HTTPS_SERVER_HOST", "127.0.0.1");
        settings.put("CACHEMANAGER_HTTPS_SERVER_PORT", "0");
        settings.put("CACHEMANAGER_HTTPS_SERVER_SERVER_CERT", file("tls/server.pem").toString());
        settings.put("CACHEMANAGER_HTTPS_SERVER_SERVER_KEY", file("tls/server.key").toString());
        settings.put("CACHEMANAGER_HTTPS_SERVER_CA_CERT", file("tls/ca.pem").toString());
        settings.put("CACHEMANAGER_HTTPS_SERVER_REQUIRE_CLIENT_CERT", "true");
        return settings;
    }

    private void newCerts(String dir) throws Exception {
        NodeProcess.Outcome made = NodeProcess.command(file("commands"), "new-certs", file(dir).toString());
        assertThat(made.status()).as(made.text()).isZero();
    }

    @Test
    public void clientsWithACertificateAlone_andARenewedOneUnderLoad() throws Exception {
        newCerts("tls");
        newCerts("strange");
        try (NodeProcess node = new NodeProcess(file("base"), settings())) {
            port = await("HTTPS listens").until(() -> port(node.output()), found -> found > 0);
            SSLContext client = client("tls", "client");
            X509Certificate first = call(client);
            refuses();

            NodeProcess.Outcome set = node.run(cli("set", "k", "data"));
            assertThat(set.status()).as(set.text()).isZero();
            assertThat(node.run(cli("get", "k")).text()).isEqualTo("data\n");

            newCerts("renewed");
            renewUnderCalls(client, first);
        }
    }
}
