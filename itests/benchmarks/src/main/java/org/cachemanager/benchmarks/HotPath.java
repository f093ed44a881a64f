package org.cachemanager.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.cachemanager.encryption.aes.internal.AesEncryption;

/**
 * Kept-alive hits of 1 KiB with encrypted namespaces, beside a bare Jetty handler that answers a constant: the same JVM
 * flags, connector and selectors, measured in turn.
 */
public final class HotPath {

    private static final int CONNECTIONS = 16;
    private static final double LEAST_RATIO = 0.6;
    private static final int DATA_CHARACTERS = 1024;

    private final Path home;
    private final int rounds;
    private final double seconds;
    private final List<Double> node = new ArrayList<>();
    private final List<Double> bare = new ArrayList<>();

    private HotPath(Path home, int rounds, double seconds) {
        this.home = home;
        this.rounds = rounds;
        this.seconds = seconds;
    }

    /** Arguments: the distribution's home, rounds, seconds a round. */
    public static void main(String[] arguments) throws Exception {
        new HotPath(Path.of(arguments[0]), Integer.parseInt(arguments[1]), Double.parseDouble(arguments[2])).run();
    }

    private void run() throws Exception {
        byte[] key = new AesEncryption().newKey();
        try (Node ours = Node.start(home, 0, key, "");
                Node theirs = new Node(startBare(flags(ours)))) {
            String namespace = Node.token(key);
            new Load(ours.address(), BareJetty.request("/set_data", set(namespace)));
            byte[] get = BareJetty.request("/get_data", get(namespace));
            measure(new Load(ours.address(), get), new Load(theirs.address(), get));
        }
        if (report() < LEAST_RATIO) {
            throw new IllegalStateException("The hot path is below " + LEAST_RATIO + " of bare Jetty.");
        }
    }

    private static String set(String namespace) {
        return "{\"namespace\":\"" + namespace + "\",\"key\":\"" + "0123456789abcdef".repeat(4) + "\",\"data\":\""
                + "d".repeat(DATA_CHARACTERS) + "\",\"ttl\":3600}";
    }

    private static String get(String namespace) {
        return "{\"namespace\":\"" + namespace + "\",\"key\":\"" + "0123456789abcdef".repeat(4)
                + "\",\"max_wait_time\":30}";
    }

    private void measure(Load nodeLoad, Load bareLoad) throws IOException {
        nodeLoad.run(CONNECTIONS, seconds);
        bareLoad.run(CONNECTIONS, seconds);
        for (int round = 1; round <= rounds; round++) {
            Load.Result ours = nodeLoad.run(CONNECTIONS, seconds);
            Load.Result theirs = bareLoad.run(CONNECTIONS, seconds);
            node.add(ours.perSecond());
            bare.add(theirs.perSecond());
            Output.line(String.format(
                    Locale.ROOT,
                    "round %d: node %,.0f/s (p50 %.0f, p99 %.0f us), bare Jetty %,.0f/s (p50 %.0f, p99 %.0f us): %.2f",
                    round,
                    ours.perSecond(),
                    ours.p50Micros(),
                    ours.p99Micros(),
                    theirs.perSecond(),
                    theirs.p50Micros(),
                    theirs.p99Micros(),
                    ours.perSecond() / theirs.perSecond()));
        }
    }

    private double report() {
        double[] ratios = new double[rounds];
        Arrays.setAll(ratios, i -> node.get(i) / bare.get(i));
        Arrays.sort(ratios);
        Output.line(String.format(
                Locale.ROOT,
                "hot path: %.2f of bare Jetty in the median of %d rounds (%.2f to %.2f)",
                ratios[rounds / 2],
                rounds,
                ratios[0],
                ratios[rounds - 1]));
        return ratios[rounds / 2];
    }

    private static List<String> flags(Node java) {
        return Arrays.stream(java.info().arguments().orElseThrow())
                .filter(argument -> argument.startsWith("-X") && !argument.startsWith("-Xshare"))
                .filter(argument -> !argument.contains("SharedArchive"))
                .toList();
    }

    private static Process startBare(List<String> flags) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(ProcessHandle.current().info().command().orElse("java")));
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), BareJetty.class.getName()));
        Output.line("JVM flags of both: " + flags);
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }
}
