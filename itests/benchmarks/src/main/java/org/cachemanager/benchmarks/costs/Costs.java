package org.cachemanager.benchmarks.costs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.cachemanager.benchmarks.Output;
import org.cachemanager.benchmarks.PolicyBundle;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Nanoseconds and bytes allocated a hit, an insert, and an insert that evicts; with JMH, one thread. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Costs {

    private static final int ITEMS = 100_000;
    private static final String HOME = "cachemanager.home";

    /** The name of a policy, or caffeine. */
    @Param("s3fifo")
    public String policy = "";

    private final Integer[] popular = new Integer[ITEMS];
    private List<PolicyBundle> bundles = List.of();
    private Subject full = new CaffeineSubject(1);
    private Subject empty = full;
    private int next;

    /** Fills a cache, and makes the hits: the square of an even choice, so that few keys are read often. */
    @Setup(Level.Trial)
    public void fill() throws IOException {
        bundles = PolicyBundle.of(Path.of(System.getProperty(HOME)));
        full = subject();
        for (next = 0; next < 3 * ITEMS; next++) {
            full.put(next);
        }
        SplittableRandom random = new SplittableRandom(1);
        List<Integer> present = new ArrayList<>();
        for (int key = 0; key < next; key++) {
            if (full.get(key)) {
                present.add(key);
            }
        }
        for (int i = 0; i < ITEMS; i++) {
            popular[i] = present.get((int) (present.size() * Math.pow(random.nextDouble(), 2)));
        }
    }

    /** A cache without entries for each time that it is filled. */
    @Setup(Level.Iteration)
    public void clear() {
        empty = subject();
    }

    private Subject subject() {
        return policy.equals("caffeine") ? new CaffeineSubject(ITEMS) : new BundleSubject(bundle().newPolicy(), ITEMS);
    }

    private PolicyBundle bundle() {
        for (PolicyBundle bundle : bundles) {
            if (bundle.name().equals(policy)) {
                return bundle;
            }
        }
        throw new IllegalArgumentException("There is no policy " + policy + ".");
    }

    /** Reads what is there. */
    @Benchmark
    @OperationsPerInvocation(ITEMS)
    public int hit() {
        int hits = 0;
        for (Integer key : popular) {
            hits += full.get(key) ? 1 : 0;
        }
        return hits;
    }

    /** Puts what there is room for. */
    @Benchmark
    @OperationsPerInvocation(ITEMS)
    public void insert() {
        for (int i = 0; i < ITEMS; i++) {
            empty.put(i);
        }
    }

    /** Puts what something has to go for. */
    @Benchmark
    @OperationsPerInvocation(ITEMS)
    public void evict() {
        for (int i = 0; i < ITEMS; i++) {
            full.put(next++);
        }
    }

    /** Argument: the distribution's home. */
    public static void main(String[] arguments) throws IOException, RunnerException {
        List<String> policies = new ArrayList<>();
        PolicyBundle.of(Path.of(arguments[0])).forEach(bundle -> policies.add(bundle.name()));
        policies.add("caffeine");
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include(Costs.class.getName())
                        .param("policy", policies.toArray(String[]::new))
                        .addProfiler(GCProfiler.class)
                        .forks(1)
                        .warmupIterations(20)
                        .measurementIterations(30)
                        .timeout(TimeValue.minutes(1))
                        .jvmArgsAppend("-D" + HOME + "=" + arguments[0], "-Xms1g", "-Xmx1g")
                        .build())
                .run();
        Output.line("\n| policy | hit | insert | insert that evicts |\n|---|--:|--:|--:|");
        for (String name : policies) {
            Output.line("| " + name + cell(results, name, "hit") + cell(results, name, "insert")
                    + cell(results, name, "evict") + " |");
        }
    }

    private static String cell(Collection<RunResult> results, String policy, String method) {
        for (RunResult result : results) {
            if (result.getParams().getParam("policy").equals(policy)
                    && result.getPrimaryResult().getLabel().equals(method)) {
                Result<?> allocated =
                        Objects.requireNonNull(result.getSecondaryResults().get("gc.alloc.rate.norm"));
                return String.format(
                        Locale.ROOT,
                        " | %.0f ns, %.0f B",
                        result.getPrimaryResult().getStatistics().getPercentile(50),
                        allocated.getStatistics().getPercentile(50));
            }
        }
        return " | ";
    }
}
