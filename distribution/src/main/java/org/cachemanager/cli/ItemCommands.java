package org.cachemanager.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.cachemanager.api.Data;
import org.cachemanager.cli.replay.Replay;
import org.cachemanager.cli.replay.ReplayOptions;
import org.cachemanager.cli.replay.ReplayReport;
import org.cachemanager.protocol.GetResponse;
import org.cachemanager.protocol.JsonText;
import org.cachemanager.protocol.ProtocolException;

/** The commands that call a node as a plugin does, over HTTP: get, set, replay. */
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
        InetSocketAddress node = address(line);
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
        InetSocketAddress node = address(line);
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
        InetSocketAddress node = address(line);
        String namespace = Objects.requireNonNullElse(line.option("namespace"), REPLAY_NAMESPACE);
        ReplayOptions options = ReplayOptions.of(node, config(line).namespace(namespace))
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

    private InetSocketAddress address(CommandLine line) throws ExitException {
        return config(line).address(line.option("url"));
    }

    private CacheClient client(CommandLine line, InetSocketAddress node) throws ExitException {
        String namespace = Objects.requireNonNullElse(line.option("namespace"), DEFAULT_NAMESPACE);
        return new CacheClient(node, config(line).namespace(namespace));
    }

    private static ExitException unreachable(InetSocketAddress node, IOException e) {
        String where = "http://" + node.getHostString() + ":" + node.getPort();
        return e instanceof CacheClient.RefusedException
                ? new ExitException(ExitException.FAILED, "The node refused: " + e.getMessage())
                : new ExitException(
                        ExitException.NO_NODE,
                        "No node answers at " + where + " (" + e.getMessage()
                                + "). Start one with \"cachemanager start\", or say where it is with --url.");
    }
}
