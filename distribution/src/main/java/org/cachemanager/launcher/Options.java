package org.cachemanager.launcher;

import java.nio.file.Path;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * How the script starts a node, in system properties.
 *
 * @param home the distribution
 * @param base where the node keeps what is its own
 * @param config the YAML file; null: defaults and environment alone
 * @param greet whether somebody watches who wants to know what to try next
 * @param daemon whether nobody watches once the node serves
 */
record Options(Path home, Path base, @Nullable Path config, boolean greet, boolean daemon) {

    static Options of(Properties properties) throws LaunchException {
        Path home = path(properties, "cachemanager.home");
        Path base = path(properties, "cachemanager.base");
        if (home == null || base == null) {
            throw new LaunchException("cachemanager.home and cachemanager.base are not set: use bin/cachemanager run");
        }
        return new Options(
                home,
                base,
                path(properties, "cachemanager.config"),
                Boolean.parseBoolean(properties.getProperty("cachemanager.greet")),
                Boolean.parseBoolean(properties.getProperty("cachemanager.daemon")));
    }

    private static @Nullable Path path(Properties properties, String name) {
        String path = properties.getProperty(name, "");
        return path.isEmpty() ? null : Path.of(path).toAbsolutePath().normalize();
    }
}
