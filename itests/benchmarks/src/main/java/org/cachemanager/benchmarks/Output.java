package org.cachemanager.benchmarks;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Where benchmarks print. */
public final class Output {

    private static final PrintStream OUT =
            new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);

    private Output() {}

    /** Prints a line to standard output. */
    public static void line(String text) {
        OUT.println(text);
    }
}
