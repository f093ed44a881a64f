package org.cachemanager.launcher;

import java.io.IOException;
import org.cachemanager.config.yaml.LoadResult;
import org.cachemanager.config.yaml.Settings;

/**
 * Starts a node and stays until it is stopped. Exit status: 0 stopped as asked, 1 not started, 78 the configuration
 * can't be used.
 */
public final class Main {

    private static final int FAILED = 1;
    private static final int BAD_CONFIGURATION = 78;

    private final Terminal terminal = new Terminal();
    private volatile int status;

    private Main() {}

    public static void main(String[] args) {
        Main main = new Main();
        main.status = main.run(Options.of(System.getProperties()));
        System.exit(main.status);
    }

    private int run(Options options) {
        try {
            LoadResult checked = Settings.load(
                    options.config(), System.getenv(), Runtime.getRuntime().maxMemory());
            terminal.complain(checked.faults());
            if (!checked.faults().isEmpty()) {
                return BAD_CONFIGURATION;
            }
            BaseDirectory base = BaseDirectory.take(options.base());
            Node node = new Node(options, base, terminal);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> end(node, base), "stop"));
            node.start();
            node.await();
            return 0;
        } catch (LaunchException e) {
            terminal.complain(String.valueOf(e.getMessage()));
            return FAILED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return FAILED;
        }
    }

    /** Runs at a signal or after {@link #run}: a process that was asked to stop and did has succeeded, so no 143. */
    private void end(Node node, BaseDirectory base) {
        boolean stopped = node.stop();
        try {
            base.close();
        } catch (IOException e) {
            terminal.complain("The pid file is left behind: " + e);
        }
        Runtime.getRuntime().halt(stopped ? status : FAILED);
    }
}
