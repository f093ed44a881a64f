package org.cachemanager.protocol.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Keys in all the forms that operators have, and files that can't be used. */
public class TlsFilesTest {

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private static Path file(String name) {
        try {
            return Path.of(requireNonNull(TlsFilesTest.class.getResource("/tls/" + name))
                    .toURI());
        } catch (java.net.URISyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static TlsMaterial read(String cert, String key) throws IOException {
        return new TlsFiles(file(cert), file(key), null).read();
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.newFile().toPath(), text, US_ASCII);
    }

    private static String text(String name) throws IOException {
        return Files.readString(file(name), US_ASCII);
    }

    @Test
    public void keysOfEachForm_read() throws IOException {
        assertThat(read("rsa-pkcs1.pem", "rsa-pkcs8.key").certificate()).isNotNull();
        assertThat(read("rsa-pkcs1.pem", "rsa-pkcs1.key").certificate()).isNotNull();
        assertThat(read("ec-sec1.pem", "ec-sec1.key").certificate()).isNotNull();
        assertThat(read("ed25519.pem", "ed25519.key").certificate()).isNotNull();
    }

    @Test
    public void sec1WithItsCurveBeforeIt_read() throws IOException {
        byte[] whole = PemFile.read(file("ec-sec1.key")).privateKey().getEncoded();
        byte[] der = der(text("ec-sec1.key").replaceAll("(?s).*BEGIN EC PRIVATE KEY-----|-----END.*", ""));
        byte[] curveless = new byte[37 + 2]; // version, private value
        System.arraycopy(der, 2, curveless, 2, 37);
        curveless[0] = 0x30;
        curveless[1] = 37;
        curveless[2] = 2;
        Path bare = write(
                text("ec-sec1.key").replaceAll("(?s)-----BEGIN EC PRIVATE.*", "") + "-----BEGIN EC PRIVATE KEY-----\n"
                        + Base64.getEncoder().encodeToString(curveless) + "\n-----END EC PRIVATE KEY-----\n");

        assertThat(new TlsFiles(file("ec-sec1.pem"), bare, null).read().certificate())
                .isNotNull();
        assertThat(whole).isNotEmpty();
    }

    private static byte[] der(String base64) {
        return Base64.getMimeDecoder().decode(base64);
    }

    @Test
    public void textAroundTheBlocks_andTheKeyBesideTheCertificate_read() throws IOException {
        Path both = write("Certificate:\n    Data: - - --\n" + text("ec-sec1.pem") + "\nbag\n" + text("ec-sec1.key"));
        assertThat(new TlsFiles(both, both, both).read().authorities()).hasSize(1);
    }

    @Test
    public void severalAuthorities_allTrusted() throws IOException {
        Path bundle = write(text("ec-sec1.pem") + text("rsa-pkcs1.pem") + text("ed25519.pem"));
        assertThat(new TlsFiles(null, null, bundle).read().authorities()).hasSize(3);
    }

    @Test
    public void encryptedKeys_refusedWithARemedy() {
        for (String key : new String[] {"ec-encrypted.key", "pkcs8-encrypted.key"}) {
            assertThatThrownBy(() -> read("ec-sec1.pem", key))
                    .isInstanceOf(PemException.class)
                    .hasMessageContaining("protected by a passphrase")
                    .hasMessageContaining("openssl pkey");
        }
    }

    @Test
    public void keyOfAnotherCertificate_refused() {
        assertThatThrownBy(() -> read("ec-sec1.pem", "rsa-pkcs1.key")).hasMessageContaining("is not the key of");
        assertThatThrownBy(() -> read("ed25519.pem", "ec-sec1.key")).hasMessageContaining("is not the key of");
    }

    @Test
    public void whatIsMissing_named() throws IOException {
        assertThatThrownBy(() -> read("ec-sec1.key", "ec-sec1.key")).hasMessageContaining("holds no certificate");
        assertThatThrownBy(() -> read("ec-sec1.pem", "ec-sec1.pem")).hasMessageContaining("holds no private key");
        Path absent = folder.getRoot().toPath().resolve("absent.pem");
        assertThatThrownBy(() -> new TlsFiles(absent, absent, null).read())
                .hasMessage("There is no file " + absent + ".");
        assertThatThrownBy(() -> new TlsFiles(file("ec-sec1.pem"), null, null).read())
                .hasMessageContaining("needs its private key");
    }

    @Test
    public void halfWrittenFiles_refused() throws IOException {
        for (String name : new String[] {"ec-sec1.pem", "rsa-pkcs1.key"}) {
            String whole = text(name).strip();
            for (int length = 0; length < whole.length(); length += 7) {
                Path half = write(whole.substring(0, length));
                assertThatThrownBy(() -> new TlsFiles(half, file("rsa-pkcs1.key"), null).read())
                        .isInstanceOf(PemException.class);
                assertThatThrownBy(() -> new TlsFiles(file("rsa-pkcs1.pem"), half, null).read())
                        .isInstanceOf(PemException.class);
            }
        }
    }

    @Test
    public void damagedBlocks_refused() throws IOException {
        Path junk = write("""
                -----BEGIN CERTIFICATE-----
                AAAA
                -----END CERTIFICATE-----
                -----BEGIN EC PRIVATE KEY-----
                MIIEogIB
                -----END EC PRIVATE KEY-----
                """);
        assertThatThrownBy(() -> PemFile.read(junk).certificates()).isInstanceOf(PemException.class);
        assertThatThrownBy(() -> PemFile.read(junk).privateKey()).isInstanceOf(PemException.class);
    }

    @Test
    public void fingerprint_changesWithTheContentAlone() throws IOException {
        Path cert = write("one");
        Path key = write("two");
        TlsFiles files = new TlsFiles(cert, key, null);
        String before = files.fingerprint();
        Files.writeString(key, "two", US_ASCII);
        assertThat(files.fingerprint()).isEqualTo(before);
        Files.writeString(key, "onetwo", US_ASCII);
        Files.writeString(cert, "", US_ASCII);
        assertThat(files.fingerprint()).isNotEqualTo(before);
    }
}
