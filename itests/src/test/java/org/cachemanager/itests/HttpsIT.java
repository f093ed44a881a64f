package org.cachemanager.itests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.cachemanager.protocol.tls.TlsFiles;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** A node that serves HTTPS to clients with a certificate alone, with what {@code new-certs} makes. */
public class HttpsIT {

    private static final Pattern LISTENING = Pattern.compile("Listening on https://127\\.0\\.0\\.1:(\\d+)");
    private static final String REQUEST = "GET /status HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    private static final int PATIENCE_MILLIS = 20_000;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

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
            socket.getOutputStream().write(REQUEST.getBytes(UTF_8));
            String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
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
        settings.put(
                "CACHEMANAGER_HTTPS_SERVER_SERVER_CERT", file("tls/server.pem").toString());
        settings.put(
                "CACHEMANAGER_HTTPS_SERVER_SERVER_KEY", file("tls/server.key").toString());
        settings.put("CACHEMANAGER_HTTPS_SERVER_CA_CERT", file("tls/ca.pem").toString());
        settings.put("CACHEMANAGER_HTTPS_SERVER_REQUIRE_CLIENT_CERT", "true");
        return settings;
    }

    /** Makes a directory of certificates with the distribution's command. */
    private void newCerts(String dir, String... options) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("cachemanager.home"), "bin/cachemanager")
                .toAbsolutePath()
                .toString());
        command.addAll(List.of(
                "new-certs", file(dir).toString(), "--base", file("base").toString()));
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said).contains("require_client_cert: true", "curl --cacert");
    }

    @Test
    public void clientsWithACertificate_servedAlone_andThroughARenewal() throws Exception {
        newCerts("tls");
        newCerts("strange");
        try (NodeProcess node = new NodeProcess(file("base"), settings())) {
            port = await("HTTPS listens").until(() -> port(node.output()), found -> found > 0);
            SSLContext client = client("tls", "client");
            X509Certificate first = call(client);
            refusesOthers();
            callsByTheCommandLine(node);
            renewUnderCalls(client, first);
            assertThat(node.output()).contains("Certificates taken up").doesNotContain("Exception");
        }
    }

    private static int port(String output) {
        Matcher matcher = LISTENING.matcher(output);
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
    }

    private void refusesOthers() throws IOException {
        SSLContext nobody = new TlsFiles(null, null, file("tls/ca.pem")).read().context();
        SSLContext stranger = client("strange", "client");
        SSLContext known = client("tls", "client");
        assertThatThrownBy(() -> call(nobody)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> call(stranger)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> call(known, "TLSv1.1")).isInstanceOf(IOException.class);
    }

    private void callsByTheCommandLine(NodeProcess node) throws Exception {
        String[] how = {
            "--url",
            "https://127.0.0.1:" + port,
            "--ca",
            file("tls/ca.pem").toString(),
            "--cert",
            file("tls/client.pem").toString(),
            "--key",
            file("tls/client.key").toString()
        };
        NodeProcess.Outcome set = node.run(words(how, "set", "k", "data"));
        assertThat(set.status()).as(set.text()).isZero();
        assertThat(node.run(words(how, "get", "k")).text()).isEqualTo("data\n");
    }

    private static String[] words(String[] options, String... command) {
        return Stream.concat(Arrays.stream(command), Arrays.stream(options)).toArray(String[]::new);
    }

    /** The new certificate is made beside, then moved over the one that is served, as operators' tools do. */
    private void renewUnderCalls(SSLContext client, X509Certificate first) throws Exception {
        newCerts("renewed", "--ca", file("tls").toString());
        AtomicBoolean ended = new AtomicBoolean();
        AtomicInteger calls = new AtomicInteger();
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        Thread caller = new Thread(() -> {
            while (!ended.get()) {
                try {
                    call(client);
                    calls.incrementAndGet();
                } catch (IOException e) {
                    failures.add(e);
                }
            }
        });
        caller.start();
        for (String name : List.of("server.key", "server.pem")) {
            Files.move(file("renewed/" + name), file("tls/" + name), StandardCopyOption.REPLACE_EXISTING);
        }
        long since = System.nanoTime();
        SSLContext fresh = client("tls", "client");
        await().atMost(Duration.ofSeconds(20)).until(() -> !call(fresh).equals(first));
        Duration taken = Duration.ofNanos(System.nanoTime() - since);
        int then = calls.get();
        await().until(() -> calls.get() > then + 5);
        ended.set(true);
        caller.join();
        System.getLogger("https")
                .log(Level.INFO, "renewed after " + taken.toMillis() + " ms, " + calls.get() + " calls meanwhile");
        assertThat(failures).isEmpty();
        assertThat(taken).isLessThan(Duration.ofSeconds(2));
    }
}
