package org.cachemanager.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.cachemanager.api.encryption.NamespaceCipher;
import org.cachemanager.api.encryption.NamespaceText;
import org.cachemanager.encryption.aes.internal.AesEncryption;

/** A server under load, a process of its own: a node of the distribution, or a yardstick that prints as one does. */
final class Node implements AutoCloseable {

    private static final Pattern LISTENING = Pattern.compile("istening on http://127\\.0\\.0\\.1:(\\d+)");

    private final Process process;
    private final InetSocketAddress address;

    /** Takes over a process and waits until it listens. */
    Node(Process process) throws IOException {
        this.process = process;
        this.address = listening(process);
    }

    /**
     * Starts a node with encrypted namespaces.
     *
     * @param home the distribution's
     * @param settings what is to stand in its file besides the port and the key
     */
    static Node start(Path home, int port, byte[] key, String settings) throws IOException {
        Path base = Files.createTempDirectory("benchmark");
        Path config = base.resolve("cachemanager.yaml");
        Files.writeString(
                config,
                "timestamp_error_margin: 1h\nhttp_server:\n  port: " + port + "\n  encryption:\n    keys: [\""
                        + Base64.getEncoder().encodeToString(key) + "\"]\n" + settings);
        ProcessBuilder builder = new ProcessBuilder(
                home.resolve("bin/cachemanager").toString(),
                "run",
                "--base",
                base.toString(),
                "--config",
                config.toString());
        builder.environment().putAll(Map.of("CACHEMANAGER_BASE", base.toString()));
        return new Node(builder.redirectErrorStream(true).start());
    }

    /** A token of the namespace {@code bench}. */
    static String token(byte[] key) {
        NamespaceCipher cipher = new AesEncryption();
        byte[] token = cipher.keyring(List.of(key))
                .seal(new NamespaceText("bench", System.currentTimeMillis(), null).toBytes());
        return new String(token, StandardCharsets.US_ASCII);
    }

    InetSocketAddress address() {
        return address;
    }

    ProcessHandle.Info info() {
        return process.info();
    }

    /** The processor time that it has taken since its start, in nanoseconds, to a hundredth of a second. */
    long cpuNanos() {
        return process.info().totalCpuDuration().orElseThrow().toNanos();
    }

    private static InetSocketAddress listening(Process process) throws IOException {
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            Matcher matcher = LISTENING.matcher(line);
            if (matcher.find()) {
                drain(output);
                return new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(matcher.group(1)));
            }
        }
        throw new IOException("The server ended before it listened.");
    }

    /** Keeps a server's output from filling its pipe. */
    private static void drain(BufferedReader output) {
        Thread reader = new Thread(() -> output.lines().forEach(line -> {}), "output");
        reader.setDaemon(true);
        reader.start();
    }

    @Override
    public void close() {
        process.destroy();
    }
}
