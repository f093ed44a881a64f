package org.cachemanager.launcher;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * Runs a node for {@code mvn -Prun}: a process of its own on the terminal of the build. Ctrl-C reaches both; the build
 * then waits for the node, and ends with its status instead of one that reads like a failure.
 */
public final class InTheForeground {

    private static final long PATIENCE_SECONDS = 15;

    private InTheForeground() {}

    /** Runs a node; the argument is the script of the distribution. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Process node = new ProcessBuilder(args[0], "run", "--greet").inheritIO().start();
        Thread end = new Thread(() -> halt(node), "end of the node");
        Runtime.getRuntime().addShutdownHook(end);
        int status = node.waitFor();
        if (status != 0) {
            throw new IOException("the node ended with status " + status + "; what it said stands above");
        }
    }

    private static void halt(Process node) {
        try {
            if (!node.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                node.destroyForcibly();
            }
            Runtime.getRuntime().halt(node.waitFor());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
