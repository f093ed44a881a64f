package org.cachemanager.core.internal;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.cachemanager.api.Call;
import org.cachemanager.api.Data;
import org.cachemanager.api.Failure;
import org.cachemanager.api.GetReply;
import org.cachemanager.api.Item;
import org.cachemanager.api.Key;
import org.cachemanager.api.Namespace;
import org.cachemanager.api.Reply;
import org.cachemanager.testkit.ManualClock;
import org.jspecify.annotations.Nullable;

/** A core under a clock set by hand, and calls whose outcome is text. */
final class TestNode {

    static final UUID REF = UUID.fromString("1d20de92-12bd-4067-8563-8d63e83429cc");

    final ManualClock clock;
    final Core core;

    TestNode(long roomBytes) {
        this(new ManualClock(), REF, roomBytes);
    }

    /** One of several nodes that share a clock. */
    TestNode(ManualClock clock, UUID ref, long roomBytes) {
        this.clock = clock;
        core = new Core(clock, ref, new KeyHash(1, 2), settings(roomBytes));
    }

    static CoreSettings settings(long roomBytes) {
        return settings(roomBytes, "builtin", "builtin");
    }

    static CoreSettings settings(long roomBytes, String storage, String eviction) {
        return new CoreSettings(
                roomBytes,
                roomBytes,
                10 << 20,
                Duration.ofSeconds(1),
                Duration.ofSeconds(30),
                Duration.ofSeconds(30),
                Duration.ofSeconds(5),
                storage,
                eviction,
                "aes",
                "",
                List.of());
    }

    static Key key(String key) {
        return Key.of(Namespace.of(bytes("ns")), bytes(key));
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The outcome of a look-up: what came, and when. */
    static class Outcome implements GetReply {
        final List<String> events = new ArrayList<>();

        Call call = Call.ANSWERED;
        boolean keep;
        private @Nullable Item held;

        Item held() {
            return Objects.requireNonNull(held);
        }

        @Override
        public void found(Item item) {
            events.add("found " + new String(item.data().toByteArray(), StandardCharsets.UTF_8));
            if (keep) {
                held = item;
            } else {
                item.release();
            }
        }

        @Override
        public void locked() {
            events.add("locked");
        }

        @Override
        public void absent() {
            events.add("absent");
        }

        @Override
        public void failed(Failure failure) {
            events.add("failed " + failure.reason());
        }
    }

    Outcome get(String key, double waitSeconds) {
        Outcome outcome = new Outcome();
        outcome.call = core.cache().get(key(key), Duration.ofNanos((long) (waitSeconds * 1e9)), outcome);
        return outcome;
    }

    List<String> look(String key) {
        return get(key, 0).events;
    }

    String set(String key, String data, long ttlSeconds) {
        return TestNode.<Integer>outcome(reply -> core.cache().set(key(key), Data.of(bytes(data)), ttlSeconds, reply));
    }

    String delete(String key) {
        return TestNode.<Boolean>outcome(reply -> core.cache().delete(key(key), reply));
    }

    /** A call whose reply is wanted. */
    interface Asked<R> {
        Call ask(Reply<R> reply);
    }

    static <R> String outcome(Asked<R> asked) {
        List<String> events = new ArrayList<>();
        asked.ask(reply(events));
        return String.join(" ", events);
    }

    static <R> Reply<R> reply(List<String> events) {
        return new Reply<>() {
            @Override
            public void completed(R result) {
                events.add(String.valueOf(result));
            }

            @Override
            public void failed(Failure failure) {
                events.add("failed " + failure.reason());
            }
        };
    }

    void sleep(double seconds) {
        clock.standStill(Duration.ofNanos((long) (seconds * 1e9)));
    }

    void pass(double seconds) {
        clock.advance(Duration.ofNanos((long) (seconds * 1e9)));
    }
}
