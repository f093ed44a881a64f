package org.cachemanager.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.cachemanager.encryption.aes.internal.AesEncryption;

/**
 * What a hit costs that another node of the cluster owns, beside one that the node which is asked owns itself: the
 * processor time of both nodes for each call, kept-alive, 1 KiB, encrypted namespaces, measured in turn.
 */
public final class RemoteHits {

    private static final int CONNECTIONS = 16;

    /**
     * So many rounds it takes until the compiler, whose work counts as the nodes' own, is done with the way to a peer.
     */
    private static final int WARM_UPS = 4;

    private static final double MOST_RATIO = 2.2;
    private static final int DATA_CHARACTERS = 1024;
    private static final int PATIENCE_SECONDS = 30;
    private static final Pattern ITEMS = Pattern.compile("\"cache_items\":(\\d+)");
    private static final Pattern UP = Pattern.compile("\"available_peer_refs\":\\[[^\\]]*,[^\\]]*\\]");

    private final HttpClient client = HttpClient.newHttpClient();
    private final int rounds;
    private final double seconds;
    private final List<Double> ratios = new ArrayList<>();

    private RemoteHits(int rounds, double seconds) {
        this.rounds = rounds;
        this.seconds = seconds;
    }

    /** Arguments: the distribution's home, rounds, seconds a round. */
    public static void main(String[] arguments) throws Exception {
        new RemoteHits(Integer.parseInt(arguments[1]), Double.parseDouble(arguments[2])).run(Path.of(arguments[0]));
    }

    private void run(Path home) throws Exception {
        byte[] key = new AesEncryption().newKey();
        int[] ports = freePorts();
        String peers = "peer_nodes:\n  - {host: 127.0.0.1, port: " + ports[0] + "}\n  - {host: 127.0.0.1, port: "
                + ports[1] + "}\n";
        try (Node one = Node.start(home, ports[0], key, peers);
                Node other = Node.start(home, ports[1], key, peers)) {
            awaitUp(one);
            awaitUp(other);
            byte[] get = BareJetty.request("/get_data", ownedItem(one, Node.token(key)));
            Load local = new Load(one.address(), get);
            Load remote = new Load(other.address(), get);
            List<Node> both = List.of(one, other);
            for (int i = 0; i < WARM_UPS; i++) {
                cost("warm-up, local", local, both);
                cost("warm-up, remote", remote, both);
            }
            for (int round = 1; round <= rounds; round++) {
                double here = cost("round " + round + ", local", local, both);
                ratios.add(cost("round " + round + ", remote", remote, both) / here);
            }
        }
        ratios.sort(Double::compare);
        double median = ratios.get(rounds / 2);
        Output.line(String.format(
                Locale.ROOT,
                "remote hits: %.2f of the processor time of local ones in the median of %d rounds (%.2f to %.2f)",
                median,
                rounds,
                ratios.get(0),
                ratios.get(rounds - 1)));
        if (median > MOST_RATIO) {
            throw new IllegalStateException("A remote hit costs more than " + MOST_RATIO + " times a local one.");
        }
    }

    private double cost(String name, Load load, List<Node> nodes) throws IOException {
        double[] before = nodes.stream().mapToDouble(Node::cpuNanos).toArray();
        Load.Result result = load.run(CONNECTIONS, seconds);
        double owner = (nodes.get(0).cpuNanos() - before[0]) / 1e3 / result.calls();
        double other = (nodes.get(1).cpuNanos() - before[1]) / 1e3 / result.calls();
        Output.line(String.format(
                Locale.ROOT,
                "%s: %.1f us of processor time a call, %.1f of it at the owner, %,.0f/s (p50 %.0f, p99 %.0f us)",
                name,
                owner + other,
                owner,
                result.perSecond(),
                result.p50Micros(),
                result.p99Micros()));
        return owner + other;
    }

    private static int[] freePorts() throws IOException {
        try (ServerSocket one = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new int[] {one.getLocalPort(), other.getLocalPort()};
        }
    }

    private String status(Node node) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + node.address().getPort() + "/status");
        HttpRequest request = HttpRequest.newBuilder(uri)
                .timeout(Duration.ofSeconds(PATIENCE_SECONDS))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    private void awaitUp(Node node) throws IOException, InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(PATIENCE_SECONDS).toNanos();
        while (!UP.matcher(status(node)).find()) {
            if (System.nanoTime() - end > 0) {
                throw new IOException("The nodes have not found each other: " + status(node));
            }
            Thread.onSpinWait();
        }
    }

    /** Sets items until a node owns one; gives the body that asks for it. */
    private String ownedItem(Node owner, String namespace) throws IOException, InterruptedException {
        for (int i = 0; i < Long.SIZE; i++) {
            String begin = "{\"namespace\":\"" + namespace + "\",\"key\":\"" + ("" + (10 + i)).repeat(32) + "\"";
            String set = begin + ",\"data\":\"" + "d".repeat(DATA_CHARACTERS) + "\",\"ttl\":3600}";
            new Load(owner.address(), BareJetty.request("/set_data", set));
            Matcher items = ITEMS.matcher(status(owner));
            if (items.find() && !"0".equals(items.group(1))) {
                return begin + ",\"max_wait_time\":30}";
            }
        }
        throw new IOException("The node owns none of many items: " + status(owner));
    }
}
