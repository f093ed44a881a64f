package org.cachemanager.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.Test;

/**
 * Clusters of 3 to 50 nodes under what befalls them keep the promises. {@code -Dcachemanager.simulation.seed=} replays
 * one seed, {@code -Dcachemanager.simulation.seeds=} runs so many, else as many as
 * {@code cachemanager.simulation.seconds} allow: 20, or three minutes where the variable {@code CI} is set. What
 * befalls them: {@link Trouble}; what is checked: {@link Promise}.
 */
public class SimulationTest {

    private static final Logger LOG = Logger.getLogger(SimulationTest.class.getName());

    private static final long FIRST = Long.getLong("cachemanager.simulation.first", 1);

    @Test
    public void clusters_keepTheirPromises() {
        Long seed = Long.getLong("cachemanager.simulation.seed");
        if (seed != null) {
            assertKept(seed);
            return;
        }
        long most = Long.getLong("cachemanager.simulation.seeds", Long.MAX_VALUE);
        long seconds = most != Long.MAX_VALUE
                ? Duration.ofDays(1).toSeconds()
                : Long.getLong("cachemanager.simulation.seconds", System.getenv("CI") == null ? 20 : 180);
        Seeds seeds = new Seeds(FIRST, most, Duration.ofSeconds(seconds));
        Optional<Long> failing = seeds.find(each -> !wrong(new Simulation(each)).isEmpty());
        failing.ifPresent(SimulationTest::assertKept);
        LOG.log(Level.INFO, "{0} seeds from {1} on, nothing against the promises.", new Object[] {seeds.count(), FIRST
        });
    }

    private static List<String> wrong(Simulation simulation) {
        List<String> wrong = simulation.run();
        wrong.removeIf(Promise::isLeftOut);
        return wrong;
    }

    private static void assertKept(long seed) {
        Simulation simulation = new Simulation(seed);
        List<String> wrong = wrong(simulation);
        assertThat(wrong)
                .as("seed %d (%s); -Dcachemanager.simulation.seed=%d replays it", seed, simulation.describe(), seed)
                .isEmpty();
    }
}
