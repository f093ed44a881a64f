package org.cachemanager.config.yaml;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * A mapping of the file with the environment in front of it. What is asked of it is what it may hold: the names that
 * nothing asked for are unknown.
 *
 * <p>It is used by commands that live for a moment, so what runs without a fault concatenates with {@code concat} and
 * has no lambdas: the first {@code +} and the first lambda of a JVM cost tens of milliseconds each.
 */
final class Section {

    private static final Duration LONGEST = Duration.ofDays(3650);
    private static final SettingValue NOT_SET = new SettingValue(null, Origin.BY_DEFAULT);

    /** What the sections of one load share. */
    record Shared(
            Findings findings,
            Overrides overrides,
            String fileName,
            Path directory,
            FileContents contents,
            Map<String, SettingValue> values,
            List<Section> sections) {}

    private record Entry(Origin origin, Node node) {}

    private final Shared shared;
    private final String path;
    private final Origin origin;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Set<String> asked = new LinkedHashSet<>();

    Section(Shared shared, String path, Origin origin, @Nullable Node node) {
        this.shared = shared;
        this.path = path;
        this.origin = origin;
        shared.sections().add(this);
        if (node instanceof MappingNode mapping) {
            for (NodeTuple tuple : mapping.getValue()) {
                add(tuple);
            }
        } else if (node != null && !isNull(node)) {
            findings().fault(lineOf(node), path, "must be a mapping of settings (name: value)");
        }
    }

    Findings findings() {
        return shared.findings();
    }

    Origin origin() {
        return origin;
    }

    String path(String name) {
        return path.isEmpty() ? name : path.concat(".").concat(name);
    }

    /** Reports something about the section as a whole. */
    void fault(String name, String message) {
        findings().fault(origin, path(name), message);
    }

    /** Says something about a setting that is used nevertheless. */
    void warn(String name, String message) {
        SettingValue override = shared.overrides().of(path(name));
        Entry entry = entries.get(name);
        Origin from = override != null ? override.origin() : entry != null ? entry.origin() : origin;
        findings().warn(from, path(name), message);
    }

    /** What is given for a scalar; {@code null} when nothing is. */
    @Nullable
    Value given(String name) {
        asked.add(name);
        String setting = path(name);
        SettingValue override = shared.overrides().of(setting);
        if (override != null && override.text() != null) {
            return remember(setting, override.text(), override.origin());
        }
        Entry entry = entries.get(name);
        if (entry == null) {
            shared.values().putIfAbsent(setting, NOT_SET);
            return null;
        }
        if (entry.node() instanceof ScalarNode scalar && !isNull(scalar)) {
            return remember(setting, scalar.getValue(), entry.origin());
        }
        findings()
                .fault(
                        entry.origin(),
                        setting,
                        isNull(entry.node())
                                ? "has no value (give one, or take the line out)"
                                : "must be a single value, not a list or a mapping");
        return null;
    }

    /** A scalar as {@link #given} reads it, of which nothing is shown but that it is there. */
    @Nullable
    Value secret(String name) {
        Value value = given(name);
        if (value != null) {
            shows(name, "given, not shown", value.origin());
        }
        return value;
    }

    Value value(String name, String byDefault) {
        Value given = given(name);
        return given != null ? given : remember(path(name), byDefault, Origin.BY_DEFAULT);
    }

    long size(String name, String byDefault) {
        return value(name, byDefault).size();
    }

    boolean bool(String name, boolean byDefault) {
        return value(name, String.valueOf(byDefault)).bool();
    }

    /** A time of at least so much. */
    Duration time(String name, String byDefault, Duration least) {
        Value value = value(name, byDefault);
        Duration time = Amounts.time(value.text());
        if (time == null) {
            value.refuse("is not a time (use e.g. 500ms, 30s, 5m, 1h)");
            return least;
        }
        if (time.compareTo(least) < 0) {
            value.refuse("is too short (at least " + least.toMillis() + "ms)");
        } else if (time.compareTo(LONGEST) > 0) {
            value.refuse("is too long (at most " + LONGEST.toDays() + "d)");
        }
        return time;
    }

    /** The path of a file, made absolute beside the configuration file; {@code null} when none is given. */
    @Nullable
    Path file(String name) {
        Value value = given(name);
        if (value == null) {
            return null;
        }
        if (value.text().isEmpty() || value.text().indexOf('\0') >= 0) {
            value.fault("is not the path of a file");
            return null;
        }
        return shared.directory().resolve(value.text()).normalize();
    }

    /** A section below; empty when it is not there. */
    Section section(String name) {
        asked.add(name);
        Entry entry = entries.get(name);
        return entry == null
                ? new Section(shared, path(name), origin, null)
                : new Section(shared, path(name), entry.origin(), entry.node());
    }

    /** Whether the file or the environment says anything in a section below. */
    boolean has(String name) {
        Entry entry = entries.get(name);
        return (entry != null && !isNull(entry.node())) || shared.overrides().hasBelow(path(name));
    }

    /** The node of an entry that may be of several kinds. */
    @Nullable
    Node node(String name) {
        asked.add(name);
        Entry entry = entries.get(name);
        return entry == null ? null : entry.node();
    }

    /** A list of scalars, or one scalar with commas; empty when it is not there. */
    List<Value> list(String name) {
        List<Value> values = secrets(name);
        StringBuilder texts = new StringBuilder();
        for (Value value : values) {
            texts.append(texts.length() == 0 ? "" : ",").append(value.text());
        }
        if (!values.isEmpty()) {
            shows(name, texts.toString(), values.get(0).origin());
        }
        return values;
    }

