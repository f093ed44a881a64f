package org.cachemanager.feature.runtime;

import java.nio.file.Path;
import org.osgi.service.feature.ID;

/**
 * The Maven coordinates of an artifact.
 *
 * @param type the file name extension, {@code jar} unless the descriptor says otherwise
 * @param classifier empty for none
 */
record Coordinates(String group, String artifact, String type, String classifier, String version) {

    static Coordinates of(ID id) {
        return new Coordinates(
                id.getGroupId(),
                id.getArtifactId(),
                id.getType().orElse("jar"),
                id.getClassifier().orElse(""),
                id.getVersion());
    }

    /** Reads what {@link #toString()} wrote. */
    static Coordinates parse(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length < 3 || parts.length > 5) {
            throw new IllegalArgumentException(text + " is not group:artifact[:type[:classifier]]:version");
        }
        return new Coordinates(
                parts[0],
                parts[1],
                parts.length > 3 ? parts[2] : "jar",
                parts.length > 4 ? parts[3] : "",
                parts[parts.length - 1]);
    }

    /** Where the artifact lies in a repository laid out as Maven does. */
    Path in(Path repository) {
        return repository
                .resolve(group.replace('.', '/'))
                .resolve(artifact)
                .resolve(version)
                .resolve(artifact + '-' + version + (classifier.isEmpty() ? "" : '-' + classifier) + '.' + type);
    }

    /** The form of the Feature Service specification: {@code group:artifact[:type[:classifier]]:version}. */
    @Override
    public String toString() {
        String kind = classifier.isEmpty() ? ("jar".equals(type) ? "" : ':' + type) : ':' + type + ':' + classifier;
        return group + ':' + artifact + kind + ':' + version;
    }
}
