package org.cachemanager.benchmarks.hits;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.Test;

/** What the default policy must reach, on the trace that is in the repository and on made ones of several seeds. */
public class HitRatioIT {

    private static final Path HOME = Path.of(System.getProperty("cachemanager.home"));
    private static final Path TRACES = Path.of(System.getProperty("traces"));

    @Test
    public void default_isNearlyNowhereWorseThanFifo_andNearerToTheOptimumThanCaffeine() throws Exception {
        List<Trace> traces = new ArrayList<>(Trace.recorded(TRACES));
        for (long seed : new long[] {1, 3}) {
            traces.addAll(Synthetic.all(seed));
        }
        Set<String> judged = Set.of("fifo", "s3fifo", "caffeine", "optimum");
        Comparison comparison = new Comparison(HitRatios.contenders(HOME).stream()
                .filter(contender -> judged.contains(contender.name()))
                .toList());
        for (Trace trace : traces) {
            Load load = Load.ofItems(trace);
            comparison.add(load, 0.01);
            comparison.add(load, 0.1);
        }
        assertThat(HitRatios.faults(comparison)).isEmpty();
    }
}