    /** A list as {@link #list} reads it, of which nothing is shown. */
    List<Value> secrets(String name) {
        List<Value> values = items(name);
        shows(name, null, Origin.BY_DEFAULT);
        return values;
    }

    private List<Value> items(String name) {
        asked.add(name);
        String setting = path(name);
        Entry entry = entries.get(name);
        if (entry != null && entry.node() instanceof MappingNode) {
            findings().fault(entry.origin(), setting, "must be a list");
            return List.of();
        }
        if (entry == null || !(entry.node() instanceof SequenceNode sequence) || overridden(setting)) {
            Value value = given(name);
            return value == null ? List.of() : split(value);
        }
        List<Value> values = new ArrayList<>();
        for (Node node : sequence.getValue()) {
            if (node instanceof ScalarNode scalar && !isNull(node)) {
                values.add(new Value(setting, scalar.getValue(), lineOf(node), findings()));
            } else {
                findings().fault(lineOf(node), setting, "must be a list of single values");
            }
        }
        return values;
    }

    /** A list of sections; variables may override what is in it and add to it. */
    List<Section> sections(String name) {
        asked.add(name);
        Entry entry = entries.get(name);
        List<Node> nodes = List.of();
        if (entry != null && entry.node() instanceof SequenceNode sequence) {
            nodes = sequence.getValue();
        } else if (entry != null && !isNull(entry.node())) {
            findings().fault(entry.origin(), path(name), "must be a list (- name: value)");
        }
        List<Section> sections = new ArrayList<>();
        for (int i = 0; ; i++) {
            String item = path(name).concat("[").concat(Integer.toString(i)).concat("]");
            if (i < nodes.size()) {
                sections.add(new Section(shared, item, lineOf(nodes.get(i)), nodes.get(i)));
            } else if (shared.overrides().hasBelow(item)) {
                sections.add(new Section(shared, item, origin, null));
            } else {
                return sections;
            }
        }
    }

    /** What a file holds that a setting here names. */
    byte[] read(Path file) throws IOException {
        return shared.contents().read(file);
    }

    /** Where the value that overrides that of the file comes from; the default when nothing does. */
    Origin overriding(String name) {
        SettingValue override = shared.overrides().of(path(name));
        return override == null ? Origin.BY_DEFAULT : override.origin();
    }

    /** Has a setting shown otherwise than it is written; {@code null}: as not set. */
    void shows(String name, @Nullable String text, Origin from) {
        shared.values().put(path(name), new SettingValue(text, from));
    }

    /** Has a setting left out where all are shown. */
    void hides(String name) {
        shared.values().remove(path(name));
    }

    /** Whether anything in a section below was set at run time. */
    boolean hasRunTime(String name) {
        return shared.overrides().hasRunTimeBelow(path(name));
    }

    /** Makes names known whose values nobody needs. */
    void asks(String... names) {
        for (String name : names) {
            asked.add(name);
            shared.overrides().of(path(name));
            shared.values().putIfAbsent(path(name), NOT_SET);
        }
    }

    /** The names in the file, for a section that may hold any. */
    Set<String> names() {
        return entries.keySet();
    }

    /** Reports the names that nothing asked for. */
    void reportUnknown(Set<String> known) {
        for (Map.Entry<String, Entry> entry : entries.entrySet()) {
            String name = entry.getKey();
            if (!asked.contains(name)) {
                String message = "is not a setting; did you mean " + meant(name, known) + '?';
                findings().fault(entry.getValue().origin(), path(shown(name)), message);
            }
        }
    }

    Set<String> asked() {
        Set<String> paths = new LinkedHashSet<>();
        for (String name : asked) {
            paths.add(path(name));
        }
        return paths;
    }

    private String meant(String name, Set<String> known) {
        for (String elsewhere : known) {
            if (elsewhere.endsWith('.' + name)) {
                return elsewhere;
            }
        }
        String nearest = Names.nearest(name, asked);
        return nearest == null ? "to give no setting here" : path(nearest);
    }

    private void add(NodeTuple tuple) {
        Node key = tuple.getKeyNode();
        if (!(key instanceof ScalarNode scalar)) {
            findings().fault(lineOf(key), path, "must have plain names");
            return;
        }
        Entry entry = new Entry(lineOf(key), tuple.getValueNode());
        Entry first = entries.putIfAbsent(scalar.getValue(), entry);
        if (first != null) {
            findings()
                    .fault(
                            entry.origin(),
                            path(shown(scalar.getValue())),
                            "is given twice (first in line " + first.origin().line() + ')');
        }
    }

    /** A name to report: what stands where only encryption is set may be a key in the wrong place. */
    private String shown(String name) {
        boolean mayBeSecret = path.endsWith(".encryption") && !name.matches("[a-z_]{1,16}");
        return mayBeSecret ? "(a name that is not shown)" : name;
    }

    private Value remember(String setting, String text, Origin from) {
        shared.values().put(setting, new SettingValue(text, from));
        return new Value(setting, text, from, findings());
    }

    private boolean overridden(String setting) {
        return shared.overrides().of(setting) != null;
    }

    private static List<Value> split(Value value) {
        List<Value> values = new ArrayList<>();
        if (value.text().isEmpty() && value.origin().source() == Origin.Source.RUN_TIME) {
            return values;
        }
        for (String part : value.text().split(",", -1)) {
            values.add(new Value(value.path(), part.strip(), value.origin(), value.findings()));
        }
        return values;
    }

    private Origin lineOf(Node node) {
        return Origin.line(shared.fileName(), node.getStartMark().getLine() + 1);
    }

    private static boolean isNull(Node node) {
        return Tag.NULL.equals(node.getTag());
    }
}
