package org.cachemanager.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import javax.net.ssl.SSLException;
import org.cachemanager.api.Data;
import org.cachemanager.cli.replay.Replay;
import org.cachemanager.cli.replay.ReplayOptions;
import org.cachemanager.cli.replay.ReplayReport;
import org.cachemanager.protocol.GetResponse;
import org.cachemanager.protocol.JsonText;
import org.cachemanager.protocol.ProtocolException;

/** The commands that call a node as a plugin does, over HTTP or HTTPS: get, set, replay. */
final class ItemCommands {

    private static final String DEFAULT_NAMESPACE = "default";
    private static final String REPLAY_NAMESPACE = "replay";
    private static final int MOST_REQUESTS = 999_999_999;
    private static final int MOST_CLIENTS = 10_000;
    private static final int MOST_DATA_LENGTH = 100_000_000;

    private final Console console;
    private final Map<String, String> environment;

    ItemCommands(Console console, Map<String, String> environment) {
        this.console = console;
        this.environment = environment;
    }

    int get(CommandLine line) throws ExitException {
        String key = line.operands().get(0);
        Duration wait = line.time("wait", Duration.ZERO);
        Target node = config(line).target(line);
        try {
            GetResponse answer = client(line, node).get(key, wait);
            Data data = answer.data();
            if (data != null) {
                console.say(JsonText.toString(data));
                return 0;
            }
            throw new ExitException(
                    ExitException.FAILED,
                    answer.lock()
                            ? "Not there, and the lock is yours for " + wait.toSeconds() + " s: cachemanager set it."
                            : "Not there: it was never set, has expired, or was evicted.");
        } catch (IOException e) {
            throw unreachable(node, e);
        } catch (ProtocolException e) {
            throw new ExitException(ExitException.FAILED, "The node's answer can't be read: " + e.getMessage());
        }
    }

    int set(CommandLine line) throws ExitException {
        Target node = config(line).target(line);
        Duration ttl = line.time("ttl", Duration.ofMinutes(15));
        Data data = JsonText.toData(data(line.operands().get(1)));
        try {
            client(line, node).set(line.operands().get(0), data, ttl);
            return 0;
        } catch (IOException e) {
            throw unreachable(node, e);
        }
    }

    private String data(String typed) throws ExitException {
        if (!typed.equals("-")) {
            return typed;
        }
        try {
            byte[] bytes = console.in().readAllBytes();
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ExitException(ExitException.FAILED, "Standard input is not UTF-8, and data is text.");
        } catch (IOException e) {
            throw new ExitException(ExitException.FAILED, "Standard input can't be read: " + e.getMessage());
        }
    }

    int replay(CommandLine line) throws ExitException {
        Path file = Path.of(line.operands().get(0));
        if (!Files.isReadable(file)) {
            throw new ExitException(ExitException.FAILED, "There is no file " + file + " that can be read.");
        }
        Target node = config(line).target(line);
        String namespace = Objects.requireNonNullElse(line.option("namespace"), REPLAY_NAMESPACE);
        ReplayOptions options = ReplayOptions.of(node.address(), config(line).namespace(namespace))
                .withSockets(node.sockets())
                .withClients(line.number("clients", 32, MOST_CLIENTS))
                .withTimes(line.time("wait", Duration.ofSeconds(30)), line.time("ttl", Duration.ofHours(1)))
                .withDataLength(line.number("size", 100, MOST_DATA_LENGTH))
                .withLimit(line.number("limit", MOST_REQUESTS, MOST_REQUESTS));
        try {
            client(line, node).get("reachable", Duration.ZERO);
        } catch (IOException e) {
            throw unreachable(node, e);
        }
        return replay(file, options);
    }

    private int replay(Path file, ReplayOptions options) throws ExitException {
        try {
            ReplayReport report = new Replay(options, console.err(), console.terminal()).run(file);
            console.out().append(report.toString());
            return report.isClean() ? 0 : ExitException.FAILED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ExitException(ExitException.FAILED, "Interrupted.");
        } catch (IOException e) {
            throw new ExitException(ExitException.FAILED, file + " can't be replayed: " + e.getMessage());
        }
    }

    private NodeConfig config(CommandLine line) throws ExitException {
        return NodeConfig.load(line.config(), environment);
    }

    private CacheClient client(CommandLine line, Target node) throws ExitException {
        String namespace = Objects.requireNonNullElse(line.option("namespace"), DEFAULT_NAMESPACE);
        return new CacheClient(node.address(), node.sockets(), config(line).namespace(namespace));
    }

    private static ExitException unreachable(Target node, IOException e) {
        if (e instanceof CacheClient.RefusedException) {
            return new ExitException(ExitException.FAILED, "The node refused: " + e.getMessage());
        }
        if (e instanceof SSLException) {
            return new ExitException(
                    ExitException.FAILED,
                    "TLS with " + node + " fails (" + e.getMessage()
                            + "). Check --ca FILE (the CA of the node's certificate, which must name the host) and, if "
                            + "the node requires client certificates, --cert FILE --key FILE.");
        }
        return new ExitException(
                ExitException.NO_NODE,
                "No node answers at " + node + " (" + e.getMessage()
                        + "). Start one with \"cachemanager start\", or say where it is with --url.");
    }
}
