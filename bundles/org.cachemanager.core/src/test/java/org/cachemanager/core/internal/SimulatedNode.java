package org.cachemanager.core.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.cachemanager.api.host.Time;
import org.cachemanager.api.peer.PeerAddress;

/**
 * A machine of a simulation: a core with a clock of its own, which runs, is paused, or is dead. While it is paused
 * nothing happens on it; what would have, happens when it goes on, in any order.
 */
final class SimulatedNode {

    static final long START_MILLIS = 1_795_392_000_000L;
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long MILLE = 1000;

    final int number;
    private final SimulatedTime time;
    private final Random random;
    private final CoreSettings settings;
    private final List<Runnable> delayed = new ArrayList<>();
    private long skewMillis;
    private long driftPerMille;
    private long driftsSinceNanos;
    private long nanosThen;
    PeerAddress address;

    /** Those that its registry told it of last. */
    Set<PeerAddress> members = Set.of();

    UUID ref;
    Core core;
    boolean paused;
    boolean dead;

    /** Whether it died with its machine, so that nobody is told that its connections broke. */
    boolean silent;

    /** Whether it was given another node's ref by mistake, and so must not join. */
    boolean twin;

    /** How often it was started; what belongs to an earlier life never happens. */
    int life;

    SimulatedNode(int number, SimulatedTime time, Random random, CoreSettings settings) {
        this.number = number;
        this.time = time;
        this.random = random;
        this.settings = settings;
        this.address = new PeerAddress("10.0.0." + number, 8183, true);
        this.ref = new UUID(number * 0x9E3779B97F4A7C15L, number);
        this.skewMillis = random.nextInt(4001) - 2000L;
        this.nanosThen = number * 1_000_003L;
        this.core = start();
    }

    boolean runs() {
        return !paused && !dead;
    }

    private Core start() {
        life++;
        return new Core(new Clock(life), ref, new KeyHash(number, 2), settings);
    }

    /** Happens now if it runs, when it goes on if it is paused, and never if it is dead. */
    void happen(Runnable action) {
        if (paused) {
            delayed.add(action);
        } else if (!dead) {
            action.run();
        }
    }

    void pause() {
        paused = true;
    }

    void goOn() {
        paused = false;
        List<Runnable> all = new ArrayList<>(delayed);
        delayed.clear();
        Collections.shuffle(all, random);
        all.forEach(this::happen);
    }

    void kill(boolean withItsMachine) {
        paused = false;
        dead = true;
        silent = withItsMachine;
        life++;
        delayed.clear();
    }

    void restart() {
        dead = false;
        silent = false;
        core = start();
    }

    /** Sets its wall clock forth or back. */
    void step(long millis) {
        skewMillis += millis;
    }

    /** Its clock runs too fast or too slow from now on. */
    void drift(long perMille) {
        nanosThen = nanos();
        driftsSinceNanos = time.nanos();
        driftPerMille = perMille;
    }

    private long nanos() {
        long passed = time.nanos() - driftsSinceNanos;
        return nanosThen + passed + passed / MILLE * driftPerMille;
    }

    /** What it takes for the time: skewed, and silent once its life is over. */
    private final class Clock implements Time {
        private final int of;

        Clock(int of) {
            this.of = of;
        }

        @Override
        public long epochMillis() {
            return START_MILLIS + skewMillis + time.nanos() / NANOS_PER_MILLI;
        }

        @Override
        public long nanos() {
            return SimulatedNode.this.nanos();
        }

        @Override
        public Timer schedule(Duration delay, Runnable task) {
            long nanos = delay.toNanos();
            return time.after(nanos - nanos / MILLE * driftPerMille, () -> {
                if (life == of) {
                    if (paused) {
                        delayed.add(() -> run(task));
                    } else {
                        run(task);
                    }
                }
            })::cancel;
        }

        private void run(Runnable task) {
            if (life == of && !dead) {
                task.run();
            }
        }

        @Override
        public void aside(Runnable task) {
            task.run();
        }
    }
}
