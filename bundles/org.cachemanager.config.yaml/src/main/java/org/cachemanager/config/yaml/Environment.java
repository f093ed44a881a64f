package org.cachemanager.config.yaml;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The variables that override settings; it remembers which names were asked for, to tell what is unknown. */
final class Environment {

    private static final String PREFIX = "CACHEMANAGER_";

    /** The launcher's own: not settings. */
    private static final Set<String> LAUNCHER =
            Set.of("CACHEMANAGER_HOME", "CACHEMANAGER_BASE", "CACHEMANAGER_CONFIG", "CACHEMANAGER_JAVA_OPTS");

    /** In the names of those that, left empty, would open a node that was meant to be closed. */
    private static final String ENCRYPTION = "_ENCRYPTION_";

    /** Sorts behind whatever a name may go on with. */
    private static final String AFTER_ALL = "\uFFFF";

    /** Edits up to which a name is taken for a known one misspelt. */
    private static final int MISSPELT = 3;

    private final SortedMap<String, String> variables = new TreeMap<>();
    private final Set<String> asked = new TreeSet<>();
    private final Set<String> emptySecrets = new TreeSet<>();

    Environment(Map<String, String> environment) {
        for (Map.Entry<String, String> variable : environment.entrySet()) {
            String name = variable.getKey();
            if (!name.startsWith(PREFIX) || LAUNCHER.contains(name)) {
                continue;
            }
            if (!variable.getValue().isEmpty()) {
                variables.put(name, variable.getValue());
            } else if (name.contains(ENCRYPTION)) {
                emptySecrets.add(name);
            }
        }
    }

    /** The variable of a setting: {@code http_server.port} gives {@code CACHEMANAGER_HTTP_SERVER_PORT}. */
    static String variable(String path) {
        StringBuilder name = new StringBuilder(PREFIX);
        for (char c : path.toUpperCase(Locale.ROOT).toCharArray()) {
            if (c != ']') {
                name.append(c == '.' || c == '[' || c == '-' ? '_' : c);
            }
        }
        return name.toString();
    }

    /** What overrides a setting, if anything does. */
    @Nullable
    String value(String path) {
        String name = variable(path);
        asked.add(name);
        return variables.get(name);
    }

    /** Whether anything overrides what is below a setting. */
    boolean hasBelow(String path) {
        return !below(path).isEmpty();
    }

    /** The variables of what is below a setting. */
    SortedMap<String, String> below(String path) {
        String prefix = variable(path).concat("_");
        return variables.subMap(prefix, prefix.concat(AFTER_ALL));
    }

    /**
     * Reports empty variables of the encryption, which are never taken for "none", and those that nothing asked for:
     * those that look misspelt as faults, the others as warnings, since they may be somebody else's (Kubernetes sets
     * {@code CACHEMANAGER_SERVICE_HOST} for a service of that name).
     */
    void reportUnknown(Findings findings) {
        for (String name : emptySecrets) {
            findings.fault(Origin.variable(name), "", "is empty: give it a value, or unset it");
        }
        for (String name : variables.keySet()) {
            if (asked.contains(name)) {
                continue;
            }
            String nearest = Names.nearest(name, asked);
            if (nearest != null && Names.edits(name, nearest) <= MISSPELT) {
                findings.fault(
                        Origin.variable(name), "", "is not the variable of any setting; did you mean " + nearest + "?");
            } else {
                findings.warn(Origin.variable(name), "", "is not the variable of any setting: ignored");
            }
        }
    }
}
