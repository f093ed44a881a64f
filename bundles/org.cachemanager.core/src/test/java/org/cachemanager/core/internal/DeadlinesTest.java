package org.cachemanager.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.cachemanager.api.host.Time;
import org.junit.Test;

public class DeadlinesTest {

    /** A clock that stands still and lets the test run what is scheduled, cancelled or not. */
    private static final class Held implements Time {
        final List<Scheduled> timers = new ArrayList<>();
        long nanos;

        @Override
        public long epochMillis() {
            return 0;
        }

        @Override
        public long nanos() {
            return nanos;
        }

        @Override
        public Timer schedule(Duration delay, Runnable task) {
            Scheduled timer = new Scheduled(delay, task);
            timers.add(timer);
            return timer;
        }

        @Override
        public void aside(Runnable task) {
            task.run();
        }

        long live() {
            return timers.stream().filter(t -> !t.over).count();
        }

        void run(int timer) {
            timers.get(timer).over = true;
            timers.get(timer).task.run();
        }
    }

    /** A timer, and whether it is cancelled or has run. */
    private static final class Scheduled implements Time.Timer {
        final Duration delay;
        final Runnable task;
        boolean over;

        Scheduled(Duration delay, Runnable task) {
            this.delay = delay;
            this.task = task;
        }

        @Override
        public void cancel() {
            over = true;
        }
    }

    /** Notes that its time has come. */
    private final class Noted extends Deadlines.Deadline {
        private final String name;

        Noted(String name) {
            this.name = name;
        }

        @Override
        void reached() {
            reached.add(name);
            if (name.equals("faulty")) {
                throw new IllegalStateException("a deadline's fault");
            }
        }
    }

    private final Held time = new Held();
    private final Deadlines deadlines = new Deadlines(time);
    private final List<String> reached = new ArrayList<>();

    @Test
    public void set_sooner_leavesOneTimer_alsoWhenTheOldOneIsOnItsWay() {
        deadlines.set(new Noted("late"), 10_000_000);
        deadlines.set(new Noted("soon"), 5_000_000);
        assertThat(time.live()).isEqualTo(1);

        time.run(0);
        assertThat(time.live()).isEqualTo(1);
        assertThat(reached).isEmpty();
        time.nanos = 20_000_000;
        time.run(2);
        assertThat(reached).containsExactly("soon", "late");
        assertThat(time.live()).isZero();
    }

    @Test
    public void set_later_needsNoOtherTimer() {
        deadlines.set(new Noted("soon"), 5_000_000);
        deadlines.set(new Noted("late"), 10_000_000);

        assertThat(time.timers).hasSize(1);
        assertThat(time.timers.get(0).delay.toNanos()).isBetween(5_000_000L, 6_100_000L);
    }

    @Test
    public void deadline_thatThrows_keepsNoOtherFromItsTime() {
        deadlines.set(new Noted("faulty"), 1_000_000);
        deadlines.set(new Noted("good"), 2_000_000);
        time.nanos = 20_000_000;
        time.run(0);

        assertThat(reached).containsExactly("faulty", "good");
    }

    @Test
    public void close_endsTheTimer_andNoneIsSetAnyMore() {
        deadlines.set(new Noted("late"), 10_000_000);
        deadlines.close();
        assertThat(time.live()).isZero();
        deadlines.set(new Noted("soon"), 1_000_000);
        time.nanos = 20_000_000;
        time.run(0);

        assertThat(reached).isEmpty();
        assertThat(time.timers).hasSize(1);
    }
}
