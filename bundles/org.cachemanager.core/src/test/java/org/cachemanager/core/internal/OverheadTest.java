package org.cachemanager.core.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import org.junit.Test;

/** What is accounted is what the heap holds. */
public class OverheadTest {

    private static long liveBytes() {
        Runtime runtime = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            System.gc();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }

    @Test
    public void accountedBytes_areWithinFivePercentOfTheLiveHeap() {
        TestNode node = new TestNode(1L << 30);
        String data = "v".repeat(100);
        node.set("warm", data, 60);
        long before = liveBytes();
        long accounted = node.core.room.used();
        try {
            for (int i = 0; i < 800_000; i++) {
                node.set("0123456789abcdef0123456789abcdef0123456789abcdef0123456789" + i, data, 60 + i % 1000);
            }
            long grown = liveBytes() - before;

            assertThat(node.core.room.used() - accounted).isCloseTo(grown, withinPercentage(5));
        } finally {
            Reference.reachabilityFence(node);
        }
    }

    @Test
    public void waiter_takesFarLessThanAKilobyte() {
        TestNode node = new TestNode(1L << 20);
        node.get("k", 3000);
        List<TestNode.Outcome> waiters = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            waiters.add(new TestNode.Outcome());
        }
        long before = liveBytes();
        try {
            waiters.forEach(w -> node.core.cache().get(TestNode.key("k"), java.time.Duration.ofMinutes(50), w));
            long each = (liveBytes() - before) / waiters.size();

            assertThat(each).isLessThan(400);
        } finally {
            Reference.reachabilityFence(node);
        }
    }
}
