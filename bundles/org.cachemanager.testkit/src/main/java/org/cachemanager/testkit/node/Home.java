package org.cachemanager.testkit.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The home of a node, an unpacked distribution: its features, and the bundles in its repository. */
public final class Home {

    /** The system property that names the home a test takes its nodes from. */
    public static final String PROPERTY = "cachemanager.home";

    private final Path directory;

    /**
     * A bundle of a feature.
     *
     * @param url where its file is
     * @param startLevel the start level that the feature gives it
     */
    public record FeatureBundle(String url, int startLevel) {}

    private Home(Path directory) {
        this.directory = directory;
    }

    /**
     * The home that the system property {@value #PROPERTY} names.
     *
     * @throws IllegalStateException if it names none
     */
    public static Home ofTest() {
        String named = System.getProperty(PROPERTY);
        Path directory = named == null ? null : Path.of(named).toAbsolutePath().normalize();
        if (directory == null || !Files.isRegularFile(directory.resolve("bin/cachemanager"))) {
            throw new IllegalStateException("The system property " + PROPERTY + " is "
                    + (named == null ? "not set" : named) + ": let it name the directory of an unpacked distribution,"
                    + " the one that holds bin/cachemanager.");
        }
        return new Home(directory);
    }

    /** Where it is. */
    public Path directory() {
        return directory;
    }

    /**
     * Every bundle of some features, in their order.
     *
     * @param features names, as {@code feature:list} shows them
     * @throws IOException if one is not there
     */
    public List<FeatureBundle> bundles(String... features) throws IOException {
        List<FeatureBundle> bundles = new ArrayList<>();
        for (String name : features) {
            Path descriptor = directory.resolve("features").resolve(name + ".json");
            if (!Files.exists(descriptor)) {
                throw new IOException("There is no feature " + name + " in " + directory + ".");
            }
            JsonNode feature = new ObjectMapper().readTree(descriptor.toFile());
            for (JsonNode entry : feature.path("bundles")) {
                bundles.add(new FeatureBundle(
                        file(entry.path("id").asText()).toUri().toString(),
                        entry.path("bundleStartLevel").asInt()));
            }
        }
        return bundles;
    }

    /**
     * The jar of one of the product's own bundles.
     *
     * @param bundle its symbolic name
     * @throws IOException if there is none
     */
    public Path jar(String bundle) throws IOException {
        try (Stream<Path> files =
                Files.walk(directory.resolve("repository/org/cachemanager").resolve(bundle))) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("There is no jar of " + bundle + " in " + directory + "."));
        }
    }

    /** Where the repository has an artifact, by its coordinates {@code group:artifact:version}. */
    private Path file(String coordinates) {
        String[] parts = coordinates.split(":", -1);
        return directory
                .resolve("repository")
                .resolve(parts[0].replace('.', '/'))
                .resolve(parts[1])
                .resolve(parts[2])
                .resolve(parts[1] + "-" + parts[2] + ".jar");
    }
}
