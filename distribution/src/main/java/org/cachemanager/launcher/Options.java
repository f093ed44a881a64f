package org.cachemanager.launcher;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Properties;

/**
 * How the script starts a node, in system properties.
 *
 * @param home the distribution
 * @param base where the node keeps what is its own
 * @param config the YAML file
 * @param greet whether somebody watches who wants to know what to try next
 */
record Options(Path home, Path base, Path config, boolean greet) {

    static Options of(Properties properties) {
        return new Options(
                path(properties, "cachemanager.home"),
                path(properties, "cachemanager.base"),
                path(properties, "cachemanager.config"),
                Boolean.parseBoolean(properties.getProperty("cachemanager.greet")));
    }

    private static Path path(Properties properties, String name) {
        String path = Objects.requireNonNull(
                properties.getProperty(name), name + " is not set: start the node by bin/cachemanager");
        return Path.of(path).toAbsolutePath().normalize();
    }
}
