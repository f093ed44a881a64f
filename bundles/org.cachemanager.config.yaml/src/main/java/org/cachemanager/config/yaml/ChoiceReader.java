package org.cachemanager.config.yaml;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.cachemanager.config.yaml.Settings.Choice;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;

/** Reads which implementation of a seam is wanted, by its name alone or with its own settings below its name. */
final class ChoiceReader {

    private final Section root;
    private final Section.Shared shared;

    ChoiceReader(Section root, Section.Shared shared) {
        this.root = root;
        this.shared = shared;
    }

    Choice choice(String seam, String byDefault) {
        Node node = root.node(seam);
        Section named = node instanceof MappingNode ? root.section(seam) : null;
        boolean overridden = shared.overrides().of(seam) != null;
        if (named == null || overridden) {
            String name = root.value(seam, byDefault).name(true);
            if (named != null) {
                named.names().forEach(named::node);
            }
            boolean same = named != null && named.names().contains(name);
            return new Choice(name, own(seam, name, same ? named : null));
        }
        Set<String> names = named.names();
        if (names.size() != 1) {
            root.findings()
                    .fault(named.origin(), seam, "must name one implementation, with its settings below its name");
            names.forEach(named::node);
            return new Choice(byDefault, Map.of());
        }
        String name = new Value(seam, names.iterator().next(), named.origin(), root.findings()).name(true);
        root.shows(seam, name, named.origin());
        return new Choice(name, own(seam, name, named));
    }

    private Map<String, Object> own(String seam, String name, @Nullable Section named) {
        Section section = named == null
                ? new Section(shared, seam.concat(".").concat(name), Origin.BY_DEFAULT, null)
                : named.section(name);
        Map<String, Object> own = new LinkedHashMap<>();
        for (String setting : section.names()) {
            put(own, section, setting);
        }
        for (String setting : shared.overrides().namesBelow(seam.concat(".").concat(name))) {
            put(own, section, setting);
        }
        return own;
    }

    private static void put(Map<String, Object> own, Section section, String setting) {
        Value value = section.given(setting);
        if (!setting.matches("[a-z][a-z0-9_]*")) {
            Origin origin = value == null ? section.origin() : value.origin();
            section.findings()
                    .fault(
                            origin,
                            section.path(setting),
                            "is not a name of a setting (use small letters, digits and _)");
        }
        if (value != null) {
            own.put(setting, typed(value.text()));
        }
    }

    private static Object typed(String text) {
        if (text.matches("-?[0-9]{1,18}")) {
            return Long.valueOf(text);
        }
        if (text.matches("-?[0-9]{1,18}\\.[0-9]{1,18}")) {
            return Double.valueOf(text);
        }
        boolean bool = "true".equalsIgnoreCase(text) || "false".equalsIgnoreCase(text);
        return bool ? (Object) Boolean.valueOf(text) : text;
    }
}
