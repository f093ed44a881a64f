package org.cachemanager.shell;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A command of scope {@code cache}: what it takes and what its help says. */
enum CommandSpec {
    STATUS("How this node is, and which implementation of each seam serves.", ""),
    GET("""
            Prints the data of an item. Takes no lock and does not wait. An item that is not there is a failure; with
            --json it is "data": null.""", "NAMESPACE KEY"),
    SET("Stores an item, frees its lock and answers everybody who waits for it.", "NAMESPACE KEY DATA", "ttl=TIME"),
    DEL("Removes an item; a lock on its key stays.", "NAMESPACE KEY"),
    FLUSH("Removes every item; locks and waiters stay.", ""),
    STATS("What has happened since the start: hits, misses, waits, locks, evictions.", ""),
    LOCKS("The locks that are held, and how many callers wait for each.", "", "limit=NUMBER"),
    LIST("The implementations of each seam: which serve, which are there, which can be installed.", ""),
    USE("""
        Puts an implementation of a seam in force while the node serves. It stays until the setting changes in the
        file or the node restarts. One that is not there yet is installed first.
        Returns when it is in force.""", "SEAM NAME", "timeout=TIME"),
    CONFIG("""
            Shows each setting, its value in force and where that comes from; of one that holds others, those. With a
            VALUE, sets it at run time: it stays until that setting changes in the file or the node restarts, unless
            the environment says what it is. Keys are shown by their number and fingerprints.
            """, "[NAME] [VALUE]", "reset=NAME"),
    HELP("The commands there are; with a name, the help of that command.", "[COMMAND]");

    private final String summary;
    private final String operands;
    private final String options;

    CommandSpec(String summary, String operands, String... options) {
        this.summary = summary;
        this.operands = operands;
        this.options = String.join(" ", options);
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    String summary() {
        return summary;
    }

    List<String> operands() {
        return words(operands);
    }

    private static List<String> words(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split(" ", -1));
    }

    /** The options that take a value, without their dashes. */
    List<String> valueOptions() {
        return words(options).stream().map(o -> o.substring(0, o.indexOf('='))).toList();
    }

    /** How many operands there must be: those in brackets may be absent. */
    int leastOperands() {
        return (int) operands().stream().filter(o -> !o.startsWith("[")).count();
    }

    /** Every option as it is typed. */
    List<String> optionNames() {
        List<String> names = new ArrayList<>();
        valueOptions().forEach(o -> names.add("--" + o));
        names.add("--json");
        names.add("--help");
        return names;
    }

    String usage() {
        StringBuilder usage = new StringBuilder("cache:").append(label());
        words(operands).forEach(o -> usage.append(' ').append(o));
        words(options)
                .forEach(o -> usage.append(" [--").append(o.replace('=', ' ')).append(']'));
        return usage.append(" [--json]").toString();
    }

    String help() {
        StringBuilder help =
                new StringBuilder(summary).append("\n\n  ").append(usage()).append("\n\n");
        words(operands).forEach(o -> help.append(line(o, describeOperand(o))));
        words(options).forEach(o -> help.append(line("--" + o.replace('=', ' '), describeOption(o))));
        return help.append(line("--json", "JSON on one line instead of text"))
                .append(line("--help", "this text"))
                .toString();
    }

    private static String line(String what, String meaning) {
        return String.format("  %-16s %s%n", what, meaning);
    }

    private static String describeOperand(String operand) {
        return switch (operand) {
            case "NAMESPACE" -> "the plain name of the namespace, also where clients send a token";
            case "KEY" -> "the key of the item";
            case "DATA" -> "the text to store; '-quotes keep blanks and braces together";
            case "[COMMAND]" -> "a command of scope cache, such as use";
            case "[NAME]" -> "a setting by its dotted name, such as http_server.port";
            case "[VALUE]" -> "as it would stand in the file; of a list with commas";
            case "SEAM" -> "storage, eviction or encryption";
            default -> "the implementation, such as lru; cache:list shows what there is";
        };
    }

    private static String describeOption(String option) {
        return switch (option) {
            case "ttl=TIME" -> "how long it is served: 900s, 15m, 2h; 15m when not given";
            case "reset=NAME" -> "takes back what was set at run time";
            case "limit=NUMBER" -> "how many at the most; 100 when not given";
            default -> "how long to wait until it is in force; 30s when not given";
        };
    }

    /** The command and its operands. */
    String shortUsage() {
        return operands.isEmpty() ? "cache:" + label() : "cache:" + label() + ' ' + operands;
    }

    String firstSentence() {
        return summary.substring(0, summary.indexOf('.') + 1);
    }

    /** The command of a name, with or without its scope. */
    static CommandSpec of(String typed) throws CommandFailedException {
        String label = typed.startsWith("cache:") ? typed.substring("cache:".length()) : typed;
        for (CommandSpec spec : values()) {
            if (spec.label().equals(label)) {
                return spec;
            }
        }
        throw new CommandFailedException("There is no command \"" + typed + "\" in scope cache."
                + Nearest.question(label, labels()) + " Those of other scopes have their own --help.");
    }

    static List<String> labels() {
        return Arrays.stream(values()).map(CommandSpec::label).toList();
    }
}
