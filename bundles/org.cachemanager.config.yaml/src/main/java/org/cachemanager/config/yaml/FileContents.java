package org.cachemanager.config.yaml;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the files of one load hold. Each is read once, when it is first asked for: so one load sees one state of them,
 * it can be done again later with the same, and it can be told whether they have changed since. Of a file, a little
 * more than 1 MiB is read at the most. Not for several threads at once.
 */
public final class FileContents {

    /** The most bytes that a file may have that is used. */
    static final int MAX_BYTES = 1 << 20;

    private final Map<Path, Content> files = new LinkedHashMap<>();

    /** A file's bytes, or why there are none. */
    private static final class Content {
        final byte[] bytes;
        final @Nullable IOException failure;

        Content(byte[] bytes, @Nullable IOException failure) {
            this.bytes = bytes;
            this.failure = failure;
        }

        boolean same(@Nullable Content other) {
            return other != null
                    && Arrays.equals(bytes, other.bytes)
                    && describe().equals(other.describe());
        }

        private String describe() {
            return String.valueOf(failure);
        }
    }

    /** The bytes of a file, all of them if there are no more than {@link #MAX_BYTES}; blocks when it is new here. */
    byte[] read(Path file) throws IOException {
        Content content = content(file);
        if (content.failure != null) {
            throw content.failure;
        }
        return content.bytes;
    }

    /** Whether there is such a file, so far as that can be told; blocks when it is new here. */
    public boolean exists(Path file) {
        return !(content(file).failure instanceof NoSuchFileException);
    }

    /** Whether a file is there and has nothing in it but blanks; blocks when it is new here. */
    public boolean isBlank(Path file) {
        Content content = content(file);
        return content.failure == null && new String(content.bytes, StandardCharsets.UTF_8).isBlank();
    }

    /** Reads the same files anew; blocks. */
    public FileContents again() {
        FileContents again = new FileContents();
        files.keySet().forEach(again::content);
        return again;
    }

    /** Whether every file that was read here has the same in it there. */
    public boolean sameIn(FileContents other) {
        return files.entrySet().stream().allMatch(file -> file.getValue().same(other.files.get(file.getKey())));
    }

    private Content content(Path file) {
        Content known = files.get(file);
        if (known == null) {
            known = load(file);
            files.put(file, known);
        }
        return known;
    }

    private static Content load(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return new Content(in.readNBytes(MAX_BYTES + 1), null);
        } catch (IOException e) {
            return new Content(new byte[0], e);
        }
    }
}
