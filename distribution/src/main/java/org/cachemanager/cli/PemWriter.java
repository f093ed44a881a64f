package org.cachemanager.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.Key;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.util.Base64;

/** Writes PEM files, each at once: who reads meanwhile sees the old one or the new one. */
final class PemWriter {

    private static final int LINE_LENGTH = 64;

    private PemWriter() {}

    /** In PKCS#8, readable by this user alone. */
    static void key(Path file, Key key) throws IOException {
        write(file, "PRIVATE KEY", key.getEncoded(), "rw-------");
    }

    static void certificate(Path file, Certificate certificate) throws IOException {
        try {
            write(file, "CERTIFICATE", certificate.getEncoded(), "rw-r--r--");
        } catch (CertificateEncodingException e) {
            throw new IOException(e);
        }
    }

    /** A temporary file is readable by its user alone from the start. */
    private static void write(Path file, String label, byte[] der, String permissions) throws IOException {
        Path written = Files.createTempFile(file.getParent(), "new", ".pem");
        try {
            String base64 =
                    Base64.getMimeEncoder(LINE_LENGTH, new byte[] {'\n'}).encodeToString(der);
            Files.writeString(
                    written,
                    "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n",
                    StandardCharsets.US_ASCII);
            if (Files.getFileStore(written).supportsFileAttributeView("posix")) {
                Files.setPosixFilePermissions(written, PosixFilePermissions.fromString(permissions));
            }
            Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(written);
        }
    }
}
