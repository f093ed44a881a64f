package org.cachemanager.config.yaml;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What wins over the file: the environment, then what was set at run time. */
final class Overrides {

    private final Environment environment;
    private final Map<String, String> runTime;
    private final Set<String> asked = new TreeSet<>();

    Overrides(Environment environment, Map<String, String> runTime) {
        this.environment = environment;
        this.runTime = runTime;
    }

    /** What overrides a setting, if anything does. */
    @Nullable
    SettingValue of(String path) {
        asked.add(path);
        String variable = environment.value(path);
        if (variable != null) {
            return new SettingValue(variable, Origin.variable(Environment.variable(path)));
        }
        String text = runTime.get(path);
        return text == null ? null : new SettingValue(text, Origin.RUN_TIME);
    }

    /** Whether anything overrides what is below a setting. */
    boolean hasBelow(String path) {
        return environment.hasBelow(path) || hasRunTimeBelow(path);
    }

    /** Whether anything below a setting was set at run time. */
    boolean hasRunTimeBelow(String path) {
        String prefix = path.concat(".");
        for (String name : runTime.keySet()) {
            if (name.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }

    /** The names below a setting of which anything is said. */
    Set<String> namesBelow(String path) {
        Set<String> names = new TreeSet<>();
        String prefix = Environment.variable(path).concat("_");
        for (String variable : environment.below(path).keySet()) {
            names.add(variable.substring(prefix.length()).toLowerCase(Locale.ROOT));
        }
        for (String name : runTime.keySet()) {
            if (name.startsWith(path.concat("."))) {
                names.add(name.substring(path.length() + 1));
            }
        }
        return names;
    }

    void reportUnknown(Findings findings) {
        environment.reportUnknown(findings);
    }

    /** What was set at run time and is not a setting now, with a line about it. */
    Map<String, String> unused() {
        Map<String, String> unused = new LinkedHashMap<>();
        for (String name : runTime.keySet()) {
            if (!asked.contains(name)) {
                unused.put(name, "is not a setting; did you mean " + Names.nearest(name, asked) + '?');
            }
        }
        return unused;
    }
}
