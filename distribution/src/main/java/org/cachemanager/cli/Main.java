package org.cachemanager.cli;

import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * The command line of a node, besides starting and stopping it. Exit status: 0 done; 1 failed, or what was asked for is
 * not there; 2 wrong usage; 3 no node runs; 78 the configuration can't be used.
 */
public final class Main {

    private final Console console;
    private final Properties properties;
    private final Map<String, String> environment;

    Main(Console console, Properties properties, Map<String, String> environment) {
        this.console = console;
        this.properties = properties;
        this.environment = environment;
    }

    public static void main(String[] args) {
        System.exit(new Main(Console.ofProcess(), System.getProperties(), System.getenv()).run(args));
    }

    /** Does what was asked and gives the exit status. */
    int run(String... typed) {
        try {
            return run(CommandLine.parse(properties, typed));
        } catch (ExitException e) {
            console.complain(String.valueOf(e.getMessage()));
            return e.status();
        }
    }

    private int run(CommandLine line) throws ExitException {
        if (line.wantsHelp() && line.command() != Command.HELP) {
            console.out().append(line.command().help());
            return 0;
        }
        ItemCommands items = new ItemCommands(console, environment);
        ConfigCommands config = new ConfigCommands(console, environment);
        return switch (line.command()) {
            case HELP -> help(line.operands());
            case EXEC -> new NodeCommands(console).exec(line);
            case CONSOLE -> new NodeCommands(console).console(line);
            case CHECK_CONFIG -> config.check(line);
            case NEW_KEY -> config.newKey();
            case NEW_CERTS -> new NewCerts(console).make(line);
            case NEW_POLICY -> new NewPolicy(console, properties).make(line);
            case TOKEN -> config.token(line);
            case GET -> items.get(line);
            case SET -> items.set(line);
            case REPLAY -> items.replay(line);
            default ->
                throw new ExitException(
                        ExitException.USAGE,
                        "bin/cachemanager does that itself: bin/"
                                + line.command().usage());
        };
    }

    private int help(List<String> operands) throws ExitException {
        if (!operands.isEmpty()) {
            CommandLine named = CommandLine.parse(properties, operands.get(0), "--help");
            console.out().append(named.command().help());
            return 0;
        }
        StringBuilder help =
                new StringBuilder("A cache that locks: of all callers that miss an item, one makes it.\n\n");
        help.append("  cachemanager COMMAND [--config FILE] [--base DIR]\n\n");
        for (Command command : Command.values()) {
            help.append(Command.line(command.label() + argument(command), command.summary()));
        }
        help.append(
                "\n\"cachemanager COMMAND --help\" tells more. First steps: cachemanager run; in another terminal\n");
        help.append("cachemanager set greeting hello, cachemanager get greeting, cachemanager console.\n");
        console.out().append(help);
        return 0;
    }

    private static String argument(Command command) {
        return command.operands().isEmpty() ? "" : ' ' + String.join(" ", command.operands());
    }
}
