package org.cachemanager.itests;

import static org.ops4j.pax.exam.CoreOptions.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.options.CompositeOption;
import org.ops4j.pax.exam.options.DefaultCompositeOption;

/** The bundles of the distribution's features as options of Pax Exam, from the distribution's own repository. */
final class DistributionBundles {

    private static final Path HOME =
            Path.of(System.getProperty("cachemanager.home")).toAbsolutePath();

    private DistributionBundles() {}

    /** Every bundle of these features, with its start level. */
    static CompositeOption features(String... names) throws IOException {
        List<Option> bundles = new ArrayList<>();
        for (String name : names) {
            JsonNode feature = new ObjectMapper()
                    .readTree(HOME.resolve("features").resolve(name + ".json").toFile());
            for (JsonNode entry : feature.get("bundles")) {
                bundles.add(bundle(file(entry.get("id").textValue()).toUri().toString())
                        .startLevel(entry.get("bundleStartLevel").intValue()));
            }
        }
        return new DefaultCompositeOption(bundles.toArray(Option[]::new));
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
