package org.cachemanager.config.yaml;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.cachemanager.config.yaml.Settings.Encryption;
import org.jspecify.annotations.Nullable;

/** Reads the encryption of an endpoint; nothing that it reports holds any of a key. */
final class EncryptionReader {

    private static final int MAX_BYTES = 1 << 16;

    /** Bytes of a fingerprint. */
    private static final int SHOWN_BYTES = 4;

    private final Section section;
    private final String cipher;

    private EncryptionReader(Section section) {
        this.section = section;
        cipher = section.value("cipher", "aes").name(false);
    }

    static Encryption read(Section section) {
        EncryptionReader reader = new EncryptionReader(section);
        return new Encryption(reader.cipher, reader.keys());
    }

    private List<String> keys() {
        List<Value> listed = section.secrets("keys");
        Value file = section.given("keys_file");
        Path path = section.file("keys_file");
        Origin from =
                listed.isEmpty() ? section.overriding("keys") : listed.get(0).origin();
        int order = file == null || path == null
                ? 1
                : from.source().compareTo(file.origin().source());
        List<String> keys = List.of();
        if (file == null || path == null || order > 0) {
            keys = numbered(listed);
        } else if (order == 0) {
            file.fault("is given beside keys: take one of them out");
        } else {
            keys = fromFile(file, path);
            from = file.origin();
        }
        section.shows("keys", shown(keys), from);
        return keys;
    }

    /** How many they are, and by what each can be told from others: {@code 2 keys (fingerprints 3f2a90bc, …)}. */
    private static @Nullable String shown(List<String> keys) {
        StringBuilder prints = new StringBuilder();
        for (String key : keys) {
            prints.append(prints.length() == 0 ? "" : ", ").append(fingerprint(key));
        }
        return switch (keys.size()) {
            case 0 -> null;
            case 1 -> "1 key (fingerprint " + prints + ')';
            default -> keys.size() + " keys (fingerprints " + prints + ')';
        };
    }

    /** The beginning of the key's SHA-256, from which nobody finds the key. */
    private static String fingerprint(String key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest(Base64.getDecoder().decode(key));
            return HexFormat.of().formatHex(hash, 0, SHOWN_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256.", e);
        }
    }

    private List<String> numbered(List<Value> listed) {
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < listed.size(); i++) {
            String key = key(listed.get(i).text(), "key " + (i + 1), listed.get(i));
            if (key != null) {
                keys.add(key);
            }
        }
        return keys;
    }

    private List<String> fromFile(Value setting, Path path) {
        List<String> keys = new ArrayList<>();
        try {
            byte[] bytes = section.read(path);
            if (bytes.length > MAX_BYTES) {
                setting.fault(path + " is larger than 64KB: is it the right file?");
                return keys;
            }
            List<String> lines =
                    new String(bytes, StandardCharsets.ISO_8859_1).lines().toList();
            int given = 0;
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i).strip();
                if (!line.isEmpty() && !line.startsWith("#")) {
                    given++;
                    String key = key(line, path + " line " + (i + 1), setting);
                    if (key != null) {
                        keys.add(key);
                    }
                }
            }
            if (given == 0) {
                setting.fault(path + " holds no key (one key a line; bin/cachemanager new-key makes one)");
            }
        } catch (IOException e) {
            setting.fault(path + " can't be read: " + YamlFile.reason(e));
        }
        return keys;
    }

    private @Nullable String key(String text, String which, Value reportedAt) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            reportedAt.fault(which + " is not Base64 (bin/cachemanager new-key makes one)");
            return null;
        }
        boolean fits = cipher.startsWith("aes")
                ? bytes.length == 16 || bytes.length == 24 || bytes.length == 32
                : bytes.length > 0;
        if (!fits) {
            reportedAt.fault(
                    which + " has " + bytes.length + " bytes, not 16, 24 or 32 (bin/cachemanager new-key makes one)");
            return null;
        }
        return Base64.getEncoder().encodeToString(bytes);
    }
}
