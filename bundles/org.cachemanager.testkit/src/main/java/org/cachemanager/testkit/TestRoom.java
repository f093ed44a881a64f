package org.cachemanager.testkit;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import org.cachemanager.api.Reservation;
import org.jspecify.annotations.Nullable;

/** Room for answers of peers, counted. */
public final class TestRoom implements LongFunction<@Nullable Reservation> {

    /** What is set aside now, in bytes. */
    public final AtomicLong held = new AtomicLong();

    /** The most that is given out. */
    public volatile long limit = Long.MAX_VALUE;

    @Override
    public @Nullable Reservation apply(long bytes) {
        if (held.addAndGet(bytes) > limit) {
            held.addAndGet(-bytes);
            return null;
        }
        AtomicBoolean closed = new AtomicBoolean();
        return () -> {
            if (closed.compareAndSet(false, true)) {
                held.addAndGet(-bytes);
            }
        };
    }
}
