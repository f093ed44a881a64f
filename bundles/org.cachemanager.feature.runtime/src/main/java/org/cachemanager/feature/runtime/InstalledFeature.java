package org.cachemanager.feature.runtime;

import java.util.List;

/**
 * A feature as it was installed.
 *
 * @param checksum of its descriptor
 * @param parts its bundles, in the order of the descriptor
 * @param pids what it configures
 * @param members the features that it brought along
 */
record InstalledFeature(String name, long checksum, List<Part> parts, List<String> pids, List<String> members) {

    InstalledFeature {
        parts = List.copyOf(parts);
        pids = List.copyOf(pids);
        members = List.copyOf(members);
    }

    /** The name of its descriptor's copy among the kept files. */
    String fileName() {
        return name + '-' + Part.hex(checksum) + ".json";
    }

    InstalledFeature withParts(List<Part> others) {
        return new InstalledFeature(name, checksum, others, pids, members);
    }
}
