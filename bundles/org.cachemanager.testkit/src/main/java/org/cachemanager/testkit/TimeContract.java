package org.cachemanager.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.cachemanager.api.host.Time;
import org.junit.Test;

/** What every clock with timers must do. */
public abstract class TimeContract {

    private static final Duration SOON = Duration.ofMillis(20);
    private static final Duration LATER = Duration.ofMillis(60);

    /** The clock under test, the same at each call within a test. */
    protected abstract Time time();

    /** Lets time pass until the condition holds, and fails when it does not within seconds. */
    protected abstract void passUntil(BooleanSupplier condition);

    @Test
    public void schedule_severalDelays_runInTheOrderInWhichTheyAreDue() {
        List<String> ran = new CopyOnWriteArrayList<>();
        time().schedule(LATER, () -> ran.add("later"));
        time().schedule(SOON, () -> ran.add("soon"));
        time().schedule(LATER.plusMillis(20), () -> ran.add("last"));
        passUntil(() -> ran.size() == 3);
        assertThat(ran).containsExactly("soon", "later", "last");
    }

    @Test
    public void schedule_zeroAndLess_runSoonInTheOrderGiven() {
        List<Integer> ran = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 100; i++) {
            int number = i;
            time().schedule(Duration.ZERO, () -> ran.add(number));
        }
        time().schedule(Duration.ofSeconds(-5), () -> ran.add(-1));
        passUntil(() -> ran.size() == 101);
        List<Integer> inOrder = new ArrayList<>(ran);
        inOrder.remove(Integer.valueOf(-1));
        assertThat(inOrder).isSorted().hasSize(100);
    }

    @Test
    public void schedule_delay_isNotRunBefore() {
        long begin = time().nanos();
        List<Long> at = new CopyOnWriteArrayList<>();
        time().schedule(LATER, () -> at.add(time().nanos()));
        passUntil(() -> !at.isEmpty());
        assertThat(at.get(0) - begin).isGreaterThanOrEqualTo(LATER.toNanos());
    }

    @Test
    public void schedule_fromWithinATask_runs() {
        AtomicInteger ran = new AtomicInteger();
        time().schedule(SOON, () -> {
            ran.incrementAndGet();
            time().schedule(Duration.ZERO, ran::incrementAndGet);
        });
        passUntil(() -> ran.get() == 2);
        assertThat(ran).hasValue(2);
    }

    @Test
    public void schedule_endlessDelay_neverRunsAndHarmsNobody() {
        AtomicInteger ran = new AtomicInteger();
        Time.Timer endless = time().schedule(Duration.ofSeconds(Long.MAX_VALUE), () -> ran.addAndGet(100));
        time().schedule(SOON, ran::incrementAndGet);
        passUntil(() -> ran.get() > 0);
        endless.cancel();
        assertThat(ran).hasValue(1);
    }

    @Test
    public void cancel_beforeItBegins_keepsItFromRunning() {
        List<String> ran = new CopyOnWriteArrayList<>();
        Time.Timer cancelled = time().schedule(SOON, () -> ran.add("cancelled"));
        cancelled.cancel();
        cancelled.cancel();
        time().schedule(LATER, () -> ran.add("later"));
        passUntil(() -> !ran.isEmpty());
        assertThat(ran).containsExactly("later");
    }

    @Test
    public void cancel_afterItRan_doesNothing() {
        AtomicInteger ran = new AtomicInteger();
        Time.Timer done = time().schedule(Duration.ZERO, ran::incrementAndGet);
        passUntil(() -> ran.get() == 1);
        done.cancel();
        time().schedule(Duration.ZERO, ran::incrementAndGet);
        passUntil(() -> ran.get() == 2);
        assertThat(ran).hasValue(2);
    }

    @Test
    public void aside_runsOnce_andKeepsNobodyWaiting() {
        List<String> ran = new CopyOnWriteArrayList<>();
        time().aside(() -> ran.add("aside"));
        time().schedule(SOON, () -> ran.add("scheduled"));
        passUntil(() -> ran.size() == 2);
        assertThat(ran).containsExactlyInAnyOrder("aside", "scheduled");
    }

    @Test
    public void nanos_asTimePasses_neverRunsBackwards() {
        List<Long> seen = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 50; i++) {
            time().schedule(Duration.ofMillis(i), () -> seen.add(time().nanos()));
        }
        passUntil(() -> seen.size() == 50);
        assertThat(seen).isSorted();
    }
}
