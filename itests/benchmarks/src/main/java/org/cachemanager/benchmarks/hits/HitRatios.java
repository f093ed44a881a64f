package org.cachemanager.benchmarks.hits;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.cachemanager.benchmarks.Output;
import org.cachemanager.benchmarks.PolicyBundle;

/**
 * Prints Markdown tables of the hits that each policy bundle of a node's home has, beside Caffeine and the optimum:
 * over the recorded traces of some directories and made ones, with room for a share of the distinct keys, or of their
 * bytes.
 */
public final class HitRatios {

    private static final double[] SHARES = {0.001, 0.01, 0.1, 0.5};
    private static final long SEED = 1;

    private final List<Contender> contenders = new ArrayList<>();
    private final List<Trace> traces = new ArrayList<>();

    private HitRatios(Path home) throws IOException {
        PolicyBundle.of(home).forEach(bundle -> contenders.add(new BundleContender(bundle)));
        contenders.add(new CaffeineContender());
        contenders.add(new Optimum());
    }

    /** Arguments: the distribution's home, directories of recorded traces. */
    public static void main(String[] arguments) throws IOException {
        HitRatios benchmark = new HitRatios(Path.of(arguments[0]));
        for (int i = 1; i < arguments.length; i++) {
            benchmark.traces.addAll(Trace.recorded(Path.of(arguments[i])));
        }
        benchmark.traces.addAll(Synthetic.all(SEED));
        benchmark.run();
    }

    private void run() {
        List<Row> items = rows(true);
        List<Row> bytes = rows(false);
        print("Hits in percent of the requests, room for a share of the keys", items, Hits::requests);
        print("Hits in percent of the requests, room for a share of the bytes", bytes, Hits::requests);
        print("Hits in percent of the bytes, room for a share of the bytes", bytes, Hits::bytes);
    }

    /** What all contenders had, in their order. */
    private record Row(Trace trace, double share, List<Hits> hits) {}

    private List<Row> rows(boolean ofItems) {
        List<Row> rows = new ArrayList<>();
        for (Trace trace : traces) {
            Load load = ofItems ? Load.ofItems(trace) : Load.ofBytes(trace);
            for (double share : SHARES) {
                List<Hits> hits = contenders.parallelStream()
                        .map(contender -> contender.serve(load, load.capacity(share)))
                        .toList();
                rows.add(new Row(trace, share, hits));
            }
        }
        return rows;
    }

    private void print(String title, List<Row> rows, ToDoubleFunction<Hits> figure) {
        Output.line("\n" + title + "\n");
        StringBuilder head = new StringBuilder("| trace | room |");
        StringBuilder rule = new StringBuilder("|---|--:|");
        for (Contender contender : contenders) {
            head.append(' ').append(contender.name()).append(" |");
            rule.append("--:|");
        }
        Output.line(head.toString());
        Output.line(rule.toString());
        for (Row row : rows) {
            StringBuilder line =
                    new StringBuilder(String.format(Locale.ROOT, "| %s | %s %% |", row.trace, percent(row.share)));
            for (Hits hits : row.hits) {
                line.append(String.format(Locale.ROOT, " %.1f |", figure.applyAsDouble(hits)));
            }
            Output.line(line.toString());
        }
    }

    private static String percent(double share) {
        return share < 0.01 ? Double.toString(100 * share) : Long.toString(Math.round(100 * share));
    }
}
