package org.cachemanager.host.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.cachemanager.api.host.Time;
import org.cachemanager.testkit.TimeContract;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;

public class HostTimeTest extends TimeContract {

    private static final Duration DORMANCY = Duration.ofMillis(50);

    private final HostTime time = new HostTime(DORMANCY);

    @Before
    public void activate() {
        time.activate();
    }

    @After
    public void deactivate() {
        time.deactivate();
    }

    @Override
    protected Time time() {
        return time;
    }

    @Override
    protected void passUntil(BooleanSupplier condition) {
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(1))
                .until(condition::getAsBoolean);
    }

    @Test
    public void schedule_taskThatThrows_isStartedAgainAfterTheTimeoutAndHarmsNoOther() {
        List<String> ran = new CopyOnWriteArrayList<>();
        AtomicInteger tries = new AtomicInteger();
        long begin = time.nanos();
        time.schedule(Duration.ZERO, () -> {
            ran.add("try " + tries.incrementAndGet());
            switch (tries.get()) {
                case 1 -> throw new IllegalStateException("a worker's fault, as the test wants it");
                case 2 -> throw new StackOverflowError("a worse fault, as the test wants it");
                default -> ran.add("well");
            }
        });
        time.schedule(Duration.ZERO, () -> ran.add("other"));
        passUntil(() -> ran.size() == 5);
        assertThat(ran).containsExactly("try 1", "other", "try 2", "try 3", "well");
        assertThat(Duration.ofNanos(time.nanos() - begin)).isGreaterThanOrEqualTo(DORMANCY.multipliedBy(2));
    }

    @Test
    public void cancel_whileItIsDormant_keepsItFromStartingAgain() {
        AtomicInteger tries = new AtomicInteger();
        CompletableFuture<Void> failed = new CompletableFuture<>();
        Time.Timer timer = time.schedule(Duration.ZERO, () -> {
            tries.incrementAndGet();
            failed.complete(null);
            throw new IllegalStateException("a worker's fault, as the test wants it");
        });
        failed.join();
        timer.cancel();
        AtomicInteger later = new AtomicInteger();
        time.schedule(DORMANCY.multipliedBy(2), later::incrementAndGet);
        passUntil(() -> later.get() == 1);
        assertThat(tries).hasValue(1);
    }

    @Test
    public void cancel_manyTasks_keepsNone() {
        List<Time.Timer> timers = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            timers.add(time.schedule(Duration.ofDays(1), () -> {}));
        }
        assertThat(time.scheduled()).isEqualTo(1000);
        timers.forEach(Time.Timer::cancel);
        assertThat(time.scheduled()).isZero();
    }

    @Test
    public void schedule_tasksThatInterrupt_runOnOneDaemonThread() {
        List<Thread> threads = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 20; i++) {
            time.schedule(Duration.ofMillis(i), () -> {
                threads.add(Thread.currentThread());
                Thread.currentThread().interrupt();
            });
        }
        passUntil(() -> threads.size() == 20);
        assertThat(threads).containsOnly(threads.get(0));
        assertThat(threads.get(0).isDaemon()).isTrue();
        assertThat(threads.get(0).getName()).isEqualTo("cachemanager-worker");
    }

    @Test
    public void deactivate_tasksLeft_endsTheThreadAndDropsThem() {
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        AtomicInteger late = new AtomicInteger();
        time.schedule(Duration.ZERO, () -> thread.complete(Thread.currentThread()));
        thread.join();
        time.schedule(Duration.ofMillis(20), late::incrementAndGet);
        time.deactivate();
        passUntil(() -> !thread.join().isAlive());
        time.schedule(Duration.ZERO, late::incrementAndGet).cancel();
        assertThat(time.scheduled()).isZero();
        assertThat(late).hasValue(0);
    }

    @Test
    public void deactivate_byATask_doesNotWaitForItself() {
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        long begin = time.nanos();
        time.schedule(Duration.ZERO, () -> {
            time.deactivate();
            thread.complete(Thread.currentThread());
        });
        passUntil(() -> !thread.join().isAlive());
        assertThat(Duration.ofNanos(time.nanos() - begin)).isLessThan(Duration.ofSeconds(4));
    }
}
