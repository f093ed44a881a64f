package org.cachemanager.launcher;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.Test;
import org.osgi.service.feature.Feature;
import org.osgi.service.feature.FeatureService;
import org.osgi.service.feature.ID;

/** The home of a node holds what it should, and nothing else. */
public final class HomeIT {

    private static final Path HOME = Path.of(System.getProperty("cachemanager.home"));
    private static final long MOST_BYTES = 30L << 20;

    @Test
    public void repository_hasExactlyWhatTheFeaturesName() throws Exception {
        TreeSet<String> named = new TreeSet<>();
        for (Feature feature : features()) {
            feature.getBundles().forEach(bundle -> named.add(path(bundle.getID())));
        }

        assertThat(files(HOME.resolve("repository"))).containsExactlyElementsOf(named);
    }

    @Test
    public void features_areNamedAsTheirFiles_andDescribeThemselves() throws Exception {
        List<Feature> features = features();

        assertThat(features).allSatisfy(feature -> {
            assertThat(feature.getID().getArtifactId())
                    .isEqualTo("feature-" + feature.getName().orElseThrow());
            assertThat(feature.getDescription()).isPresent();
            assertThat(HOME.resolve("features").resolve(feature.getName().orElseThrow() + ".json"))
                    .exists();
        });
        assertThat(features)
                .extracting(feature -> feature.getName().orElseThrow())
                .contains("node", "eviction-lru");
    }

    @Test
    public void set_namesFeaturesThatAreThere() throws Exception {
        Feature node = features().stream()
                .filter(feature -> feature.getName().orElseThrow().equals("node"))
                .findFirst()
                .orElseThrow();

        assertThat(requireNonNull(node.getExtensions().get("cachemanager-features"))
                        .getText())
                .isNotEmpty()
                .allSatisfy(name ->
                        assertThat(HOME.resolve("features/" + name + ".json")).exists());
    }

    @Test
    public void archives_holdTheHome_andAreSmall() throws Exception {
        List<String> packed = new ArrayList<>();
        try (ZipFile zip = new ZipFile(archive(".zip").toFile())) {
            zip.stream()
                    .filter(entry -> !entry.isDirectory())
                    .map(ZipEntry::getName)
                    .forEach(name -> packed.add(name.substring(name.indexOf('/') + 1)));
        }
        List<String> home = files(HOME);
        home.removeIf(name -> name.startsWith("data/"));

        assertThat(packed).containsExactlyInAnyOrderElementsOf(home);
        assertThat(Files.size(archive(".zip"))).isLessThan(MOST_BYTES);
        assertThat(Files.size(archive(".tar.gz"))).isLessThan(MOST_BYTES);
        assertThat(home).contains("bin/cachemanager", "etc/cachemanager.yaml", "etc/logback.xml", "LICENSE", "VERSION");
    }

    @Test
    public void script_canBeExecuted_andTheVersionIsFilledIn() throws Exception {
        assertThat(HOME.resolve("bin/cachemanager")).isExecutable();
        assertThat(Files.readString(HOME.resolve("VERSION"))).matches("\\d[\\w.-]*\\R");
    }

    private static Path archive(String suffix) throws IOException {
        try (Stream<Path> files = Files.list(HOME.resolveSibling("."))) {
            return files.filter(file -> file.getFileName().toString().startsWith("cachemanager-"))
                    .filter(file -> file.toString().endsWith(suffix))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static List<Feature> features() throws IOException {
        FeatureService reader =
                ServiceLoader.load(FeatureService.class).findFirst().orElseThrow();
        List<Feature> features = new ArrayList<>();
        for (String name : files(HOME.resolve("features"))) {
            try (Reader text = Files.newBufferedReader(HOME.resolve("features").resolve(name))) {
                features.add(reader.readFeature(text));
            }
        }
        return features;
    }

    private static String path(ID id) {
        return String.join(
                "/",
                id.getGroupId().replace('.', '/'),
                id.getArtifactId(),
                id.getVersion(),
                id.getArtifactId() + '-' + id.getVersion() + ".jar");
    }

    private static List<String> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return new ArrayList<>(files.filter(Files::isRegularFile)
                    .map(file -> directory.relativize(file).toString())
                    .sorted()
                    .toList());
        }
    }
}
