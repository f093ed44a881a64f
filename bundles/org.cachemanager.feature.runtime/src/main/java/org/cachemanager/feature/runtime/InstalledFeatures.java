package org.cachemanager.feature.runtime;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** All features that are installed: what is written to disk, one line a fact, so that a start needs no JSON. */
record InstalledFeatures(Map<String, InstalledFeature> byName) {

    static final InstalledFeatures NONE = new InstalledFeatures(Map.of());

    InstalledFeatures {
        byName = new LinkedHashMap<>(byName);
    }

    Optional<InstalledFeature> get(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    Collection<InstalledFeature> all() {
        return byName.values();
    }

    InstalledFeatures with(InstalledFeature feature) {
        InstalledFeatures changed = new InstalledFeatures(byName);
        changed.byName.put(feature.name(), feature);
        return changed;
    }

    InstalledFeatures without(String name) {
        InstalledFeatures changed = new InstalledFeatures(byName);
        changed.byName.remove(name);
        return changed;
    }

    /** Every bundle once, by the name of its kept file, in the order in which they are installed. */
    Map<String, Part> parts() {
        Map<String, Part> parts = new LinkedHashMap<>();
        for (InstalledFeature feature : all()) {
            feature.parts().forEach(part -> parts.putIfAbsent(part.fileName(), part));
        }
        return parts;
    }

    /** The content in which an artifact is installed. */
    Optional<Part> part(Coordinates artifact) {
        return parts().values().stream()
                .filter(part -> part.artifact().equals(artifact))
                .findFirst();
    }

    /** Gives every feature that shares one of these bundles the same content of it. */
    InstalledFeatures sharing(Collection<Part> parts) {
        Map<Coordinates, Part> fresh = new LinkedHashMap<>();
        parts.forEach(part -> fresh.put(part.artifact(), part));
        InstalledFeatures changed = new InstalledFeatures(byName);
        changed.byName.replaceAll((name, feature) -> feature.withParts(feature.parts().stream()
                .map(part -> fresh.getOrDefault(part.artifact(), part))
                .toList()));
        return changed;
    }

    Set<String> pids() {
        Set<String> pids = new TreeSet<>();
        all().forEach(feature -> pids.addAll(feature.pids()));
        return pids;
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (InstalledFeature feature : all()) {
            lines.add(line("feature", feature.name(), Part.hex(feature.checksum())));
            feature.members().forEach(member -> lines.add(line("member", member)));
            for (Part part : feature.parts()) {
                lines.add(line(
                        "bundle",
                        part.artifact().toString(),
                        String.valueOf(part.startLevel()),
                        Part.hex(part.checksum())));
            }
            feature.pids().forEach(pid -> lines.add(line("pid", pid)));
        }
        return lines;
    }

    /** Reads what {@link #lines()} wrote. */
    static InstalledFeatures parse(List<String> lines) {
        Map<String, InstalledFeature> features = new LinkedHashMap<>();
        int from = 0;
        while (from < lines.size()) {
            int to = from + 1;
            while (to < lines.size() && !lines.get(to).startsWith("feature\t")) {
                to++;
            }
            InstalledFeature feature = feature(lines.subList(from, to));
            features.put(feature.name(), feature);
            from = to;
        }
        return new InstalledFeatures(features);
    }

    private static InstalledFeature feature(List<String> lines) {
        String[] head = lines.get(0).split("\t", -1);
        List<Part> parts = new ArrayList<>();
        List<String> pids = new ArrayList<>();
        List<String> members = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] words = line.split("\t", -1);
            switch (words[0]) {
                case "pid" -> pids.add(words[1]);
                case "member" -> members.add(words[1]);
                case "bundle" ->
                    parts.add(new Part(Coordinates.parse(words[1]), Integer.parseInt(words[2]), number(words[3])));
                default -> throw new IllegalArgumentException("unknown line: " + line);
            }
        }
        return new InstalledFeature(head[1], number(head[2]), parts, pids, members);
    }

    private static String line(String... words) {
        return String.join("\t", words);
    }

    private static long number(String hex) {
        return Long.parseUnsignedLong(hex, 16);
    }
}
