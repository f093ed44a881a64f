package org.cachemanager.benchmarks.hits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.Test;

public class OptimumTest {

    private final Optimum optimum = new Optimum();

    private static Trace trace(long... keys) {
        return Trace.of("made", LongStream.of(keys));
    }

    /** The textbook's example with three frames: 11 hits, and one more where an item need not be kept. */
    @Test
    public void serve_itemsOfOneSize_isBeladysRule() {
        Load load = Load.ofItems(trace(7, 0, 1, 2, 0, 3, 0, 4, 2, 3, 0, 3, 2, 1, 2, 0, 1, 7, 0, 1));
        assertThat(optimum.serve(load, 3).requests()).isEqualTo(100 * 12 / 20.0, within(1e-9));
    }

    @Test
    public void serve_circle_keepsWhatFits() {
        Load load = Load.ofItems(Trace.of("circle", LongStream.range(0, 10_000).map(i -> i % 100)));
        assertThat(optimum.serve(load, 30).requests()).isEqualTo(99 * 30 / 100.0, within(1.0));
    }

    @Test
    public void serve_smallTraces_isWhatTryingEveryChoiceFinds() {
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 200; i++) {
            long[] keys = random.longs(12, 0, 5).toArray();
            int room = 1 + random.nextInt(3);
            double best = 100.0 * best(keys, 0, new ArrayDeque<>(), room) / keys.length;
            assertThat(optimum.serve(Load.ofItems(trace(keys)), room).requests())
                    .as("room %d, %s", room, LongStream.of(keys).boxed().toList())
                    .isEqualTo(best, within(1e-9));
        }
    }

    private static int best(long[] keys, int at, Deque<Long> kept, int room) {
        if (at == keys.length) {
            return 0;
        }
        long key = keys[at];
        if (kept.contains(key)) {
            return 1 + best(keys, at + 1, kept, room);
        }
        int most = best(keys, at + 1, kept, room);
        Deque<Long> more = new ArrayDeque<>(kept);
        more.add(key);
        if (more.size() <= room) {
            return Math.max(most, best(keys, at + 1, more, room));
        }
        for (long victim : kept) {
            Deque<Long> next = new ArrayDeque<>(more);
            next.remove(victim);
            most = Math.max(most, best(keys, at + 1, next, room));
        }
        return most;
    }

    @Test
    public void serve_itemsOfDifferentSizes_isNoLessThanFirstInFirstOut_andAllWithRoomForAll() {
        Trace trace = Synthetic.all(5).get(0);
        Load load = Load.ofBytes(trace);
        Hits half = optimum.serve(load, load.capacity(0.5));
        Hits all = optimum.serve(load, load.capacity(1));
        assertThat(half.requests()).isBetween(60.0, all.requests());
        assertThat(half.bytes()).isBetween(60.0, all.bytes());
        double misses = 100.0 * trace.keys().length / trace.requests().length;
        assertThat(all.requests()).isEqualTo(100 - misses, within(1e-9));
    }
}
