package org.cachemanager.api.admin;

import org.jspecify.annotations.Nullable;

/**
 * A setting, its value in force and where that comes from.
 *
 * @param name its dotted name as in the configuration file, such as {@code http_server.port}
 * @param value as it was written; of keys only how many they are and their fingerprints; {@code null}: not set
 * @param source the kind of place that it comes from
 * @param where the place as a person names it: {@code cachemanager.yaml:12}, {@code CACHEMANAGER_MAX_CACHE_SIZE},
 *     {@code run time} or {@code default}
 */
public record Setting(String name, @Nullable String value, Source source, String where) {

    /** The kinds of places, the one that wins last. */
    public enum Source {
        /** Nobody said anything. */
        DEFAULT,
        /** A line of the configuration file. */
        FILE,
        /** Somebody set it while the node runs; until it changes in the file or the node restarts. */
        RUN_TIME,
        /** A variable of the environment. */
        ENVIRONMENT
    }
}
