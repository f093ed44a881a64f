package org.cachemanager.endpoint.http.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.cachemanager.api.Cache;
import org.cachemanager.api.Call;
import org.cachemanager.api.Data;
import org.cachemanager.api.Failure;
import org.cachemanager.api.GetReply;
import org.cachemanager.api.Item;
import org.cachemanager.api.Key;
import org.cachemanager.api.Namespace;
import org.cachemanager.api.NodeStatus;
import org.cachemanager.api.PeerMark;
import org.cachemanager.api.Reply;
import org.cachemanager.api.Reservation;
import org.cachemanager.api.encryption.Namespaces;
import org.jspecify.annotations.Nullable;

/** A cache without rules: a test says what is there, who waits, and what is refused; counts what is held. */
final class FakeCache implements Cache, Namespaces {

    /** When every item expires, in milliseconds. */
    static final long EXPIRY_MILLIS = 1_700_000_000_999L;

    final Map<String, byte[]> items = new ConcurrentHashMap<>();
    final BlockingQueue<Waiting> waiting = new LinkedBlockingQueue<>();
    final BlockingQueue<Waiting> cancelled = new LinkedBlockingQueue<>();
    final Set<UUID> peers = ConcurrentHashMap.newKeySet();
    final Set<Thread> getThreads = ConcurrentHashMap.newKeySet();
    final AtomicInteger itemsHeld = new AtomicInteger();
    final AtomicInteger itemsReleased = new AtomicInteger();
    final AtomicLong reserved = new AtomicLong();
    final AtomicLong held = new AtomicLong();
    final AtomicLong mostReserved = new AtomicLong();
    volatile long maxItemBytes = 1 << 20;
    volatile boolean parksReservations;
    volatile boolean refusesReservations;
    volatile boolean refusesHolds;
    volatile boolean throwsAlways;
    volatile boolean requiresTokens;
    volatile boolean lendsPieces = true;
    final AtomicInteger requiresTokensAsked = new AtomicInteger();

    /** A value whose pieces nobody gets to see. */
    private record Copied(Data data) implements Data {

        @Override
        public int length() {
            return data.length();
        }

        @Override
        public int pieces() {
            return 1;
        }

        @Override
        public ByteBuffer piece(int index) {
            throw new UnsupportedOperationException("it is to be copied part by part");
        }

        @Override
        public boolean lendsPieces() {
            return false;
        }

        @Override
        public void copyTo(int from, ByteBuffer target) {
            data.copyTo(from, target);
        }
    }

    /** A call that waits until the test answers it. */
    static final class Waiting implements Call {
        final AtomicBoolean open = new AtomicBoolean(true);
        final GetReply reply;
        private final FakeCache cache;

        Waiting(FakeCache cache, GetReply reply) {
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

        void found(byte[] data) {
            if (open.compareAndSet(true, false)) {
                reply.found(cache.item(data));
            }
        }

        void locked() {
            if (open.compareAndSet(true, false)) {
                reply.locked();
            }
        }
    }

    @Override
    public Call open(byte[] buffer, int offset, int length, Reply<Namespace> reply) {
        String name = new String(buffer, offset, length, StandardCharsets.UTF_8);
        switch (name) {
            case "refused" -> reply.failed(new Failure(Failure.Reason.REFUSED, "No."));
            case "bad" -> reply.failed(new Failure(Failure.Reason.BAD_NAMESPACE, "No."));
            case "unavailable" -> reply.failed(new Failure(Failure.Reason.UNAVAILABLE, "No."));
            default -> reply.completed(Namespace.of(name.getBytes(StandardCharsets.UTF_8)));
        }
        return Call.ANSWERED;
    }

    @Override
    public boolean requiresTokens() {
        requiresTokensAsked.incrementAndGet();
        return requiresTokens;
    }

    private String name(Key key) {
        PeerMark peer = key.peer();
        if (peer != null) {
            peers.add(peer.ref());
        }
        return new String(key.bytes(), StandardCharsets.UTF_8);
    }

    private Item item(byte[] bytes) {
        itemsHeld.incrementAndGet();
        return new Item() {
            @Override
            public Data data() {
                return lendsPieces ? Data.of(bytes) : new Copied(Data.of(bytes));
            }

            @Override
            public long expiryMillis() {
                return EXPIRY_MILLIS;
            }

            @Override
            public void release() {
                itemsHeld.decrementAndGet();
                itemsReleased.incrementAndGet();
            }
        };
    }

    @Override
    public Call get(Key key, Duration maxWait, GetReply reply) {
        getThreads.add(Thread.currentThread());
        if (throwsAlways) {
            throw new IllegalStateException("thrown by the test");
        }
        byte[] bytes = items.get(name(key));
        if (bytes != null) {
            reply.found(item(bytes));
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
        if (data.length() > maxItemBytes) {
            reply.failed(new Failure(Failure.Reason.TOO_LARGE, "No."));
        } else {
            items.put(name(key), data.toByteArray());
            reply.completed(data.length());
        }
        return Call.ANSWERED;
    }

    @Override
    public Call delete(Key key, Reply<Boolean> reply) {
        reply.completed(items.remove(name(key)) != null);
        return Call.ANSWERED;
    }

    @Override
    public Call reserve(long bytes, Duration maxWait, Reply<Reservation> reply) {
        if (parksReservations) {
            return () -> true;
        }
        if (refusesReservations) {
            reply.failed(new Failure(Failure.Reason.NO_ROOM, "No room."));
            return Call.ANSWERED;
        }
        mostReserved.accumulateAndGet(reserved.addAndGet(bytes), Math::max);
        AtomicBoolean closed = new AtomicBoolean();
        reply.completed(() -> {
            if (closed.compareAndSet(false, true)) {
                reserved.addAndGet(-bytes);
            }
        });
        return Call.ANSWERED;
    }

    @Override
    public @Nullable Reservation hold(long bytes) {
        if (refusesHolds) {
            return null;
        }
        held.addAndGet(bytes);
        AtomicBoolean closed = new AtomicBoolean();
        return () -> {
            if (closed.compareAndSet(false, true)) {
                held.addAndGet(-bytes);
            }
        };
    }

    @Override
    public long maxItemBytes() {
        return maxItemBytes;
    }

    @Override
    public NodeStatus status() {
        UUID ref = new UUID(1, 2);
        List<NodeStatus.Peer> peers = List.of(new NodeStatus.Peer(ref, 0, null));
        return new NodeStatus(ref, 5, peers, items.size(), 0, 0, 0, List.of(), List.of());
    }
}
