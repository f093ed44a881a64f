package org.cachemanager.config.yaml;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What settings are made of. Its text shows no values: keys may be among them.
 *
 * @param file the configuration file, which must be there; {@code null}: none
 * @param contents what that file, and those that it names, hold
 * @param environment the variables, of which those that begin with {@code CACHEMANAGER_} are looked at
 * @param runTime what was set at run time, by the settings' dotted names
 * @param maxHeapBytes what the heap of the node's JVM can grow to, to check {@code max_cache_size} against; 0: not
 *     checked
 */
public record Inputs(
        @Nullable Path file,
        FileContents contents,
        Map<String, String> environment,
        Map<String, String> runTime,
        long maxHeapBytes) {

    /** Copies what was set at run time. */
    public Inputs {
        file = file == null ? null : file.toAbsolutePath().normalize();
        runTime = Collections.unmodifiableMap(new LinkedHashMap<>(runTime));
    }

    /** The same with other files. */
    public Inputs with(@Nullable Path otherFile, FileContents otherContents) {
        return new Inputs(otherFile, otherContents, environment, runTime, maxHeapBytes);
    }

    /** The same with other values set at run time. */
    public Inputs with(Map<String, String> otherRunTime) {
        return new Inputs(file, contents, environment, otherRunTime, maxHeapBytes);
    }

    @Override
    public String toString() {
        return "Inputs[file=" + file + ", runTime=" + runTime.keySet() + ']';
    }
}
