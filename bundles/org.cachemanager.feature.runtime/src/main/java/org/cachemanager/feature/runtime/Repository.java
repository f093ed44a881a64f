package org.cachemanager.feature.runtime;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Where artifacts come from: directories in Maven layout, the first one that has it wins. Nothing is downloaded. */
record Repository(List<Path> roots) {

    Optional<Path> find(Coordinates artifact) {
        return roots.stream().map(artifact::in).filter(Files::isRegularFile).findFirst();
    }
}
