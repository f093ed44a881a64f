package org.cachemanager.shell;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.felix.service.command.CommandSession;
import org.cachemanager.api.feature.FeatureInfo;

/** What may stand at the cursor: the commands of all scopes, and the arguments of ours. */
final class Completion {

    private static final Set<String> FEATURE_COMMANDS = Set.of("info", "install", "update", "remove");

    private final Node node;
    private final CacheCommands commands;

    Completion(Node node, CacheCommands commands) {
        this.node = node;
        this.commands = commands;
    }

    /** The candidates for the last word of a line, each a word, a tab and what it means. */
    List<String> candidates(CommandSession session, String line) {
        String statement = line.substring(
                Math.max(Math.max(line.lastIndexOf('|'), line.lastIndexOf(';')), line.lastIndexOf('(')) + 1);
        List<String> words = new ArrayList<>(List.of(statement.stripLeading().split("\\s+", -1)));
        String last = words.remove(words.size() - 1);
        Map<String, String> found = words.isEmpty() ? commandNames(session, last) : arguments(words);
        return found.entrySet().stream()
                .filter(c -> c.getKey().startsWith(last))
                .map(c -> c.getKey() + "\t" + c.getValue())
                .toList();
    }

    private static Map<String, String> commandNames(CommandSession session, String begun) {
        Map<String, String> names = new LinkedHashMap<>();
        for (String name : allNames(session)) {
            String function = name.substring(name.indexOf(':') + 1);
            boolean byFunction = !begun.isEmpty() && !begun.contains(":") && function.startsWith(begun);
            names.put(byFunction ? function : name, meaning(name));
        }
        return names;
    }

    /** The names of all commands, with their scopes. */
    static Collection<String> allNames(CommandSession session) {
        Collection<String> names = new TreeSet<>();
        if (session.get(".commands") instanceof Collection<?> all) {
            all.forEach(name -> names.add(name.toString()));
        }
        return names;
    }

    private static String meaning(String command) {
        String prefix = CacheCommands.SCOPE + ":";
        for (CommandSpec spec : CommandSpec.values()) {
            if (command.equals(prefix + spec.label())) {
                return spec.firstSentence();
            }
        }
        return "";
    }

    private Map<String, String> arguments(List<String> words) {
        Map<String, String> found = new LinkedHashMap<>();
        String command = words.get(0);
        String function = command.substring(command.indexOf(':') + 1);
        if (command.startsWith("feature:") && FEATURE_COMMANDS.contains(function)) {
            return features(function.equals("install"), function.equals("info"));
        }
        if (command.contains(":") && !command.startsWith(CacheCommands.SCOPE + ":")) {
            return found;
        }
        for (CommandSpec spec : CommandSpec.values()) {
            if (spec.label().equals(function)) {
                operands(spec, words).forEach(o -> found.put(o, ""));
                spec.optionNames().forEach(o -> found.put(o, ""));
            }
        }
        return found;
    }

    private Collection<String> operands(CommandSpec spec, List<String> words) {
        List<String> typed =
                words.stream().skip(1).filter(w -> !w.startsWith("-")).toList();
        if (spec == CommandSpec.HELP && typed.isEmpty()) {
            return CommandSpec.labels();
        }
        if (spec == CommandSpec.CONFIG && typed.isEmpty()) {
            return commands.settings();
        }
        if (spec != CommandSpec.USE || typed.size() > 1) {
            return List.of();
        }
        return typed.isEmpty() ? SeamCommands.seamNames() : commands.namesOf(typed.get(0));
    }

    private Map<String, String> features(boolean toInstall, boolean any) {
        Map<String, String> found = new LinkedHashMap<>();
        try {
            for (FeatureInfo feature : node.features().features()) {
                if (any || feature.installed() != toInstall) {
                    found.put(feature.name(), feature.description());
                }
            }
        } catch (CommandFailedException e) {
            return Map.of();
        }
        return found;
    }

    /** What to say of a command that is not there. */
    String notFound(CommandSession session, String typed) {
        Collection<String> names = new ArrayList<>();
        for (String name : allNames(session)) {
            names.add(typed.contains(":") ? name : name.substring(name.indexOf(':') + 1));
        }
        return "There is no command \"" + typed + "\"." + Nearest.question(typed, names) + " The cache's are: "
                + String.join(", ", CommandSpec.labels()) + "; each takes --help.";
    }
}
