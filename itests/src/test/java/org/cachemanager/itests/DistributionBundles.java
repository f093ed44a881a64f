package org.cachemanager.itests;

import static org.ops4j.pax.exam.CoreOptions.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.options.CompositeOption;
import org.ops4j.pax.exam.options.DefaultCompositeOption;

/** The bundles of the distribution's features, from the distribution's own repository. */
final class DistributionBundles {

    private static final Path HOME =
            Path.of(System.getProperty("cachemanager.home")).toAbsolutePath();

    /**
     * A bundle of a feature.
     *
     * @param url where its file is
     * @param startLevel the start level that the feature gives it
     */
    record Entry(String url, int startLevel) {}

    private DistributionBundles() {}

    /** Every bundle of these features, in their order. */
    static List<Entry> of(String... features) throws IOException {
        List<Entry> bundles = new ArrayList<>();
        for (String name : features) {
            JsonNode feature = new ObjectMapper()
                    .readTree(HOME.resolve("features").resolve(name + ".json").toFile());
            for (JsonNode entry : feature.get("bundles")) {
                bundles.add(new Entry(
                        file(entry.get("id").textValue()).toUri().toString(),
                        entry.get("bundleStartLevel").intValue()));
            }
        }
        return bundles;
    }

    /** Every bundle of these features, with its start level, as options of Pax Exam. */
    static CompositeOption features(String... names) throws IOException {
        return new DefaultCompositeOption(of(names).stream()
                .map(entry -> bundle(entry.url()).startLevel(entry.startLevel()))
                .toArray(Option[]::new));
    }

    /** The jar of a bundle of ours. */
    static Path jar(String bundle) throws IOException {
        try (Stream<Path> files =
                Files.walk(HOME.resolve("repository/org/cachemanager").resolve(bundle))) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("no jar of " + bundle));
        }
    }

    /** Where the repository has an artifact, by its coordinates {@code group:artifact:version}. */
    private static Path file(String coordinates) {
        String[] parts = coordinates.split(":", -1);
        return HOME.resolve("repository")
                .resolve(parts[0].replace('.', '/'))
                .resolve(parts[1])
                .resolve(parts[2])
                .resolve(parts[1] + "-" + parts[2] + ".jar");
    }
}
