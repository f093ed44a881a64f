package org.cachemanager.config.yaml;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of reading the settings: all of them, or every fault that stands in the way.
 *
 * @param settings {@code null} exactly when there are faults
 * @param faults one line each, as it is shown to the operator: {@code cachemanager.yaml:12: max_cache_size: "1TBB" is
 *     not a size (use e.g. 512MB, 1GB, 0B)}; in the order of the file's lines, the environment's last. They never hold
 *     a key.
 * @param warnings lines of the same form about what does not keep the node from starting
 */
public record LoadResult(@Nullable Settings settings, List<String> faults, List<String> warnings) {

    /** Copies the lists. */
    public LoadResult {
        faults = List.copyOf(faults);
        warnings = List.copyOf(warnings);
    }
}
