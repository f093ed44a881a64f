package org.cachemanager.launcher;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What the person who started the node reads. */
final class Terminal {

    private final PrintStream out = stream(FileDescriptor.out);
    private final PrintStream err = stream(FileDescriptor.err);

    void say(String line) {
        out.println(line);
    }

    void complain(String line) {
        err.println(line);
    }

    void complain(List<String> lines) {
        lines.forEach(this::complain);
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }
}
