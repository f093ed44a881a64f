package org.cachemanager.config.yaml;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What came of reading the settings: all of them, or every fault that stands in the way.
 *
 * @param settings {@code null} exactly when there are faults
 * @param faults one line each, as it is shown to the operator: {@code cachemanager.yaml:12: max_cache_size: "1TBB" is
 *     not a size (use e.g. 512MB, 1GB, 0B)}; in the order of the file's lines, the environment's last. They never hold
 *     a key.
 * @param warnings lines of the same form about what does not keep the node from starting
 * @param unused names that were set at run time and are not settings now, each with a line about it
 * @param texts what the file says of each setting; nothing where there are faults
 */
public record LoadResult(
        @Nullable Settings settings,
        List<String> faults,
        List<String> warnings,
        Map<String, String> unused,
        FileTexts texts) {

    /** Copies the collections. */
    public LoadResult {
        faults = List.copyOf(faults);
        warnings = List.copyOf(warnings);
        unused = Map.copyOf(unused);
    }
}
