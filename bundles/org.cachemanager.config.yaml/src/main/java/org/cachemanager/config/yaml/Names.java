package org.cachemanager.config.yaml;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Finds what somebody may have meant by a name that is not known. */
final class Names {

    private Names() {}

    /** The candidate with the fewest edits from a name; {@code null} when there is no candidate at all. */
    static @Nullable String nearest(String name, Collection<String> candidates) {
        String nearest = null;
        int fewest = Integer.MAX_VALUE;
        for (String candidate : candidates) {
            int edits = edits(name, candidate);
            if (edits < fewest) {
                fewest = edits;
                nearest = candidate;
            }
        }
        return nearest;
    }

    /** How many letters must be put in, taken out or replaced to make one of the other (Levenshtein). */
    static int edits(String one, String other) {
        int[] previous = new int[other.length() + 1];
        for (int j = 0; j < previous.length; j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int[] current = new int[previous.length];
            current[0] = i;
            for (int j = 1; j < current.length; j++) {
                int replaced = previous[j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replaced, 1 + Math.min(previous[j], current[j - 1]));
            }
            previous = current;
        }
        return previous[other.length()];
    }
}
