package org.cachemanager.itests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
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
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A node in a process of its own, started by the distribution's own command in a directory with blanks in its name. */
final class NodeProcess implements AutoCloseable {

    private static final Path HOME =
            Path.of(System.getProperty("cachemanager.home")).toAbsolutePath();
    private static final Pattern LISTENING = Pattern.compile("Listening on http://127\\.0\\.0\\.1:(\\d+)");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path base;
    private final Path output;
    private final Process process;
    private final int port;
    private final Duration startTime;
    private final HttpClient http = HttpClient.newHttpClient();

    /**
     * Starts a node and waits until it listens.
     *
     * @param base its base directory; made where it is missing
     * @param settings the environment's settings, such as {@code CACHEMANAGER_MAX_CACHE_SIZE}
     */
    NodeProcess(Path base, Map<String, String> settings) throws IOException {
        this.base = Files.createDirectories(base);
        this.output = Files.createTempFile(base, "output", ".txt");
        ProcessBuilder builder = command("run");
        builder.environment().put("CACHEMANAGER_HTTP_SERVER_PORT", "0");
        builder.environment().putAll(settings);
        builder.redirectErrorStream(true).redirectOutput(output.toFile());
        long begun = System.nanoTime();
        process = builder.start();
        port = await("the node listens").atMost(PATIENCE).until(this::listeningPort, p -> p > 0);
        await("the node answers").atMost(PATIENCE).until(() -> get("/status").statusCode() == 200);
        startTime = Duration.ofNanos(System.nanoTime() - begun);
    }

    private ProcessBuilder command(String... words) {
        List<String> command =
                new ArrayList<>(List.of(HOME.resolve("bin/cachemanager").toString()));
        command.addAll(List.of(words));
        command.addAll(List.of("--base", base.toString()));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return builder;
    }

    private int listeningPort() throws IOException {
        String text = output();
        assertThat(process.isAlive())
                .as("the node has ended; it said:%n%s", text)
                .isTrue();
        Matcher matcher = LISTENING.matcher(text);
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
    }

    /** What the node has printed. */
    String output() throws IOException {
        return Files.readString(output, UTF_8);
    }

    Path base() {
        return base;
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    long pid() {
        return process.pid();
    }

    Duration startTime() {
        return startTime;
    }

    /** The bytes of the objects that are left after a full collection. */
    long liveHeap() throws IOException, InterruptedException {
        jcmd("GC.class_histogram"); // what the first collection finds dead may hold more
        String text = jcmd("GC.class_histogram");
        Matcher total = Pattern.compile("(?m)^Total +\\d+ +(\\d+)").matcher(text);
        assertThat(total.find()).as(text).isTrue();
        return Long.parseLong(total.group(1));
    }

    /** What the JVM answers to a diagnostic command. */
    String jcmd(String... words) throws IOException, InterruptedException {
        Path text = Files.createTempFile(base, "jcmd", ".txt");
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), Long.toString(pid())));
        command.addAll(List.of(words));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(text.toFile())
                .start();
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return Files.readString(text, UTF_8);
    }

    int descriptors() throws IOException {
        return count("fd");
    }

    int threads() throws IOException {
        return count("task");
    }

    private int count(String what) throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc", Long.toString(pid()), what))) {
            return (int) all.count();
        }
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(uri(path)).timeout(PATIENCE).build(), BodyHandlers.ofString());
    }

    /** Posts a body; the answer's JSON. */
    JsonNode post(String path, String body) {
        HttpResponse<String> response = postRaw(path, body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return json(response.body());
    }

    HttpResponse<String> postRaw(String path, String body) {
        try {
            return http.send(
                    HttpRequest.newBuilder(uri(path))
                            .timeout(PATIENCE)
                            .POST(BodyPublishers.ofString(body))
                            .build(),
                    BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Posts a body; the answer's JSON comes later. */
    CompletableFuture<JsonNode> postLater(String path, String body) {
        HttpRequest request = HttpRequest.newBuilder(uri(path))
                .timeout(PATIENCE)
                .POST(BodyPublishers.ofString(body))
                .build();
        return http.sendAsync(request, BodyHandlers.ofString()).thenApply(response -> {
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            return json(response.body());
        });
    }

    /** Posts a body on a connection of its own, which the caller closes to hang up. */
    Socket postAndWait(String path, String body) throws IOException {
        Socket socket = new Socket();
        socket.connect(address());
        byte[] bytes = body.getBytes(UTF_8);
        String head = "POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + bytes.length + "\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(UTF_8));
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return socket;
    }

    /** How many calls wait on this node for items that somebody makes. */
    int waiters() throws IOException, InterruptedException {
        int all = 0;
        for (JsonNode lock : json(exec("cache:locks --json")).findParents("waiters")) {
            all += lock.get("waiters").asInt();
        }
        return all;
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(text, e);
        }
    }

    /** What a command printed, and how it ended. */
    record Outcome(int status, String text) {}

    /** Runs a command of the distribution against this node's base directory. */
    Outcome run(String... words) throws IOException, InterruptedException {
        Path text = Files.createTempFile(base, "command", ".txt");
        Process command = command(words)
                .redirectErrorStream(true)
                .redirectOutput(text.toFile())
                .start();
        assertThat(command.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as("%s ends", List.of(words))
                .isTrue();
        return new Outcome(command.exitValue(), Files.readString(text, UTF_8));
    }

    /** Runs a shell command, which must succeed; gives what it printed. */
    String exec(String line) throws IOException, InterruptedException {
        Outcome outcome = run("exec", line);
        assertThat(outcome.status()).as(outcome.text()).isZero();
        return outcome.text();
    }

    /** Ends the node as an operator does, by a signal; gives its exit status. */
    int terminate() throws InterruptedException {
        process.destroy();
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as("the node ends on SIGTERM")
                .isTrue();
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
