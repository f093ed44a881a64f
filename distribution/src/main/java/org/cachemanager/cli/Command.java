package org.cachemanager.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A command of {@code bin/cachemanager}: what it takes and what its help says. */
enum Command {
    RUN("run", "Starts a node in the foreground; Ctrl-C stops it.", ""),
    START("start", "Starts a node in the background and returns when it serves.", ""),
    STOP("stop", "Stops the node and returns when it has ended.", ""),
    RESTART("restart", "Stops the node, if one runs, and starts it again.", ""),
    STATUS("status", "Tells whether the node runs, and how it is.", ""),
    CONSOLE("console", "Opens the shell of the running node; reads commands from a pipe too.", ""),
    EXEC("exec", "Executes a shell command in the running node; exits as it does.", "COMMAND..."),
    CHECK_CONFIG("check-config", "Checks a configuration file without starting anything.", "[FILE]"),
    NEW_KEY("new-key", "Prints a new key for http_server.encryption.keys.", ""),
    NEW_CERTS(
            "new-certs",
            "Makes a CA and certificates of a node, to try HTTPS with.",
            "[DIR]",
            "host=NAME",
            "days=NUMBER",
            "ca=DIR",
            "force"),
    NEW_POLICY(
            "new-policy",
            "Makes a project for an eviction policy of your own: NAME is what it is called in the node.",
            "NAME [DIR]",
            "package=PACKAGE"),
    TOKEN("token", "Prints a namespace token, good for timestamp_error_margin.", "NAME"),
    GET(
            "get",
            "Prints an item's data; exits with 1 when it is not there.",
            "KEY",
            "namespace=NAME",
            "wait=TIME",
            "url=URL",
            "ca=FILE",
            "cert=FILE",
            "key=FILE"),
    SET(
            "set",
            "Stores an item; DATA of - is read from standard input.",
            "KEY DATA",
            "namespace=NAME",
            "ttl=TIME",
            "url=URL",
            "ca=FILE",
            "cert=FILE",
            "key=FILE"),
    REPLAY(
            "replay",
            "Makes the requests of a trace against a node, as plugins would: get_data, and on a lock set_data.",
            "FILE",
            "clients=NUMBER",
            "wait=TIME",
            "ttl=TIME",
            "size=NUMBER",
            "limit=NUMBER",
            "namespace=NAME",
            "url=URL",
            "ca=FILE",
            "cert=FILE",
            "key=FILE"),
    VERSION("version", "Prints the version.", ""),
    HELP("help", "Prints this, or the help of a command.", "[COMMAND]");

    /** Whether the command line or the script before it does the work. */
    private static final List<String> OF_THE_SCRIPT = List.of("run", "start", "stop", "restart", "status", "version");

    private final String label;
    private final String summary;
    private final String operands;
    private final String options;

    Command(String label, String summary, String operands, String... options) {
        this.label = label;
        this.summary = summary;
        this.operands = operands;
        this.options = String.join(" ", options);
    }

    static Optional<Command> of(String label) {
        return Arrays.stream(values()).filter(c -> c.label.equals(label)).findFirst();
    }

    static List<String> labels() {
        return Arrays.stream(values()).map(Command::label).toList();
    }

    String label() {
        return label;
    }

    String summary() {
        return summary;
    }

    boolean isOfTheScript() {
        return OF_THE_SCRIPT.contains(label);
    }

    /** The operands, as the usage shows them; one in brackets may be absent, one with dots repeated. */
    List<String> operands() {
        return words(operands);
    }

    /** The options, without their dashes. */
    List<String> options() {
        List<String> names = new ArrayList<>();
        words(options).forEach(o -> names.add(o.replaceFirst("=.*", "")));
        names.add("config");
        names.add("base");
        return names;
    }

    private static List<String> words(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split(" ", -1));
    }

    String usage() {
        StringBuilder usage = new StringBuilder("cachemanager ").append(label);
        words(operands).forEach(o -> usage.append(' ').append(o));
        words(options)
                .forEach(o -> usage.append(" [--").append(o.replace('=', ' ')).append(']'));
        return usage.toString();
    }

    String help() {
        StringBuilder help = new StringBuilder(summary + "\n\n  " + usage() + "\n\n");
        words(options).forEach(o -> help.append(line("--" + o.replace('=', ' '), describe(o))));
        help.append(line("--config FILE", "the configuration; etc/cachemanager.yaml when not given"));
        help.append(line("--base DIR", "where the node keeps its ref, pid, socket and log"));
        return help + line("--help", "this text");
    }

    static String line(String what, String meaning) {
        return String.format("  %-18s %s%n", what, meaning);
    }

    private String describe(String option) {
        return switch (option) {
            case "namespace=NAME" ->
                "the plain name, \"default\" when not given; a token is made of it when keys are set";
            case "wait=TIME" ->
                this == REPLAY
                        ? "how long each get_data waits; 30s when not given"
                        : "wait so long for somebody to make it; an item that nobody makes is then yours to set";
            case "ttl=TIME" ->
                "how long it is served, such as 900s, 15m, 2h; " + (this == REPLAY ? "1h" : "15m") + " when not given";
            case "url=URL" -> "where the node is; taken from the configuration when not given";
            case "limit=NUMBER" -> "how many requests of the trace; all when not given";
            case "ca=FILE" -> "https: the CA of the node's certificate; https_server.ca_cert when not given";
            case "cert=FILE" -> "https: the certificate to show; https_server.client_cert when not given";
            case "key=FILE" -> "https: the key to it";
            case "host=NAME" ->
                "a name or an IP address of the node, as often as it has some; its host name when none is";
            case "days=NUMBER" -> "how long the node's certificates are valid; 365 when not given";
            case "ca=DIR" -> "where the ca.pem and ca.key of the cluster are, for another node; DIR when not given";
            case "force" -> "replace the node's certificates that are there; never the CA";
            case "package=PACKAGE" -> "of the Java code, and the bundle's name; local.eviction.NAME when not given";
            case "clients=NUMBER" -> "how many at once; 32 when not given";
            default -> "characters of data in each item; 100 when not given";
        };
    }
}
