package org.cachemanager.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.cachemanager.api.host.Time;
import org.junit.Test;

public class ManualClockTest extends TimeContract {

    private final ManualClock clock = new ManualClock();

    @Override
    protected Time time() {
        return clock;
    }

    @Override
    protected void passUntil(BooleanSupplier condition) {
        for (int i = 0; !condition.getAsBoolean(); i++) {
            if (i == 10_000) {
                fail("ten seconds passed");
            }
            clock.advance(Duration.ofMillis(1));
        }
    }

    @Test
    public void advance_tasksWithin_runEachAtItsInstant() {
        List<Long> at = new ArrayList<>();
        clock.schedule(Duration.ofSeconds(2), () -> at.add(clock.epochMillis() - ManualClock.START_MILLIS));
        clock.schedule(Duration.ofSeconds(1), () -> {
            at.add(clock.epochMillis() - ManualClock.START_MILLIS);
            clock.schedule(Duration.ofMillis(500), () -> at.add(clock.epochMillis() - ManualClock.START_MILLIS));
        });
        clock.advance(Duration.ofSeconds(3));
        assertThat(at).containsExactly(1000L, 1500L, 2000L);
        assertThat(clock.epochMillis()).isEqualTo(ManualClock.START_MILLIS + 3000);
        assertThat(clock.scheduled()).isZero();
    }

    @Test
    public void stepWall_back_leavesTheMonotonicClock() {
        clock.advance(Duration.ofSeconds(5));
        clock.stepWall(Duration.ofSeconds(-10));
        assertThat(clock.epochMillis()).isEqualTo(ManualClock.START_MILLIS - 5000);
        assertThat(clock.nanos()).isEqualTo(Duration.ofSeconds(5).toNanos());
    }
}
