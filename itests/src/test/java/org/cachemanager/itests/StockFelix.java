package org.cachemanager.itests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedWriter;
import java.io.IOException;
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
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Felix's own distribution as a process of its own, with a Gogo console that is typed into. */
final class StockFelix implements AutoCloseable {

    private static final Path FELIX = Path.of(System.getProperty("stock.felix")).toAbsolutePath();
    private static final Pattern LISTENING = Pattern.compile("Listening on (http://127\\.0\\.0\\.1:\\d+)");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path output;
    private final Process process;
    private final BufferedWriter console;
    private final HttpClient http = HttpClient.newHttpClient();

    /**
     * Starts it with its console waiting for input.
     *
     * @param commandLine as an operator types it in Felix's directory; {@code java} is the one of this test
     * @param cache where Felix keeps its bundles
     */
    StockFelix(List<String> commandLine, Path cache) throws IOException {
        assertThat(commandLine.get(0)).isEqualTo("java");
        List<String> command = new ArrayList<>(commandLine);
        command.set(0, Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add(cache.toString());
        output = Files.createTempFile(cache.getParent(), "console", ".txt");
        process = new ProcessBuilder(command)
                .directory(FELIX.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        console = process.outputWriter(UTF_8);
        awaitOutput("Welcome to Apache Felix Gogo");
    }

    /** Types a line into the console; what it does shows later. */
    void type(String line) throws IOException {
        console.write(line);
        console.newLine();
        console.flush();
    }

    /** All that the console has shown. */
    String output() throws IOException {
        return Files.readString(output, UTF_8);
    }

    /** Waits until the console has shown this. */
    void awaitOutput(String regex) {
        Pattern wanted = Pattern.compile(regex);
        await(regex).atMost(PATIENCE).until(() -> {
            String text = output();
            boolean shown = wanted.matcher(text).find();
            assertThat(shown || process.isAlive())
                    .as("Felix has ended; it said:%n%s", text)
                    .isTrue();
            return shown;
        });
    }

    /** Where the node listens, as its log says. */
    private URI listening() throws IOException {
        Matcher matcher = LISTENING.matcher(output());
        assertThat(matcher.find()).isTrue();
        return URI.create(matcher.group(1));
    }

    /** Waits until the node listens and its core is there: until then it answers that it is starting. */
    void awaitNode() {
        awaitOutput(LISTENING.pattern());
        await("the node answers")
                .atMost(PATIENCE)
                .until(() -> ask(statusRequest()).statusCode() == 200);
    }

    JsonNode status() throws IOException, InterruptedException {
        return send(statusRequest());
    }

    private HttpRequest.Builder statusRequest() throws IOException {
        return HttpRequest.newBuilder(listening().resolve("/status"));
    }

    JsonNode post(String path, String body) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(listening().resolve(path)).POST(BodyPublishers.ofString(body)));
    }

    private JsonNode send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response = ask(request);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return NodeProcess.json(response.body());
    }

    private HttpResponse<String> ask(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.timeout(PATIENCE).build(), BodyHandlers.ofString());
    }

    /** Waits until the process has ended of its own accord; gives its exit status. */
    int awaitEnd() throws IOException, InterruptedException {
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as("Felix ends; it said:%n%s", output())
                .isTrue();
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
