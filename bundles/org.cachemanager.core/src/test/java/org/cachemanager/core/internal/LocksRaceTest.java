package org.cachemanager.core.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.cachemanager.api.Data;
import org.cachemanager.api.Failure;
import org.cachemanager.api.GetReply;
import org.cachemanager.api.Item;
import org.jetbrains.kotlinx.lincheck.LinChecker;
import org.jetbrains.kotlinx.lincheck.annotations.Operation;
import org.jetbrains.kotlinx.lincheck.annotations.Param;
import org.jetbrains.kotlinx.lincheck.paramgen.IntGen;
import org.jetbrains.kotlinx.lincheck.strategy.stress.StressOptions;
import org.junit.Test;

/**
 * The lock table under three threads is linearizable: one holder, and every waiter answered by the set it waits for.
 */
@Param(name = "key", gen = IntGen.class, conf = "1:2")
public class LocksRaceTest {

    /** The latest nodes, by their number: Lincheck looks into the fields of its test, and can't look into records. */
    private static final TestNode[] NODES = new TestNode[64];

    /** How many waiters a thread has answered. */
    private static final Map<Thread, Integer> ANSWERED = new ConcurrentHashMap<>();

    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private final int number = NUMBERS.getAndIncrement() % NODES.length;

    public LocksRaceTest() {
        NODES[number] = new TestNode(1 << 20);
    }

    private TestNode node() {
        return NODES[number];
    }

    /** What a look-up comes to before it returns, and who answers it after. */
    private static final class Answer implements GetReply {
        private final Thread caller = Thread.currentThread();
        private volatile String event = "waits";
        private volatile boolean returned;

        @Override
        public void found(Item item) {
            item.release();
            came("found");
        }

        @Override
        public void locked() {
            came("locked");
        }

        @Override
        public void absent() {
            came("absent");
        }

        @Override
        public void failed(Failure failure) {
            came("failed");
        }

        private void came(String what) {
            if (!returned && Thread.currentThread().equals(caller)) {
                event = what;
            } else {
                ANSWERED.merge(Thread.currentThread(), 1, Integer::sum);
            }
        }
    }

    private static String name(int key) {
        return "k" + key;
    }

    /** Looks an item up and would wait. */
    @Operation
    public String get(@Param(name = "key") int key) {
        Answer answer = new Answer();
        node().core.cache().get(TestNode.key(name(key)), Duration.ofMinutes(1), answer);
        answer.returned = true;
        return answer.event;
    }

    /** Sets an item; returns how many who waited it has answered. */
    @Operation
    public int set(@Param(name = "key") int key) {
        ANSWERED.put(Thread.currentThread(), 0);
        node().core.cache().set(TestNode.key(name(key)), Data.of(new byte[1]), 60, TestNode.reply(new ArrayList<>()));
        return ANSWERED.getOrDefault(Thread.currentThread(), 0);
    }

    @Operation
    public String delete(@Param(name = "key") int key) {
        return node().delete(name(key));
    }

    @Test
    public void locks_underThreads_areLinearizable() {
        LinChecker.check(
                LocksRaceTest.class,
                new StressOptions()
                        .iterations(Integer.getInteger("cachemanager.races", 4))
                        .invocationsPerIteration(500)
                        .threads(3)
                        .actorsPerThread(3));
    }
}
