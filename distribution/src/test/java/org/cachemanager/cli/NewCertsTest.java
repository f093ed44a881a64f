package org.cachemanager.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.cachemanager.protocol.tls.PemFile;
import org.cachemanager.protocol.tls.TlsFiles;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The certificates that {@code new-certs} makes. */
public class NewCertsTest {

    private static final String SERVER = "1.3.6.1.5.5.7.3.1";
    private static final String CLIENT = "1.3.6.1.5.5.7.3.2";

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    private int run(String... words) {
        PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
        Properties properties = new Properties();
        properties.setProperty("cachemanager.base", folder.getRoot().toString());
        return new Main(new Console(InputStream.nullInputStream(), out, out, false), properties, Map.of()).run(words);
    }

    private Path file(String name) {
        return folder.getRoot().toPath().resolve(name);
    }

    private X509Certificate certificate(String name) throws Exception {
        return PemFile.read(file(name)).certificates().get(0);
    }

    @Test
    public void newCerts_ofTwoNodes_underOneAuthority() throws Exception {
        assertThat(run("new-certs", "--host", "node1", "--host", "10.0.0.1", "--days", "30"))
                .as(said.toString(StandardCharsets.UTF_8))
                .isZero();
        assertThat(run(
                        "new-certs",
                        file("other").toString(),
                        "--ca",
                        file("tls").toString()))
                .as(said.toString(StandardCharsets.UTF_8))
                .isZero();

        X509Certificate server = certificate("tls/server.pem");
        assertThat(server.getSubjectAlternativeNames())
                .contains(List.of(2, "node1"), List.of(7, "10.0.0.1"), List.of(2, "localhost"));
        X509Certificate authority = certificate("tls/ca.pem");
        assertThat(certificate("other/ca.pem")).isEqualTo(authority);
        for (String name :
                List.of("tls/server", "tls/client", "tls/plugin", "other/server", "other/client", "other/plugin")) {
            certificate(name + ".pem").verify(authority.getPublicKey());
            assertThat(new TlsFiles(file(name + ".pem"), file(name + ".key"), null)
                            .read()
                            .certificate())
                    .isNotNull();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file(name + ".key"))))
                    .isEqualTo("rw-------");
        }
        assertThat(server.getExtendedKeyUsage()).containsExactly(SERVER);
        assertThat(certificate("tls/client.pem").getExtendedKeyUsage()).containsExactlyInAnyOrder(SERVER, CLIENT);
        assertThat(certificate("tls/plugin.pem").getExtendedKeyUsage()).containsExactly(CLIENT);
        assertThat(file("other/ca.key")).doesNotExist();
        assertThat(said.toString(StandardCharsets.UTF_8)).contains("https_server:", "curl --cacert");

        assertThat(run("new-certs")).isEqualTo(1);
        assertThat(certificate("tls/server.pem")).isEqualTo(server);
        assertThat(run("new-certs", "--force")).isZero();
        assertThat(certificate("tls/server.pem")).isNotEqualTo(server);
        assertThat(certificate("tls/ca.pem")).isEqualTo(authority);
    }

    @Test
    public void newCerts_wronglyTyped_nothingMade() {
        assertThat(run("new-certs", "--host", "a b")).isEqualTo(2);
        assertThat(run("new-certs", "--ca", file("nowhere").toString())).isEqualTo(1);
        assertThat(file("tls")).doesNotExist();
    }
}
