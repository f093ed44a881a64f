package org.cachemanager.shell;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What was typed behind a command, checked against what it takes. */
final class Arguments {

    private static final Pattern TIME = Pattern.compile("([0-9]{1,12}(?:\\.[0-9]{1,6})?) ?(ms|s|m|h|d|)");

    private final CommandSpec spec;
    private final List<String> operands = new ArrayList<>();
    private final Map<String, String> options = new HashMap<>();

    private Arguments(CommandSpec spec) {
        this.spec = spec;
    }

    /**
     * Reads what was typed. Options may stand anywhere; {@code --} ends them.
     *
     * @throws CommandFailedException if there is too much, too little or something unknown; not when help is asked for
     */
    static Arguments parse(CommandSpec spec, String... typed) throws CommandFailedException {
        Arguments arguments = new Arguments(spec);
        boolean options = true;
        for (int i = 0; i < typed.length; i++) {
            String word = typed[i];
            if (options && word.equals("--")) {
                options = false;
            } else if (options && (word.startsWith("--") || word.equals("-h"))) {
                i += arguments.option(word, i + 1 < typed.length ? typed[i + 1] : null);
            } else {
                arguments.operands.add(word);
            }
        }
        arguments.checkOperands();
        return arguments;
    }

    private int option(String word, @Nullable String next) throws CommandFailedException {
        int equals = word.indexOf('=');
        String name = word.equals("-h") ? "help" : word.substring(2, equals < 0 ? word.length() : equals);
        if (name.equals("help") || name.equals("json")) {
            options.put(name, "");
            return 0;
        }
        if (!spec.valueOptions().contains(name)) {
            throw new CommandFailedException("cache:" + spec.label() + " has no option --" + name + "."
                    + Nearest.question("--" + name, spec.optionNames()) + "\nIt is: " + spec.usage());
        }
        if (equals < 0 && next == null) {
            throw new CommandFailedException("--" + name + " needs a value. It is: " + spec.usage());
        }
        options.put(name, equals < 0 ? String.valueOf(next) : word.substring(equals + 1));
        return equals < 0 ? 1 : 0;
    }

    private void checkOperands() throws CommandFailedException {
        int wanted = spec.operands().size();
        if (wantsHelp() || (operands.size() >= spec.leastOperands() && operands.size() <= wanted)) {
            return;
        }
        String fault = operands.size() > wanted
                ? "Too much: \"" + operands.get(wanted) + "\" (put text with blanks in quotes)."
                : spec.operands().get(operands.size()) + " is missing.";
        throw new CommandFailedException(fault + " It is: " + spec.usage());
    }

    boolean wantsHelp() {
        return options.containsKey("help");
    }

    boolean wantsJson() {
        return options.containsKey("json");
    }

    int operands() {
        return operands.size();
    }

    String operand(int index) {
        return operands.get(index);
    }

    /** What was typed behind an option; {@code null} when it was not. */
    @Nullable
    String option(String option) {
        return options.get(option);
    }

    /** A time: an integer of seconds, or a number and {@code ms}, {@code s}, {@code m}, {@code h}, {@code d}. */
    Duration time(String option, Duration otherwise) throws CommandFailedException {
        String typed = options.get(option);
        if (typed == null) {
            return otherwise;
        }
        Matcher matcher = TIME.matcher(typed);
        if (!matcher.matches()) {
            throw new CommandFailedException(
                    "--" + option + ": \"" + typed + "\" is not a time; use e.g. 30s, 15m, 2h.");
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

    /** A whole number, 1 or more. */
    int number(String option, int otherwise) throws CommandFailedException {
        String typed = options.get(option);
        if (typed == null) {
            return otherwise;
        }
        if (!typed.matches("[1-9][0-9]{0,8}")) {
            throw new CommandFailedException("--" + option + ": \"" + typed + "\" is not a number from 1 on.");
        }
        return Integer.parseInt(typed);
    }
}
