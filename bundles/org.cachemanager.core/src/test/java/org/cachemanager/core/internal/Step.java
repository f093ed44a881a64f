package org.cachemanager.core.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A call or an event of a random run; what it means in detail depends on the state it meets, so that a run without some
 * of its steps is a run too.
 *
 * @param kind what happens
 * @param key to which of the keys
 * @param pick chooses among what there is
 * @param nanos a time: of a wait, or that passes
 */
record Step(Kind kind, int key, int pick, long nanos) {

    /** What can happen, and how often it does. */
    enum Kind {
        LOOK(16),
        GET(22),
        GET_AND_HOLD(3),
        SET(20),
        DELETE(5),
        CANCEL(4),
        RELEASE(4),
        PASS(20),
        RESERVE(4),
        GIVE_BACK(4),
        FLUSH(0.05),
        STEP_WALL(0.3),
        LIMIT(0.4),
        POLICY(0.4),
        STORAGE(1),
        LOCKS(0.3);

        private final double share;

        Kind(double share) {
            this.share = share;
        }
    }

    static final int KEYS = 24;
    private static final double SHARES = shares();

    private static double shares() {
        double sum = 0;
        for (Kind kind : Kind.values()) {
            sum += kind.share;
        }
        return sum;
    }

    static List<Step> run(long seed, int length) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            int key = random.nextInt(1 + random.nextInt(1 + random.nextInt(KEYS)));
            steps.add(new Step(kind(random.nextDouble() * SHARES), key, random.nextInt(1 << 30), nanos(random)));
        }
        return steps;
    }

    private static Kind kind(double at) {
        double left = at;
        for (Kind kind : Kind.values()) {
            left -= kind.share;
            if (left < 0) {
                return kind;
            }
        }
        return Kind.PASS;
    }

    /** A time between a nanosecond and an hour, odd or round, the shorter ones no rarer than the longer ones. */
    private static long nanos(SplittableRandom random) {
        int choice = random.nextInt(10);
        if (choice < 3) {
            return 1_000_000_000L * (1 + random.nextInt(12));
        }
        if (choice < 5) {
            return 100_000_000L * (1 + random.nextInt(30));
        }
        return 1 + random.nextLong(choice < 9 ? 1L << (20 + random.nextInt(15)) : 3_600_000_000_000L);
    }
}
