package org.cachemanager.feature.runtime;

import java.util.Locale;

/**
 * A bundle of an installed feature, in the content that it was installed with.
 *
 * @param checksum of that content: a snapshot keeps its version when its content changes
 */
record Part(Coordinates artifact, int startLevel, long checksum) {

    /** Its name among the kept files: the same only for the same artifact with the same content. */
    String fileName() {
        String classifier = artifact.classifier().isEmpty() ? "" : '-' + artifact.classifier();
        return artifact.artifact() + '-' + artifact.version() + classifier + '-' + hex(checksum) + ".jar";
    }

    static String hex(long checksum) {
        return String.format(Locale.ROOT, "%x", checksum);
    }
}
