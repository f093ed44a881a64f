package org.cachemanager.testkit.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.rules.ExternalResource;

/**
 * A node for a test, in a process of its own: it serves on a free port of loopback when the test begins, with plug-ins
 * under test installed, and is gone with its base directory when the test ends.
 *
 * <pre>{@code
 * @Rule
 * public final NodeRule node = new NodeRule().plugin(Path.of("target/mine.jar")).setting("eviction", "mine");
 * }</pre>
 *
 * <p>It is the distribution that {@link Home#ofTest()} finds. Used by one thread; the calls block until they are
 * answered, at most a minute.
 */
public final class NodeRule extends ExternalResource {

    private static final Pattern LISTENING = Pattern.compile("Listening on http://127\\.0\\.0\\.1:(\\d+)");
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int OK = 200;

    private final Map<String, String> settings = new TreeMap<>(Map.of("http_server.port", "0"));
    private final List<Path> plugins = new ArrayList<>();
    private final List<String> output = new ArrayList<>();
    private final CompletableFuture<Integer> port = new CompletableFuture<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private @Nullable Path base;
    private @Nullable Process process;

    /**
     * Gives the node a setting, before it starts.
     *
     * @param name as in {@code cachemanager.yaml}, such as {@code max_cache_size} or {@code http_server.host}
     * @param value as in the file, such as {@code 64MB}
     */
    public NodeRule setting(String name, String value) {
        settings.put(name, value);
        return this;
    }

    /** Has a bundle installed and started when the node serves, by its jar. */
    public NodeRule plugin(Path jar) {
        plugins.add(jar);
        return this;
    }

    @Override
    protected void before() throws Throwable {
        try {
            start();
        } catch (Throwable e) {
            after();
            throw e;
        }
    }

    private void start() throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("node");
        base = directory;
        ProcessBuilder builder = command("run");
        settings.forEach((name, value) -> builder.environment()
                .put("CACHEMANAGER_" + name.toUpperCase(Locale.ROOT).replace('.', '_'), value));
        Process started = builder.start();
        process = started;
        Thread reader = new Thread(() -> read(started), "output of the node under test");
        reader.setDaemon(true);
        reader.start();
        try {
            port.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("The node does not serve; it said:\n" + said(), e);
        }
        for (Path plugin : plugins) {
            exec("felix:install " + plugin.toUri());
            exec("felix:start " + plugin.toUri());
        }
    }

    private ProcessBuilder command(String... words) {
        List<String> command = new ArrayList<>();
        command.add(Home.ofTest().directory().resolve("bin/cachemanager").toString());
        command.addAll(List.of(words));
        command.addAll(List.of("--base", base().toString()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return builder;
    }

    private void read(Process started) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(started.getInputStream(), UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Matcher listening = LISTENING.matcher(line);
                synchronized (output) {
                    output.add(line);
                }
                if (listening.find()) {
                    port.complete(Integer.valueOf(listening.group(1)));
                }
            }
            port.completeExceptionally(new IOException("It has ended."));
        } catch (IOException e) {
            port.completeExceptionally(e);
        }
    }

    /** What the node has printed so far: its log. */
    public String said() {
        synchronized (output) {
            return String.join("\n", output);
        }
    }

    /** Its base directory, with its ref, its log and its shell socket. */
    public Path base() {
        return Objects.requireNonNull(base, "The node has not been started: is the rule annotated with @Rule?");
    }

    /** Where it serves, such as {@code http://127.0.0.1:40123}. */
    public String url() {
        return "http://127.0.0.1:" + port.join();
    }

    /**
     * Makes a call of the protocol.
     *
     * @param path such as {@code /get_data}
     * @param body its JSON
     * @return the answer's JSON
     * @throws AssertionError if the answer is not 200; the message is what it says
     */
    public String call(String path, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url() + path))
                .timeout(PATIENCE)
                .POST(BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
        if (response.statusCode() != OK) {
            throw new AssertionError(path + " was answered " + response.statusCode() + ": " + response.body());
        }
        return response.body();
    }

    /**
     * Executes a command in the node's shell, as {@code bin/cachemanager exec} does.
     *
     * @param line such as {@code cache:use eviction lru}
     * @return what it printed
     * @throws AssertionError if it failed; the message is what it printed
     */
    public String exec(String line) throws IOException, InterruptedException {
        Process started = command("exec", line).start();
        String printed = new String(started.getInputStream().readAllBytes(), UTF_8);
        if (started.waitFor() != 0) {
            throw new AssertionError(line + " failed: " + printed);
        }
        return printed;
    }

    @Override
    protected void after() {
        Process running = process;
        if (running != null) {
            running.destroy();
            try {
                if (!running.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                    running.destroyForcibly();
                }
            } catch (InterruptedException e) {
                running.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
        Path directory = base;
        if (directory == null) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new IllegalStateException("The base directory of the node under test can't be deleted.", e);
        }
    }
}
