package org.cachemanager.protocol.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The PEM files of one side of a connection: who it is, and whom it trusts.
 *
 * @param cert its certificate, then those that lead to its CA; null: it shows none
 * @param key the private key of that certificate; null exactly when there is no certificate
 * @param ca the CAs, one or several, that sign the certificates of the other side; null: as the JVM trusts
 */
public record TlsFiles(
        @Nullable Path cert, @Nullable Path key, @Nullable Path ca) {

    private static final int MAX_BYTES = 1 << 20;

    /** Of paths as they are configured; the empty one stands for none. */
    public static TlsFiles of(String cert, String key, String ca) {
        return new TlsFiles(path(cert), path(key), path(ca));
    }

    private static @Nullable Path path(String text) {
        return text.isEmpty() ? null : Path.of(text);
    }

    /**
     * Reads and checks the files; blocks for as long as that takes.
     *
     * @throws PemException if one can't be used, or the key is not that of the certificate
     */
    public TlsMaterial read() throws PemException {
        return TlsMaterial.of(this);
    }

    /**
     * Names what the files hold now: two answers are equal exactly when nothing has changed. Blocks while it reads.
     *
     * @throws IOException if one can't be read
     */
    public String fingerprint() throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            List<Path> given = Stream.of(cert, key, ca).filter(Objects::nonNull).toList();
            for (Path file : given) {
                try (InputStream in = Files.newInputStream(file)) {
                    digest.update(MessageDigest.getInstance("SHA-256").digest(in.readNBytes(MAX_BYTES)));
                }
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
