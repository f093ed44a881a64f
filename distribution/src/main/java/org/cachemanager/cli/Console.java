package org.cachemanager.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Where the command line reads and prints, in UTF-8 whatever the locale.
 *
 * @param in standard input
 * @param out standard output: what was asked for
 * @param err standard error: what a person should know besides
 * @param terminal whether a person sits there
 */
record Console(InputStream in, PrintStream out, PrintStream err, boolean terminal) {

    /** That of this process. */
    static Console ofProcess() {
        return new Console(
                new FileInputStream(FileDescriptor.in),
                stream(FileDescriptor.out),
                stream(FileDescriptor.err),
                isTerminal());
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }

    private static boolean isTerminal() {
        return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    }

    /** From JDK 22 on there is a console without a terminal too, which says that it has none. */
    private static boolean isTerminal(java.io.Console console) {
        try {
            return (boolean) java.io.Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }

    void say(String line) {
        out.println(line);
    }

    void complain(String line) {
        err.println(line);
    }
}
