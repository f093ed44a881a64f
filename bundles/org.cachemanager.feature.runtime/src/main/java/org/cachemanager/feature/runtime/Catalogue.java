package org.cachemanager.feature.runtime;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.cachemanager.api.feature.FeatureException;
import org.osgi.service.feature.Feature;
import org.osgi.service.feature.FeatureBundle;
import org.osgi.service.feature.FeatureConfiguration;
import org.osgi.service.feature.FeatureExtension;
import org.osgi.service.feature.FeatureService;

/** The descriptors that can be installed: {@code NAME.json} in one of several directories, the first one wins. */
final class Catalogue {

    /** The extension by which a descriptor names the features that are installed along with it. */
    static final String MEMBERS = "cachemanager-features";

    /** As the OSGi Feature Launcher Service calls it. */
    static final String START_LEVEL = "bundleStartLevel";

    private static final String SUFFIX = ".json";
    private static final int LAST_START_LEVEL = 6;

    private final List<Path> directories;
    private final Supplier<FeatureService> reader;

    Catalogue(List<Path> directories, Supplier<FeatureService> reader) {
        this.directories = List.copyOf(directories);
        this.reader = reader;
    }

    SortedSet<String> names() throws FeatureException {
        SortedSet<String> names = new TreeSet<>();
        for (Path directory : directories) {
            if (Files.isDirectory(directory)) {
                try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, '*' + SUFFIX)) {
                    for (Path file : files) {
                        String name = String.valueOf(file.getFileName());
                        names.add(name.substring(0, name.length() - SUFFIX.length()));
                    }
                } catch (IOException e) {
                    throw new FeatureException("The directory " + directory + " can't be read: " + e, e);
                }
            }
        }
        return names;
    }

    Optional<Path> file(String name) {
        if (name.isEmpty() || name.indexOf('/') >= 0 || name.indexOf('\\') >= 0) {
            return Optional.empty();
        }
        return directories.stream()
                .map(directory -> directory.resolve(name + SUFFIX))
                .filter(Files::isRegularFile)
                .findFirst();
    }

    Descriptor read(String name) throws FeatureException {
        Path file = file(name)
                .orElseThrow(() -> new FeatureException("There is no feature " + name + ". Those that there are:"
                        + " feature:list; a descriptor of your own goes to " + directories.get(0)));
        return read(name, file);
    }

    Descriptor read(String name, Path file) throws FeatureException {
        try (Reader text = Files.newBufferedReader(file)) {
            return describe(name, file, reader.get().readFeature(text));
        } catch (IOException | RuntimeException e) {
            throw new FeatureException(file + " can't be used: " + e.getMessage(), e);
        }
    }

    private static Descriptor describe(String name, Path file, Feature feature) {
        List<Descriptor.Wanted> bundles = new ArrayList<>();
        for (FeatureBundle bundle : feature.getBundles()) {
            Object level = bundle.getMetadata().getOrDefault(START_LEVEL, LAST_START_LEVEL);
            bundles.add(new Descriptor.Wanted(Coordinates.of(bundle.getID()), Integer.parseInt(level.toString())));
        }
        Map<String, Map<String, Object>> configurations = new LinkedHashMap<>();
        for (FeatureConfiguration configuration : feature.getConfigurations().values()) {
            configurations.put(configuration.getPid(), configuration.getValues());
        }
        FeatureExtension members = feature.getExtensions().get(MEMBERS);
        return new Descriptor(
                name,
                file,
                feature.getID().toString(),
                feature.getDescription().orElse(""),
                bundles,
                configurations,
                members == null ? List.of() : List.copyOf(members.getText()));
    }
}
