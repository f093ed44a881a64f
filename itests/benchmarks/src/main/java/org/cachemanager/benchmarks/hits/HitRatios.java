package org.cachemanager.benchmarks.hits;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.cachemanager.benchmarks.Output;
import org.cachemanager.benchmarks.PolicyBundle;

/**
 * Prints Markdown tables of the hits that each policy bundle of a node's home has, beside Caffeine and the optimum:
 * over the recorded traces of some directories and made ones, with room for a share of the distinct keys, or of their
 * bytes. Fails when the default is not good enough.
 */
public final class HitRatios {

    private static final double[] SHARES = {0.001, 0.01, 0.1, 0.5};
    private static final long SEED = 1;

    private HitRatios() {}

    /** Arguments: the distribution's home, directories of recorded traces. */
    public static void main(String[] arguments) throws IOException {
        List<Trace> traces = new ArrayList<>();
        for (int i = 1; i < arguments.length; i++) {
            traces.addAll(Trace.recorded(Path.of(arguments[i])));
        }
        traces.addAll(Synthetic.all(SEED));
        Comparison items = new Comparison(contenders(Path.of(arguments[0])));
        Comparison bytes = new Comparison(contenders(Path.of(arguments[0])));
        for (Trace trace : traces) {
            for (double share : SHARES) {
                items.add(Load.ofItems(trace), share);
                bytes.add(Load.ofBytes(trace), share);
            }
        }
        Output.line("Hits in percent of the requests, room for a share of the keys\n\n" + items.table(Hits::requests));
        Output.line(
                "\nHits in percent of the requests, room for a share of the bytes\n\n" + bytes.table(Hits::requests));
        Output.line("\nHits in percent of the bytes, room for a share of the bytes\n\n" + bytes.table(Hits::bytes));
        Comparison judged = items.with(0.01, 0.1);
        Output.line("\nRoom for 1 and 10 % of the keys. " + closes(judged));
        List<String> faults = faults(judged);
        if (!faults.isEmpty()) {
            throw new IllegalStateException(String.join("\n", faults));
        }
    }

    /** The policy bundles of a node's home, Caffeine and the optimum. */
    static List<Contender> contenders(Path home) throws IOException {
        List<Contender> contenders = new ArrayList<>();
        PolicyBundle.of(home).forEach(bundle -> contenders.add(new BundleContender(bundle)));
        contenders.add(new CaffeineContender());
        contenders.add(new Optimum());
        return contenders;
    }

    /**
     * What the default falls short of: nowhere half a point below first in, first out, and nearer to the optimum than
     * Caffeine.
     */
    static List<String> faults(Comparison comparison) {
        List<String> faults = new ArrayList<>(comparison.worse("s3fifo", "fifo", 0.5));
        if (comparison.closes("s3fifo") <= comparison.closes("caffeine")) {
            faults.add(closes(comparison));
        }
        return faults;
    }

    private static String closes(Comparison comparison) {
        return String.format(
                Locale.ROOT,
                "Of the distance from fifo to the optimum s3fifo closes %.3f, Caffeine %.3f.",
                comparison.closes("s3fifo"),
                comparison.closes("caffeine"));
    }
}
