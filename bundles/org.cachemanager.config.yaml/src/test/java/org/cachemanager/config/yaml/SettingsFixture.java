package org.cachemanager.config.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.rules.TemporaryFolder;

/** Loads settings from texts, in a directory of its own. */
final class SettingsFixture extends TemporaryFolder {

    static final String KEY = "ecQSH8YIV9/+/HS5mcyF8Q==";

    private final Map<String, String> environment = new HashMap<>();
    private long heap;

    SettingsFixture with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    SettingsFixture heap(long bytes) {
        heap = bytes;
        return this;
    }

    /** Writes a file beside the configuration file. */
    Path write(String name, String text) {
        try {
            return Files.writeString(getRoot().toPath().resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    LoadResult load(String... lines) {
        return Settings.load(write("cachemanager.yaml", String.join("\n", lines)), environment, heap);
    }

    /** The settings, which must be without a fault. */
    Settings settings(String... lines) {
        LoadResult result = load(lines);
        assertThat(result.faults()).isEmpty();
        return Objects.requireNonNull(result.settings());
    }
}
