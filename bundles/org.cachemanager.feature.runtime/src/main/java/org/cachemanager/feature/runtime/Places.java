package org.cachemanager.feature.runtime;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The directories that the feature runtime works with.
 *
 * @param installed what is installed is kept here
 * @param descriptors descriptors are looked for here, in this order
 * @param repositories artifacts are looked for here, in this order
 */
public record Places(Path installed, List<Path> descriptors, List<Path> repositories) {

    /** The framework property that names the directory of the distribution. */
    public static final String HOME = "cachemanager.home";

    /** The framework property that names the directory in which the node keeps what is its own. */
    public static final String BASE = "cachemanager.base";

    /** The framework property that names a repository other than the distribution's. */
    public static final String REPOSITORY = "cachemanager.repository";

    public Places {
        descriptors = List.copyOf(descriptors);
        repositories = List.copyOf(repositories);
    }

    /**
     * Finds the places by framework properties.
     *
     * @param property gives a framework property, or null
     * @param fallback the base directory when no property names it
     */
    public static Places of(Function<String, @Nullable String> property, Path fallback) {
        Path base = Optional.ofNullable(property.apply(BASE)).map(Path::of).orElse(fallback);
        List<Path> descriptors = new ArrayList<>(List.of(base.resolve("features")));
        List<Path> repositories = new ArrayList<>(List.of(base.resolve("repository")));
        Optional.ofNullable(property.apply(REPOSITORY)).map(Path::of).ifPresent(repositories::add);
        Optional.ofNullable(property.apply(HOME)).map(Path::of).ifPresent(home -> {
            descriptors.add(home.resolve("features"));
            repositories.add(home.resolve("repository"));
        });
        return new Places(base.resolve("installed").toAbsolutePath(), descriptors, repositories);
    }
}
