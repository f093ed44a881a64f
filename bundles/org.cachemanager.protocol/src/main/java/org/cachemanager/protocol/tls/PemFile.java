package org.cachemanager.protocol.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A PEM file that has been read: text with blocks of Base64 in it, whatever stands between them. */
public final class PemFile {

    private static final int MAX_BYTES = 1 << 20;
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);

    private final Path path;
    private final List<Block> blocks;

    private PemFile(Path path, List<Block> blocks) {
        this.path = path;
        this.blocks = blocks;
    }

    /** What stands between two lines of dashes. */
    private record Block(String label, String body) {

        boolean isCertificate() {
            return label.equals("CERTIFICATE") || label.equals("X509 CERTIFICATE");
        }

        boolean isKey() {
            return label.endsWith("PRIVATE KEY");
        }

        /** By PKCS#8, or in the way of OpenSSL before it. */
        boolean isEncrypted() {
            return label.startsWith("ENCRYPTED") || body.contains("ENCRYPTED");
        }
    }

    /**
     * Reads a file; blocks for as long as that takes.
     *
     * @throws PemException if it can't be read
     */
    public static PemFile read(Path path) throws PemException {
        try (InputStream in = Files.newInputStream(path)) {
            Matcher matcher = BLOCK.matcher(new String(in.readNBytes(MAX_BYTES), StandardCharsets.ISO_8859_1));
            List<Block> blocks = new ArrayList<>();
            while (matcher.find()) {
                blocks.add(new Block(matcher.group(1), matcher.group(2)));
            }
            return new PemFile(path, blocks);
        } catch (NoSuchFileException e) {
            throw new PemException("There is no file " + path + ".", e);
        } catch (IOException e) {
            throw new PemException(path + " can't be read: " + e.getMessage(), e);
        }
    }

    /**
     * Its certificates, in the order of the file; at least one.
     *
     * @throws PemException if there is none, or one that is not a certificate
     */
    public List<X509Certificate> certificates() throws PemException {
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (Block block : blocks) {
                if (block.isCertificate()) {
                    certificates.add((X509Certificate)
                            factory.generateCertificate(new ByteArrayInputStream(decode(block.body()))));
                }
            }
        } catch (CertificateException e) {
            throw new PemException(path + " holds a certificate that can't be read; is it whole?", e);
        }
        if (certificates.isEmpty()) {
            throw new PemException(path + " holds no certificate (-----BEGIN CERTIFICATE-----).");
        }
        return certificates;
    }

    /**
     * Its private key: PKCS#8, or as OpenSSL wrote them before, PKCS#1 (RSA) or SEC1 (EC).
     *
     * @throws PemException if there is none, it is encrypted, or of a kind that is not known
     */
    public PrivateKey privateKey() throws PemException {
        Block key = blocks.stream().filter(Block::isKey).findFirst().orElse(null);
        if (key == null) {
            throw new PemException(path + " holds no private key (-----BEGIN PRIVATE KEY-----).");
        }
        if (key.isEncrypted()) {
            throw new PemException(path + " is protected by a passphrase: give a key without one (openssl pkey -in "
                    + path.getFileName() + " -out plain.key).");
        }
        try {
            byte[] der = decode(key.body());
            return switch (key.label()) {
                case "PRIVATE KEY" -> PrivateKeys.ofPkcs8(der);
                case "RSA PRIVATE KEY" -> PrivateKeys.ofPkcs1(der);
                case "EC PRIVATE KEY" -> PrivateKeys.ofSec1(der, curve());
                default -> throw new PemException(path + " holds a " + key.label() + ", which TLS has no use for.");
            };
        } catch (GeneralSecurityException e) {
            throw new PemException(path + " holds a private key that can't be read; is it whole?", e);
        }
    }

    /** The curve's name that {@code openssl ecparam} puts before the key. */
    private byte @Nullable [] curve() throws PemException {
        for (Block block : blocks) {
            if (block.label().equals("EC PARAMETERS")) {
                return decode(block.body());
            }
        }
        return null;
    }

    private byte[] decode(String body) throws PemException {
        try {
            return Base64.getMimeDecoder().decode(body);
        } catch (IllegalArgumentException e) {
            throw new PemException(path + " is cut off or damaged: what it holds is not Base64.", e);
        }
    }
}
