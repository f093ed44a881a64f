package org.cachemanager.feature.runtime;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What is installed, on disk: the list, and a copy of every bundle and descriptor on it.
 *
 * <p>The copies make a node independent of its distribution: that one may be replaced while the node runs, and a change
 * that fails can be taken back although the distribution no longer has what was there before. The list is replaced in
 * one step, so that a crash leaves the old one or the new one.
 */
final class Store {

    private static final String LIST = "list";
    private static final String CHANGING = "changing";

    private final Path directory;

    Store(Path directory) {
        this.directory = directory;
    }

    InstalledFeatures load() throws IOException {
        try {
            return InstalledFeatures.parse(Files.readAllLines(directory.resolve(LIST)));
        } catch (NoSuchFileException e) {
            return InstalledFeatures.NONE;
        } catch (RuntimeException e) {
            throw new IOException(
                    directory.resolve(LIST) + " is damaged. Move the directory away to begin with the features of the"
                            + " distribution: " + directory,
                    e);
        }
    }

    /** Replaces the list, and deletes the copies that nothing on the new one needs. */
    void commit(InstalledFeatures features) throws IOException {
        Files.createDirectories(directory);
        Path fresh = directory.resolve(LIST + ".new");
        byte[] text = (String.join("\n", features.lines()) + '\n').getBytes(StandardCharsets.UTF_8);
        Files.write(fresh, features.all().isEmpty() ? new byte[0] : text);
        try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(fresh, directory.resolve(LIST), StandardCopyOption.ATOMIC_MOVE);
        sweep(features);
    }

    /** Says on disk that the framework is being changed: if that never ends, the OSGi cache is not to be trusted. */
    void begin() throws IOException {
        Files.createDirectories(directory);
        Files.write(directory.resolve(CHANGING), new byte[0]);
    }

    void end() throws IOException {
        Files.deleteIfExists(directory.resolve(CHANGING));
    }

    boolean interrupted() {
        return Files.exists(directory.resolve(CHANGING));
    }

    /** Keeps a copy of a bundle or descriptor. */
    void keep(Path source, String fileName) throws IOException {
        Path kept = directory.resolve(fileName);
        if (!Files.exists(kept)) {
            Files.createDirectories(directory);
            Path partial = directory.resolve(fileName + ".new");
            Files.copy(source, partial, StandardCopyOption.REPLACE_EXISTING);
            Files.move(partial, kept, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    Path file(String fileName) {
        return directory.resolve(fileName);
    }

    /** The location under which a part is installed: the framework reads the kept copy where it lies. */
    String location(Part part) {
        return "reference:" + file(part.fileName()).toUri();
    }

    boolean has(Part part) throws IOException {
        Path file = file(part.fileName());
        return Files.exists(file) && (int) Files.size(file) == (int) (part.checksum() >>> Integer.SIZE);
    }

    private void sweep(InstalledFeatures features) throws IOException {
        Set<String> used = new HashSet<>(features.parts().keySet());
        used.addAll(List.of(LIST, CHANGING));
        features.all().forEach(feature -> used.add(feature.fileName()));
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                if (!used.contains(String.valueOf(file.getFileName()))) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }
}
