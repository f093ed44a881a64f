package org.cachemanager.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.cachemanager.shell.DoorClient;

/** The commands that go through the running node's shell: exec, console. */
final class NodeCommands {

    private final Console console;

    NodeCommands(Console console) {
        this.console = console;
    }

    int exec(CommandLine line) throws ExitException {
        try (DoorClient client = connect(line.base())) {
            return client.execute(String.join(" ", line.operands()), console.out(), console.err());
        } catch (IOException e) {
            throw new ExitException(ExitException.FAILED, "The command was cut off: " + e.getMessage());
        }
    }

    int console(CommandLine line) throws ExitException {
        Path base = line.base();
        try (DoorClient client = connect(base)) {
            if (!console.terminal()) {
                return executeAll(client);
            }
            new InteractiveConsole(client, base).run();
            return 0;
        } catch (IOException e) {
            throw new ExitException(ExitException.NO_NODE, "The console ends: " + e.getMessage());
        }
    }

    /** Executes each line of standard input; gives the status of the last, as a shell does. */
    private int executeAll(DoorClient client) throws IOException {
        int status = 0;
        BufferedReader lines = new BufferedReader(new InputStreamReader(console.in(), StandardCharsets.UTF_8));
        for (String text = lines.readLine(); text != null; text = lines.readLine()) {
            if (InteractiveConsole.isExit(text)) {
                return status;
            }
            if (!text.isBlank() && !text.stripLeading().startsWith("#")) {
                status = client.execute(text, console.out(), console.err());
            }
        }
        return status;
    }

    private static DoorClient connect(Path base) throws ExitException {
        try {
            return DoorClient.connect(base);
        } catch (DoorClient.RefusedException e) {
            throw new ExitException(ExitException.FAILED, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new ExitException(
                    ExitException.NO_NODE,
                    "No node of yours runs with the base directory " + base + " (" + e.getMessage()
                            + "). Start one with \"cachemanager start\", or name another with --base DIR.");
        }
    }
}
