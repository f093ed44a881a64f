package org.cachemanager.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.Test;

public class TimerWheelTest {

    /** A node with a tick. */
    private static final class At extends TimerWheel.Node {
        private final long tick;

        At(long tick) {
            this.tick = tick;
        }

        @Override
        long dueTick() {
            return tick;
        }
    }

    private final TimerWheel<At> wheel = new TimerWheel<>(1000);

    private List<Long> pollAll(long now) {
        List<Long> ticks = new ArrayList<>();
        for (At at = wheel.poll(now); at != null; at = wheel.poll(now)) {
            ticks.add(at.tick);
        }
        return ticks;
    }

    @Test
    public void poll_beforeTheTick_findsNothing() {
        wheel.add(new At(1001));

        assertThat(pollAll(1000)).isEmpty();
        assertThat(wheel.nextTick()).isEqualTo(1001);
    }

    @Test
    public void poll_atTheTick_findsTheNodeOnce() {
        wheel.add(new At(5000));

        assertThat(pollAll(4999)).isEmpty();
        assertThat(pollAll(5000)).containsExactly(5000L);
        assertThat(pollAll(1 << 30)).isEmpty();
    }

    @Test
    public void poll_afterAJumpOverYears_findsAllInOrder() {
        long[] ticks = {1L << 40, 1001, 1L << 33, 2000, 64_000, 1 << 24};
        for (long tick : ticks) {
            wheel.add(new At(tick));
        }

        assertThat(pollAll((1L << 41) - 1)).containsExactly(1001L, 2000L, 64_000L, 1L << 24, 1L << 33, 1L << 40);
    }

    @Test
    public void poll_whenTheClockRunsBack_keepsWhatIsNotDue() {
        wheel.add(new At(3000));
        assertThat(pollAll(2500)).isEmpty();

        assertThat(pollAll(100)).isEmpty();
        wheel.add(new At(2400));

        assertThat(pollAll(2500)).containsExactly(2400L);
        assertThat(pollAll(3000)).containsExactly(3000L);
    }

    @Test
    public void remove_ofANode_keepsItFromBeingFound() {
        At gone = new At(1500);
        wheel.add(gone);
        wheel.remove(gone);
        wheel.remove(gone);

        assertThat(gone.isLinked()).isFalse();
        assertThat(pollAll(1 << 20)).isEmpty();
    }

    @Test
    public void randomUse_agreesWithASortedMap() {
        Random random = new Random(42);
        TreeMap<Long, List<At>> model = new TreeMap<>();
        List<At> inWheel = new ArrayList<>();
        long now = 1000;
        for (int step = 0; step < 20_000; step++) {
            int choice = random.nextInt(10);
            if (choice < 6) {
                At at = new At(now + (random.nextLong() >>> (26 + random.nextInt(38))));
                wheel.add(at);
                inWheel.add(at);
                model.computeIfAbsent(at.tick, t -> new ArrayList<>()).add(at);
            } else if (choice < 8 && !inWheel.isEmpty()) {
                At at = inWheel.remove(random.nextInt(inWheel.size()));
                wheel.remove(at);
                take(model, at);
            } else {
                now += random.nextLong() >>> (40 + random.nextInt(24));
                assertThat(wheel.nextTick()).isLessThanOrEqualTo(first(model));
                long due = 0;
                long expected = countUpTo(model, now);
                for (At at = wheel.poll(now); at != null; at = wheel.poll(now)) {
                    assertThat(at.tick).isLessThanOrEqualTo(now);
                    assertThat(take(model, at)).isTrue();
                    inWheel.remove(at);
                    due++;
                }
                assertThat(due).isEqualTo(expected);
            }
        }
    }

    private static boolean take(SortedMap<Long, List<At>> model, At at) {
        List<At> same = model.getOrDefault(at.tick, List.of());
        boolean there = same.remove(at);
        if (same.isEmpty()) {
            model.remove(at.tick);
        }
        return there;
    }

    private static long first(SortedMap<Long, List<At>> model) {
        return model.isEmpty() ? Long.MAX_VALUE : model.firstKey();
    }

    private static long countUpTo(SortedMap<Long, List<At>> model, long now) {
        long count = 0;
        for (List<At> ats : model.headMap(now + 1).values()) {
            count += ats.size();
        }
        return count;
    }
}
