package org.cachemanager.feature.runtime;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A feature as its file describes it.
 *
 * @param name the name of the file, less {@code .json}
 * @param file the file it was read from
 * @param id its Maven coordinates
 * @param bundles in the order of the file
 * @param configurations properties by PID, {@code factory~name} for those of a factory
 * @param members the features that are installed along with it; only a set of features has any
 */
record Descriptor(
        String name,
        Path file,
        String id,
        String description,
        List<Wanted> bundles,
        Map<String, Map<String, Object>> configurations,
        List<String> members) {

    /** A bundle that a descriptor names, and the start level at which it runs. */
    record Wanted(Coordinates artifact, int startLevel) {}
}
