package org.cachemanager.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The {@code keytool} of this JVM, which alone can make certificates without a library, on a key store that lives as
 * long as this object, in a directory of this user alone.
 */
final class Keytool implements AutoCloseable {

    private static final String PASSWORD = "CACHEMANAGER_STORE_PASSWORD";
    private static final int SECRET_BYTES = 16;

    private final Path dir;
    private final Path store;
    private final String secret;

    Keytool() throws IOException {
        dir = Files.createTempDirectory("cachemanager-certs");
        store = dir.resolve("store.p12");
        byte[] random = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(random);
        secret = HexFormat.of().formatHex(random);
    }

    /** Makes a key and its certificate. */
    void make(String alias, int days, List<String> options) throws IOException {
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        List<String> command = new ArrayList<>(List.of(keytool.toString(), "-J-XX:TieredStopAtLevel=1"));
        command.addAll(List.of("-J-Duser.language=en", "-genkeypair", "-alias", alias));
        command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1", "-validity", Integer.toString(days)));
        command.addAll(List.of("-keystore", store.toString(), "-storetype", "PKCS12", "-storepass:env", PASSWORD));
        command.addAll(options);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put(PASSWORD, secret);
        Process process = builder.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        try {
            if (process.waitFor() != 0) {
                throw new IOException("keytool says: " + said);
            }
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted", e);
        }
    }

    /** Takes a key in that was made before. */
    void put(String alias, Key key, List<X509Certificate> chain) throws IOException {
        try (OutputStream out = Files.newOutputStream(store)) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(null, null);
            keys.setKeyEntry(alias, key, secret.toCharArray(), chain.toArray(new Certificate[0]));
            keys.store(out, secret.toCharArray());
        } catch (GeneralSecurityException e) {
            throw new IOException("The CA can't be used: " + e.getMessage(), e);
        }
    }

    Key key(String alias) throws IOException {
        try {
            return open().getKey(alias, secret.toCharArray());
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    Certificate certificate(String alias) throws IOException {
        try {
            return open().getCertificate(alias);
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private KeyStore open() throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(store)) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(in, secret.toCharArray());
            return keys;
        }
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(store);
        Files.deleteIfExists(dir);
    }
}
