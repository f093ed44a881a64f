package org.cachemanager.protocol.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** What {@link TlsFiles} held when they were read: immutable, checked, and kept in memory alone. */
public final class TlsMaterial {

    private static final char[] IN_MEMORY = "in memory".toCharArray();

    private final List<X509Certificate> chain;
    private final List<X509Certificate> authorities;
    private final SSLContext context;

    private TlsMaterial(List<X509Certificate> chain, List<X509Certificate> authorities, SSLContext context) {
        this.chain = chain;
        this.authorities = authorities;
        this.context = context;
    }

    static TlsMaterial of(TlsFiles files) throws PemException {
        Path cert = files.cert();
        Path key = files.key();
        Path ca = files.ca();
        if ((cert == null) != (key == null)) {
            throw new PemException(
                    cert == null ? "The key " + key + " needs its certificate." : cert + " needs its private key.");
        }
        try {
            List<X509Certificate> chain = List.of();
            KeyManager[] keys = null;
            if (cert != null && key != null) {
                chain = PemFile.read(cert).certificates();
                PrivateKey own = PemFile.read(key).privateKey();
                if (!belong(own, chain.get(0).getPublicKey())) {
                    throw new PemException(key + " is not the key of the first certificate in " + cert + ".");
                }
                keys = keyManagers(own, chain);
            }
            List<X509Certificate> authorities =
                    ca == null ? List.of() : PemFile.read(ca).certificates();
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, ca == null ? null : trustManagers(authorities), null);
            return new TlsMaterial(List.copyOf(chain), List.copyOf(authorities), context);
        } catch (GeneralSecurityException | IOException e) {
            if (e instanceof PemException own) {
                throw own;
            }
            throw new PemException("The certificates can't be used: " + e.getMessage(), e);
        }
    }

    /** Whether what one signs the other verifies. */
    private static boolean belong(PrivateKey key, PublicKey certified) throws GeneralSecurityException {
        if (!key.getAlgorithm().equals(certified.getAlgorithm())) {
            return false;
        }
        String algorithm =
                switch (key.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> key.getAlgorithm();
                };
        if (algorithm.equals("RSASSA-PSS")) {
            return true; // its parameters say which digest; the handshake will tell
        }
        byte[] sample = "cachemanager".getBytes(StandardCharsets.US_ASCII);
        Signature signing = Signature.getInstance(algorithm);
        signing.initSign(key);
        signing.update(sample);
        Signature verifying = Signature.getInstance(algorithm);
        verifying.initVerify(certified);
        verifying.update(sample);
        return verifying.verify(signing.sign());
    }

    private static KeyManager[] keyManagers(PrivateKey key, List<X509Certificate> chain)
            throws GeneralSecurityException, IOException {
        KeyStore store = emptyStore();
        store.setKeyEntry("own", key, IN_MEMORY, chain.toArray(new Certificate[0]));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, IN_MEMORY);
        return factory.getKeyManagers();
    }

    private static TrustManager[] trustManagers(List<X509Certificate> authorities)
            throws GeneralSecurityException, IOException {
        KeyStore store = emptyStore();
        for (X509Certificate authority : authorities) {
            store.setCertificateEntry("ca" + store.size(), authority);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    /** Makes connections, as server or as client; it keeps the sessions that can be resumed. */
    public SSLContext context() {
        return context;
    }

    /** The certificate that this side shows; null when it shows none. */
    public @Nullable X509Certificate certificate() {
        return chain.isEmpty() ? null : chain.get(0);
    }

    /** The CAs that sign the other side's certificates; empty: those that the JVM trusts. */
    public List<X509Certificate> authorities() {
        return authorities;
    }
}
