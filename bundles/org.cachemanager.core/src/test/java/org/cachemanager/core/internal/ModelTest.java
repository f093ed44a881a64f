package org.cachemanager.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.Test;

/**
 * A core and a plain model of it take the same random steps and may not differ in any answer, its instant or the
 * account of bytes.
 *
 * <p>A difference is reported with the seed and the fewest steps that lead to it. {@code -Dcachemanager.model.steps}
 * and {@code -Dcachemanager.model.seed} choose another run.
 */
public class ModelTest {

    private static final int STEPS = Integer.getInteger("cachemanager.model.steps", 100_000);
    private static final long SEED = Long.getLong("cachemanager.model.seed", 1);

    private static List<String> differences(long limit, List<Step> steps) {
        Rig rig = new Rig(limit);
        for (Step step : steps) {
            List<String> differences = rig.take(step);
            if (!differences.isEmpty()) {
                return differences;
            }
        }
        return rig.end();
    }

    /** Leaves steps out, ever fewer at a time, as long as what is left still leads to a difference. */
    private static List<Step> shrink(long limit, List<Step> failing) {
        List<Step> steps = failing;
        for (int cut = steps.size() / 2; cut > 0; cut /= 2) {
            for (int at = 0; at < steps.size(); ) {
                List<Step> fewer = new ArrayList<>(steps.subList(0, at));
                fewer.addAll(steps.subList(Math.min(steps.size(), at + cut), steps.size()));
                if (differences(limit, fewer).isEmpty()) {
                    at += cut;
                } else {
                    steps = fewer;
                }
            }
        }
        return steps;
    }

    private static void run(long limit) {
        SplittableRandom seeds = new SplittableRandom(SEED);
        for (int taken = 0; taken < STEPS / 2; ) {
            long seed = seeds.nextLong();
            List<Step> steps = Step.run(seed, 20 << seeds.nextInt(9));
            taken += steps.size();
            if (!differences(limit, steps).isEmpty()) {
                List<Step> fewest = shrink(limit, steps);
                assertThat(differences(limit, fewest))
                        .as("limit %d, seed %d of %d, steps %s", limit, seed, SEED, fewest)
                        .isEmpty();
            }
        }
    }

    @Test
    public void withoutALimit_coreDoesWhatTheModelDoes() {
        run(Rig.UNLIMITED);
    }

    @Test
    public void withLittleRoom_coreDoesWhatTheModelDoes() {
        run(6000);
    }
}
