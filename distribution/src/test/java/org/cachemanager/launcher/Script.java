package org.cachemanager.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs {@code bin/cachemanager} as an operator's shell would. */
final class Script {

    private static final long PATIENCE_SECONDS = 90;

    private final List<String> command;
    private final Path directory;
    private final Map<String, String> environment = new TreeMap<>();

    /**
     * A script to run.
     *
     * @param directory the working directory; what is printed is kept there
     */
    Script(Path directory, String... command) {
        this.directory = directory;
        this.command = List.of(command);
    }

    Script with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** What was printed on both streams, and how it ended. */
    record Outcome(int status, String text) {}

    Outcome run(String... words) throws IOException, InterruptedException {
        Path output = Files.createTempFile(directory, "output", ".txt");
        Process process = start(output, words);
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .as("%s %s ends", command, List.of(words))
                .isTrue();
        return new Outcome(process.exitValue(), Files.readString(output));
    }

    Process start(Path output, String... words) throws IOException {
        List<String> line = new ArrayList<>(command);
        line.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(line)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("CACHEMANAGER_"));
        builder.environment().putAll(environment);
        return builder.start();
    }

    /** Copies a directory with everything in it, permissions too. */
    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            files.forEach(file -> {
                try {
                    Path copy = to.resolve(from.relativize(file).toString());
                    Files.createDirectories(copy.getParent());
                    Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
