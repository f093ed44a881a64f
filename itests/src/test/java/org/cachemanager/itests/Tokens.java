package org.cachemanager.itests;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.cachemanager.api.encryption.Keyring;
import org.cachemanager.api.encryption.NamespaceCipher;
import org.cachemanager.testkit.node.Home;

/** Makes namespace tokens as a client does that has the key, with a cipher out of the distribution's repository. */
final class Tokens {

    private final Keyring keyring;

    private Tokens(Keyring keyring) {
        this.keyring = keyring;
    }

    static Tokens aes(String key) throws IOException, ReflectiveOperationException {
        return of("aes", "AesEncryption", key);
    }

    static Tokens aesgcm(String key) throws IOException, ReflectiveOperationException {
        return of("aesgcm", "AesGcmEncryption", key);
    }

    private static Tokens of(String cipher, String type, String key) throws IOException, ReflectiveOperationException {
        String bundle = "org.cachemanager.encryption." + cipher;
        URL jar = Home.ofTest().jar(bundle).toUri().toURL();
        try (URLClassLoader loader = new URLClassLoader(new URL[] {jar}, Tokens.class.getClassLoader())) {
            NamespaceCipher made = (NamespaceCipher) loader.loadClass(bundle + ".internal." + type)
                    .getConstructor()
                    .newInstance();
            return new Tokens(made.keyring(List.of(Base64.getDecoder().decode(key))));
        }
    }

    /** A token for the namespace {@code ns}, made so long ago. */
    String made(Duration ago) {
        long seconds = System.currentTimeMillis() / 1000 - ago.toSeconds();
        return new String(keyring.seal(("namespace=ns&timestamp=" + seconds).getBytes(US_ASCII)), US_ASCII);
    }

    String fresh() {
        return made(Duration.ZERO);
    }
}
