package org.cachemanager.host.internal;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.cachemanager.api.host.Time.Timer;
import org.junit.After;
import org.junit.Test;

public class HostTimeTest {

    private final HostTime time = new HostTime(Duration.ofMillis(50));

    @After
    public void stop() {
        time.deactivate();
    }

    @Test
    public void tasks_runInTheOrderInWhichTheyAreDue() throws Exception {
        List<String> order = new CopyOnWriteArrayList<>();
        CountDownLatch done = new CountDownLatch(3);
        CountDownLatch begin = new CountDownLatch(1);
        time.schedule(Duration.ZERO, () -> awaitQuietly(begin));
        for (int delay : new int[] {30, 10, 20}) {
            time.schedule(Duration.ofMillis(delay), () -> {
                order.add("after " + delay);
                done.countDown();
            });
        }
        begin.countDown();

        assertThat(done.await(10, SECONDS)).isTrue();
        assertThat(order).containsExactly("after 10", "after 20", "after 30");
    }

    @Test
    public void task_neverRunsEarly() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        long before = time.nanos();
        time.schedule(Duration.ofMillis(25), done::countDown);

        assertThat(done.await(10, SECONDS)).isTrue();
        assertThat(Duration.ofNanos(time.nanos() - before)).isGreaterThanOrEqualTo(Duration.ofMillis(25));
    }

    @Test
    public void cancelledTask_doesNotRun() throws Exception {
        AtomicInteger ran = new AtomicInteger();
        CountDownLatch later = new CountDownLatch(1);
        Timer timer = time.schedule(Duration.ofMillis(5), ran::incrementAndGet);
        timer.cancel();
        time.schedule(Duration.ofMillis(20), later::countDown);

        assertThat(later.await(10, SECONDS)).isTrue();
        assertThat(ran).hasValue(0);
    }

    @Test
    public void taskThatThrows_isStartedAgainAfterTheTimeout_andHarmsNoOther() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        CountDownLatch second = new CountDownLatch(1);
        CountDownLatch other = new CountDownLatch(1);
        long before = time.nanos();
        time.schedule(Duration.ZERO, () -> {
            if (tries.incrementAndGet() == 1) {
                throw new IllegalStateException("a worker's fault, as the test wants it");
            }
            second.countDown();
        });
        time.schedule(Duration.ZERO, other::countDown);

        assertThat(other.await(10, SECONDS)).isTrue();
        assertThat(second.await(10, SECONDS)).isTrue();
        assertThat(Duration.ofNanos(time.nanos() - before)).isGreaterThanOrEqualTo(Duration.ofMillis(50));
    }

    @Test
    public void deactivate_endsTheWorker() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        Thread[] worker = new Thread[1];
        time.schedule(Duration.ZERO, () -> {
            worker[0] = Thread.currentThread();
            running.countDown();
        });
        assertThat(running.await(10, SECONDS)).isTrue();
        time.deactivate();
        worker[0].join(10_000);

        assertThat(worker[0].isAlive()).isFalse();
        time.schedule(Duration.ZERO, () -> {
            throw new AssertionError("a task after the end");
        });
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
