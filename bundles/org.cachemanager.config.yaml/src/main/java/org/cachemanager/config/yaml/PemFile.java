package org.cachemanager.config.yaml;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A setting that names a PEM file. */
final class PemFile {

    private final Section section;
    private final String name;
    private final @Nullable Path path;

    PemFile(Section section, String name) {
        this.section = section;
        this.name = name;
        path = section.file(name);
    }

    @Nullable
    Path path() {
        return path;
    }

    void mustBeGiven(String why) {
        if (path == null) {
            section.fault(name, "is missing: " + why);
        }
    }

    /** Reports a file that can't be read or holds no such thing; what it holds is not shown. */
    void check(String what) {
        Value value = section.given(name);
        if (path == null || value == null) {
            return;
        }
        try {
            String text = new String(section.read(path), StandardCharsets.ISO_8859_1);
            if (text.contains("-----BEGIN ENCRYPTED PRIVATE KEY") || text.contains("Proc-Type: 4,ENCRYPTED")) {
                value.fault(path + " is protected by a passphrase: give a key without one");
            } else if (!Pattern.compile("-----BEGIN [A-Z0-9 ]*" + what + "-----")
                    .matcher(text)
                    .find()) {
                value.fault(path + " is not a PEM file with a " + what);
            }
        } catch (IOException e) {
            value.fault(path + " can't be read: " + YamlFile.reason(e));
        }
    }
}
