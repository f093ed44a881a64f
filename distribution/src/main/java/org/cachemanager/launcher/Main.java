package org.cachemanager.launcher;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.cachemanager.config.yaml.LoadResult;
import org.cachemanager.config.yaml.Settings;

/**
 * Starts a node and stays until it is stopped. Exit status: 0 stopped as asked, 1 not started, 78 the configuration
 * can't be used.
 */
public final class Main {

    private static final int FAILED = 1;
    private static final int BAD_CONFIGURATION = 78;
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final Terminal terminal = new Terminal();
    private volatile int status;

    private Main() {}

    public static void main(String[] args) {
        Main main = new Main();
        main.status = main.run();
        System.exit(main.status);
    }

    private int run() {
        try {
            Options options = Options.of(System.getProperties());
            LoadResult read = Settings.load(
                    options.config(), System.getenv(), Runtime.getRuntime().maxMemory());
            Settings settings = read.settings();
            if (settings == null) {
                terminal.complain(read.faults());
                return BAD_CONFIGURATION;
            }
            serve(options, settings);
            return 0;
        } catch (LaunchException e) {
            terminal.complain(String.valueOf(e.getMessage()));
            return FAILED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return FAILED;
        }
    }

    private void serve(Options options, Settings settings) throws LaunchException, InterruptedException {
        BaseDirectory base = BaseDirectory.take(options.base());
        Node node = new Node(options, base, terminal);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(node, base), "stop"));
        try {
            Endpoints endpoints = new Endpoints(settings);
            endpoints.requireFree();
            List<String> urls = endpoints.await(node.start(), PATIENCE);
            base.ready(String.join(" ", urls));
            announce(options, settings, urls);
        } catch (LaunchException | RuntimeException e) {
            if (!node.stopping()) {
                throw e;
            }
            // stopped while it started: whatever came of that is nobody's fault
        }
        node.await();
    }

    private void announce(Options options, Settings settings, List<String> urls) {
        if (options.greet() && !urls.isEmpty()) {
            boolean encrypted = !settings.encryption().keys().isEmpty();
            Greeting.lines(urls.get(0), options.home(), encrypted).forEach(terminal::say);
        }
        if (options.daemon()) {
            // nobody watches any more: the log has its own file, and this one would grow without end
            System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
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
