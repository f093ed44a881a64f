package org.cachemanager.registry.etcd.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import javax.net.ssl.SSLContext;
import org.cachemanager.protocol.tls.TlsFiles;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Certificates that are replaced while they are used. */
public class TrustTest {

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Rule
    public final LogRule log = new LogRule();

    private Trust trust = new Trust(TestNode.NO_FILES);

    @Before
    public void files() throws IOException {
        copy("ca.pem", "ca.pem");
        trust = new Trust(new TlsFiles(null, null, path("ca.pem")));
    }

    private Path path(String name) {
        return folder.getRoot().toPath().resolve(name);
    }

    private void copy(String from, String to) throws IOException {
        Files.copy(Path.of("src/test/resources/tls").resolve(from), path(to), StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    public void files_thatStay_keepWhatIsInForce() {
        trust.follow();
        SSLContext first = trust.context();
        trust.follow();
        assertThat(trust.context()).isNotNull().isSameAs(first);
        assertThat(trust.fault()).isEmpty();
        assertThat(log.lines()).isEmpty();
    }

    @Test
    public void files_thatChange_areTakenUp() throws IOException {
        trust.follow();
        SSLContext first = trust.context();
        copy("server.pem", "ca.pem");
        trust.follow();
        assertThat(trust.context()).isNotNull().isNotSameAs(first);
        assertThat(log.lines()).containsExactly("The changed certificates for etcd are taken up.");
    }

    @Test
    public void files_halfWritten_leaveTheFormerInForce_untilTheyAreWhole() throws IOException {
        trust.follow();
        SSLContext first = trust.context();
        Files.writeString(path("ca.pem"), Files.readString(path("ca.pem")).substring(0, 200));
        trust.follow();
        trust.follow();
        Files.delete(path("ca.pem"));
        trust.follow();
        assertThat(trust.context()).isSameAs(first);
        assertThat(trust.fault()).isEmpty();
        assertThat(log.warnings()).hasSize(2).allMatch(line -> line.contains("the former stay in force"));
        copy("server.pem", "ca.pem");
        trust.follow();
        assertThat(trust.context()).isNotSameAs(first);
    }

    @Test
    public void files_halfWrittenAtFirst_areAFault_untilTheyAreWhole() throws IOException {
        Files.writeString(path("ca.pem"), "-----BEGIN CERTIFICATE-----\n");
        trust.follow();
        assertThat(trust.context()).isNull();
        assertThat(trust.fault()).contains("ca.pem");
        copy("ca.pem", "ca.pem");
        trust.follow();
        assertThat(trust.context()).isNotNull();
        assertThat(trust.fault()).isEmpty();
    }

    @Test
    public void noFiles_areAsTheJvmTrusts() {
        Trust none = new Trust(TestNode.NO_FILES);
        none.follow();
        assertThat(none.context()).isNull();
        assertThat(none.fault()).isEmpty();
    }
}
