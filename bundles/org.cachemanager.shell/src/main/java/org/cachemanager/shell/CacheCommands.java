package org.cachemanager.shell;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Process;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The Gogo commands of scope {@code cache}; each prints to the output of the pipe it stands in. */
@Component(
        service = CacheCommands.class,
        property = {
            "osgi.command.scope=" + CacheCommands.SCOPE,
            "osgi.command.function=status",
            "osgi.command.function=get",
            "osgi.command.function=set",
            "osgi.command.function=del",
            "osgi.command.function=flush",
            "osgi.command.function=stats",
            "osgi.command.function=locks",
            "osgi.command.function=list",
            "osgi.command.function=use",
            "osgi.command.function=config",
            "osgi.command.function=help"
        })
public final class CacheCommands {

    static final String SCOPE = "cache";

    private final ItemCommands items;
    private final StatusCommands status;
    private final SeamCommands seams;
    private final ConfigCommand config;

    @Activate
    public CacheCommands(@Reference Node node) {
        items = new ItemCommands(node);
        status = new StatusCommands(node);
        seams = new SeamCommands(node);
        config = new ConfigCommand(node);
    }

    public void status(CommandSession session, String[] typed) throws CommandFailedException {
        print(session, run(CommandSpec.STATUS, typed));
    }

    public void get(CommandSession session, String[] typed) throws CommandFailedException {
        print(session, run(CommandSpec.GET, typed));
    }

    public void set(CommandSession session, String[] typed) throws CommandFailedException {
        print(session, run(CommandSpec.SET, typed));
    }

    public void del(CommandSession session, String[] typed) throws CommandFailedException {
        print(session, run(CommandSpec.DEL, typed));
    }

    public void flush(CommandSession session, String[] typed) throws CommandFailedException {
        print(session, run(CommandSpec.FLUSH, typed));
    }

    public void stats(CommandSession session, String[] typed) throws CommandFailedException {
        print(session, run(CommandSpec.STATS, typed));
    }

    public void locks(CommandSession session, String[] typed) throws CommandFailedException {
        print(session, run(CommandSpec.LOCKS, typed));
    }

    public void list(CommandSession session, String[] typed) throws CommandFailedException {
        print(session, run(CommandSpec.LIST, typed));
    }

    public void use(CommandSession session, String[] typed) throws CommandFailedException {
        print(session, run(CommandSpec.USE, typed));
    }

    public void config(CommandSession session, String[] typed) throws CommandFailedException {
        print(session, run(CommandSpec.CONFIG, typed));
    }

    /** Tells the commands of other scopes too. */
    public void help(CommandSession session, String[] typed) throws CommandFailedException {
        print(session, run(CommandSpec.HELP, typed));
        List<String> others = Completion.allNames(session).stream()
                .filter(name -> !name.startsWith(SCOPE + ":"))
                .toList();
        if (typed.length == 0 && !others.isEmpty()) {
            print(session, "\nBesides: " + String.join(", ", others) + ".\n");
        }
    }

    /** What a command prints. */
    String run(CommandSpec spec, String... typed) throws CommandFailedException {
        Arguments arguments = Arguments.parse(spec, typed);
        if (arguments.wantsHelp()) {
            return spec.help();
        }
        return switch (spec) {
            case STATUS -> status.status(arguments);
            case GET -> items.get(arguments);
            case SET -> items.set(arguments);
            case DEL -> items.del(arguments);
            case FLUSH -> items.flush(arguments);
            case STATS -> status.stats(arguments);
            case LOCKS -> status.locks(arguments);
            case LIST -> seams.list(arguments);
            case USE -> seams.use(arguments);
            case CONFIG -> config.run(arguments);
            case HELP -> help(arguments);
        };
    }

    private static String help(Arguments arguments) throws CommandFailedException {
        if (arguments.operands() > 0) {
            return CommandSpec.of(arguments.operand(0)).help();
        }
        if (arguments.wantsJson()) {
            return JsonText.of(Arrays.stream(CommandSpec.values())
                    .map(c -> StatusCommands.fields("command", c.label(), "usage", c.usage(), "summary", c.summary()))
                    .toList());
        }
        StringBuilder help = new StringBuilder();
        for (CommandSpec command : CommandSpec.values()) {
            help.append(String.format("  %-34s %s%n", command.shortUsage(), command.firstSentence()));
        }
        return help + "\nEach takes --help and --json. The scope \"cache:\" may be left out.\n";
    }

    /** In UTF-8 whatever the locale of the node is: the pipe's own stream would encode in that. */
    private static void print(CommandSession session, String text) {
        Process process = Process.Utils.current();
        PrintStream out = process == null ? session.getConsole() : process.out();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.write(bytes, 0, bytes.length);
        out.flush();
    }

    /** The names that {@code cache:config} takes. */
    List<String> settings() {
        return config.names();
    }

    /** The names that {@code cache:use} takes for a seam. */
    List<String> namesOf(String seam) {
        return seams.namesOf(seam);
    }
}
