package org.cachemanager.config.yaml.internal;

import java.lang.reflect.Array;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Reads a configuration that somebody else has changed as the settings that it stands for. */
final class Edits {

    private Edits() {}

    /** The settings whose properties differ, with their texts as they would stand in the file. */
    static Map<String, String> between(String pid, Map<String, Object> written, Map<String, Object> found) {
        Map<String, String> edits = new LinkedHashMap<>();
        found.forEach((property, value) -> {
            if (!text(value).equals(text(written.get(property))) && !property.equals("scheme")) {
                edits.put(setting(pid, property), text(value) + unit(pid, property));
            }
        });
        return edits;
    }

    private static String setting(String pid, String property) {
        String name = property.replace('.', '_');
        if (pid.equals(Configurations.CORE) && (name.equals("cipher") || name.equals("keys"))) {
            return "http_server.encryption." + name;
        }
        return section(pid) + name;
    }

    private static String section(String pid) {
        return switch (pid) {
            case Configurations.CORE, Configurations.HOST -> "";
            case Configurations.LOG -> "log.";
            case Configurations.HTTP -> "http_server.";
            case Configurations.HTTPS, Configurations.PEER -> "https_server.";
            default -> pid.replaceFirst("^org\\.cachemanager\\.", "") + '.';
        };
    }

    /** The times of the core and the host are in milliseconds. */
    private static String unit(String pid, String property) {
        return section(pid).isEmpty() && property.matches(".*\\.(time|timeout|margin)") ? "ms" : "";
    }

    /** A property's value as text, that of a list with commas; of none, nothing. */
    static String text(@Nullable Object value) {
        if (value == null) {
            return "";
        }
        StringJoiner joined = new StringJoiner(",");
        if (value instanceof Collection<?> items) {
            items.forEach(item -> joined.add(String.valueOf(item)));
        } else if (value.getClass().isArray()) {
            for (int i = 0; i < Array.getLength(value); i++) {
                joined.add(String.valueOf(Array.get(value, i)));
            }
        } else {
            return value.toString();
        }
        return joined.toString();
    }
}
