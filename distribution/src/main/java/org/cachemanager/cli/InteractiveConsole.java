package org.cachemanager.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.cachemanager.shell.DoorClient;
import org.jline.reader.Candidate;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;

/** The shell of a running node on a person's terminal: editing, history and completion here, the commands there. */
final class InteractiveConsole {

    private static final String PROMPT = "cache> ";
    private static final String HISTORY = "shell.history";

    private final DoorClient client;
    private final Path base;

    InteractiveConsole(DoorClient client, Path base) {
        this.client = client;
        this.base = base;
    }

    /** Whether a line ends the console. */
    static boolean isExit(String line) {
        return List.of("exit", "quit", "logout").contains(line.strip());
    }

    /** Reads and executes until the person leaves. */
    void run() throws IOException {
        try (Terminal terminal =
                TerminalBuilder.builder().system(true).provider("exec").build()) {
            LineReader reader = reader(terminal);
            terminal.handle(Terminal.Signal.INT, signal -> interrupt());
            terminal.writer().println("Tab completes, each command takes --help, Ctrl-D leaves.");
            while (readAndExecute(terminal, reader)) {
                terminal.flush();
            }
        }
    }

    private boolean readAndExecute(Terminal terminal, LineReader reader) throws IOException {
        try {
            String line = reader.readLine(PROMPT);
            if (isExit(line)) {
                return false;
            }
            if (!line.isBlank()) {
                client.execute(line, terminal.output(), terminal.output());
            }
            return true;
        } catch (UserInterruptException e) {
            return true;
        } catch (EndOfFileException e) {
            return false;
        }
    }

    private LineReader reader(Terminal terminal) throws IOException {
        DefaultParser parser = new DefaultParser();
        parser.setEscapeChars(null);
        parser.setEofOnUnclosedQuote(true);
        LineReaderBuilder builder = LineReaderBuilder.builder()
                .terminal(terminal)
                .parser(parser)
                .completer((reader, line, candidates) -> complete(line, candidates))
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                .option(LineReader.Option.HISTORY_IGNORE_SPACE, true);
        Path history = history();
        return history == null
                ? builder.build()
                : builder.variable(LineReader.HISTORY_FILE, history).build();
    }

    /** The history holds data that was set: it is for its owner alone. */
    private @Nullable Path history() throws IOException {
        Path history = base.resolve(HISTORY);
        if (!Files.exists(history)) {
            Files.createFile(
                    history, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        return Files.isWritable(history) ? history : null;
    }

    private void complete(ParsedLine line, List<Candidate> candidates) {
        try {
            for (DoorClient.Candidate found : client.complete(line.line().substring(0, line.cursor()))) {
                String meaning = found.meaning().isEmpty() ? null : found.meaning();
                candidates.add(new Candidate(found.word(), found.word(), null, meaning, null, null, true));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void interrupt() {
        try {
            client.interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
