package org.cachemanager.testkit;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.cachemanager.api.Cache;
import org.cachemanager.api.Call;
import org.cachemanager.api.Data;
import org.cachemanager.api.Failure;
import org.cachemanager.api.GetReply;
import org.cachemanager.api.Item;
import org.cachemanager.api.Key;
import org.cachemanager.api.NodeStatus;
import org.cachemanager.api.Reply;
import org.cachemanager.api.Reservation;
import org.cachemanager.api.peer.Greeting;
import org.cachemanager.api.peer.PeerService;
import org.cachemanager.api.peer.Version;
import org.jspecify.annotations.Nullable;

/** A cache without rules: a test says what is there, what is refused, and answers those who wait. */
public final class ScriptedCache implements Cache, PeerService {

    /** When every item expires, in milliseconds. */
    public static final long EXPIRY_MILLIS = 1_900_000_000_000L;

    /** Who the node is. */
    public final UUID ref = UUID.fromString("1d20de92-12bd-4067-8563-8d63e83429cc");

    /** What is there, by {@code namespace|key}. */
    public final Map<String, byte[]> items = new ConcurrentHashMap<>();

    /** What was asked, and by which node, in order: {@code get n|k from null for PT5S}. */
    public final BlockingQueue<String> asked = new LinkedBlockingQueue<>();

    /** Who waits for an item. */
    public final BlockingQueue<Waiting> waiting = new LinkedBlockingQueue<>();

    /** Who has given up waiting. */
    public final BlockingQueue<Waiting> cancelled = new LinkedBlockingQueue<>();

    /** Why every call is refused; null: none is. */
    public volatile @Nullable Failure refusal;

    /** A call that waits until the test answers it. */
    public static final class Waiting implements Call {
        private final ScriptedCache cache;
        private final AtomicBoolean open = new AtomicBoolean(true);
        private final GetReply reply;

        private Waiting(ScriptedCache cache, GetReply reply) {
            this.cache = cache;
            this.reply = reply;
        }

        @Override
        public boolean cancel() {
            boolean inTime = open.compareAndSet(true, false);
            if (inTime) {
                cache.cancelled.add(this);
            }
            return inTime;
        }

        /** The item is there now. */
        public void found(byte[] data) {
            if (open.compareAndSet(true, false)) {
                reply.found(new Kept(Data.of(data)));
            }
        }

        /** The lock is this one's. */
        public void locked() {
            if (open.compareAndSet(true, false)) {
                reply.locked();
            }
        }
    }

    private record Kept(Data data) implements Item {

        @Override
        public long expiryMillis() {
            return EXPIRY_MILLIS;
        }

        @Override
        public void release() {
            // the array stays
        }
    }

    private static String text(Key key) {
        return new String(key.bytes(), StandardCharsets.UTF_8);
    }

    @Override
    public Call get(Key key, Duration maxWait, GetReply reply) {
        asked.add("get " + text(key) + " from " + key.peer() + " for " + maxWait);
        Failure why = refusal;
        byte[] there = items.get(text(key));
        if (why != null) {
            reply.failed(why);
        } else if (there != null) {
            reply.found(new Kept(Data.of(there)));
        } else if (maxWait.isZero()) {
            reply.absent();
        } else {
            Waiting call = new Waiting(this, reply);
            waiting.add(call);
            return call;
        }
        return Call.ANSWERED;
    }

    @Override
    public Call set(Key key, Data data, long ttlSeconds, Reply<Integer> reply) {
        asked.add("set " + text(key) + " from " + key.peer() + " for " + ttlSeconds);
        Failure why = refusal;
        if (why != null) {
            reply.failed(why);
        } else {
            items.put(text(key), data.toByteArray());
            reply.completed(data.length());
        }
        return Call.ANSWERED;
    }

    @Override
    public Call delete(Key key, Reply<Boolean> reply) {
        asked.add("delete " + text(key) + " from " + key.peer());
        Failure why = refusal;
        if (why != null) {
            reply.failed(why);
        } else {
            reply.completed(items.remove(text(key)) != null);
        }
        return Call.ANSWERED;
    }

    @Override
    public Greeting greeted(UUID peer, Greeting greeting) {
        asked.add("greet from " + peer + " with " + greeting);
        return new Greeting(ref, greeting.view() + 1, 2, 3, 0, Greeting.UNKNOWN, 4, 5);
    }

    @Override
    public Call claim(Key key, Duration lease, Reply<Boolean> reply) {
        asked.add("claim " + text(key) + " from " + key.peer() + " for " + lease);
        reply.completed(!items.containsKey(text(key)));
        return Call.ANSWERED;
    }

    @Override
    public Call take(Key key, Data data, Version version, Reply<Boolean> reply) {
        asked.add("take " + text(key) + " from " + key.peer() + " as " + version);
        Failure why = refusal;
        if (why != null) {
            reply.failed(why);
        } else {
            items.put(text(key), data.toByteArray());
            reply.completed(true);
        }
        return Call.ANSWERED;
    }

    @Override
    public Call reserve(long bytes, Duration maxWait, Reply<Reservation> reply) {
        reply.completed(() -> {});
        return Call.ANSWERED;
    }

    @Override
    public @Nullable Reservation hold(long bytes) {
        return () -> {};
    }

    @Override
    public long maxItemBytes() {
        return Long.MAX_VALUE;
    }

    @Override
    public NodeStatus status() {
        List<NodeStatus.Peer> peers = List.of(new NodeStatus.Peer(ref, 0, null));
        return new NodeStatus(ref, 5, peers, items.size(), 0, 0, 0, List.of(), List.of());
    }
}
