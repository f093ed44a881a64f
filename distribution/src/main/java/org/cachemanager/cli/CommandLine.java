package org.cachemanager.cli;

import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.cachemanager.shell.Nearest;
import org.jspecify.annotations.Nullable;

/**
 * What was typed behind {@code cachemanager}: options may stand anywhere, before the command too; {@code --} ends them.
 */
final class CommandLine {

    private static final Set<String> FLAGS = Set.of("help", "force");
    private static final String REPEATED = "host";
    private static final char UNDECODABLE = '\ufffd';
    private static final Pattern TIME = Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,6})?) ?(ms|s|m|h|d|)");

    private final Properties properties;
    private final List<String> operands = new ArrayList<>();
    private final Map<String, String> options = new HashMap<>();
    private Command command = Command.HELP;

    private CommandLine(Properties properties) {
        this.properties = properties;
    }

    /**
     * Reads what was typed.
     *
     * @param properties what the script says: {@code cachemanager.home}, {@code .base}, {@code .config}
     */
    static CommandLine parse(Properties properties, String... typed) throws ExitException {
        CommandLine line = new CommandLine(properties);
        boolean ended = false;
        for (int i = 0; i < typed.length; i++) {
            String word = checkReadable(typed[i]);
            if (!ended && word.equals("--")) {
                ended = true;
            } else if (!ended && isOption(word) && (isOurs(word) || !line.isShellText())) {
                i += line.option(word, i + 1 < typed.length ? typed[i + 1] : null);
            } else {
                line.operands.add(word);
            }
        }
        line.takeCommand();
        line.checkOptions();
        line.checkOperands();
        return line;
    }

    /** An argument that the JVM could not decode would be stored or looked up damaged. */
    private static String checkReadable(String word) throws ExitException {
        if (word.indexOf(UNDECODABLE) >= 0) {
            throw new ExitException(
                    ExitException.USAGE,
                    "An argument is not UTF-8: \"" + word + "\". Type it on a UTF-8 terminal, such as LC_ALL=C.UTF-8.");
        }
        return word;
    }

    private static boolean isOption(String word) {
        return word.startsWith("--") || word.equals("-h");
    }

    /** What says which node is meant, wherever it stands. */
    private static boolean isOurs(String word) {
        return word.matches("--(base|config)(=.*)?");
    }

    /** The words behind {@code exec cache:status} belong to the shell command, its other options too. */
    private boolean isShellText() {
        return operands.size() > 1 && operands.get(0).equals(Command.EXEC.label());
    }

    private int option(String word, @Nullable String next) throws ExitException {
        int equals = word.indexOf('=');
        String name = word.equals("-h") ? "help" : word.substring(2, equals < 0 ? word.length() : equals);
        if (FLAGS.contains(name)) {
            options.put(name, "");
            return 0;
        }
        if (equals >= 0) {
            put(name, word.substring(equals + 1));
            return 0;
        }
        if (next == null) {
            throw new ExitException(ExitException.USAGE, "--" + name + " needs a value behind it.");
        }
        put(name, next);
        return 1;
    }

    /** The last one counts, but of those that may be repeated all do. */
    private void put(String name, String value) {
        if (name.equals(REPEATED)) {
            options.merge(name, value, (former, one) -> former + "," + one);
        } else {
            options.put(name, value);
        }
    }

    private void takeCommand() throws ExitException {
        if (operands.isEmpty()) {
            return;
        }
        String label = operands.remove(0);
        command = Command.of(label)
                .orElseThrow(() -> new ExitException(
                        ExitException.USAGE,
                        "There is no command \"" + label + "\"." + Nearest.question(label, Command.labels())
                                + " \"cachemanager help\" lists them."));
    }

    private void checkOptions() throws ExitException {
        for (String name : options.keySet()) {
            if (!name.equals("help") && !command.options().contains(name)) {
                throw new ExitException(
                        ExitException.USAGE,
                        "cachemanager " + command.label() + " has no option --" + name + "."
                                + Nearest.question(name, command.options()) + "\nIt is: " + command.usage());
            }
        }
    }

    private void checkOperands() throws ExitException {
        List<String> wanted = command.operands();
        boolean endless = !wanted.isEmpty() && wanted.get(wanted.size() - 1).endsWith("...");
        long least = wanted.stream().filter(o -> !o.startsWith("[")).count();
        if (wantsHelp() || (operands.size() >= least && (endless || operands.size() <= wanted.size()))) {
            return;
        }
        String fault = operands.size() < least
                ? wanted.get(operands.size()) + " is missing."
                : "Too much: \"" + operands.get(wanted.size()) + "\" (put text with blanks in quotes).";
        throw new ExitException(ExitException.USAGE, fault + " It is: " + command.usage());
    }

    Command command() {
        return command;
    }

    boolean wantsHelp() {
        return options.containsKey("help");
    }

    List<String> operands() {
        return operands;
    }

    @Nullable
    String option(String name) {
        return options.get(name);
    }

    /** Where the node keeps its socket. */
    Path base() throws ExitException {
        Path base = path("base");
        if (base == null) {
            throw new ExitException(ExitException.USAGE, "Say where the node is: --base DIR.");
        }
        return base;
    }

    /** The configuration file; null when none is named, which means the defaults. */
    @Nullable
    Path config() throws ExitException {
        return path("config");
    }

    /** A path that an option names; null when it is not given. */
    @Nullable
    Path file(String option) throws ExitException {
        return absolute(option, options.getOrDefault(option, ""));
    }

    private @Nullable Path path(String name) throws ExitException {
        return absolute(name, options.getOrDefault(name, properties.getProperty("cachemanager." + name, "")));
    }

    private static @Nullable Path absolute(String option, String path) throws ExitException {
        try {
            return path.isEmpty() ? null : Path.of(path).toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
            throw new ExitException(ExitException.USAGE, "--" + option + ": not a path: " + e.getMessage());
        }
    }

    /** A time: seconds, or a number and {@code ms}, {@code s}, {@code m}, {@code h}, {@code d}. */
    Duration time(String option, Duration otherwise) throws ExitException {
        String typed = options.get(option);
        if (typed == null) {
            return otherwise;
        }
        Matcher matcher = TIME.matcher(typed);
        if (!matcher.matches()) {
            throw new ExitException(
                    ExitException.USAGE, "--" + option + ": \"" + typed + "\" is not a time; use e.g. 30s, 15m, 2h.");
        }
        long millis =
                switch (matcher.group(2)) {
                    case "ms" -> 1;
                    case "m" -> 60_000;
                    case "h" -> 3_600_000;
                    case "d" -> 86_400_000;
                    default -> 1_000;
                };
        return Duration.ofMillis(new BigDecimal(matcher.group(1))
                .multiply(BigDecimal.valueOf(millis))
                .longValue());
    }

    /** A whole number from 1 to {@code most}. */
    int number(String option, int otherwise, int most) throws ExitException {
        String typed = options.get(option);
        if (typed == null) {
            return otherwise;
        }
        if (!typed.matches("[1-9][0-9]{0,8}") || Integer.parseInt(typed) > most) {
            throw new ExitException(
                    ExitException.USAGE, "--" + option + ": \"" + typed + "\" is not a number from 1 to " + most + ".");
        }
        return Integer.parseInt(typed);
    }
}
