package org.cachemanager.peer.http.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.cachemanager.api.Call;
import org.cachemanager.api.Failure;
import org.cachemanager.api.Namespace;
import org.cachemanager.api.peer.PeerAddress;
import org.cachemanager.protocol.BodyPieces;
import org.cachemanager.protocol.GetResponse;
import org.cachemanager.protocol.LookUps;
import org.cachemanager.protocol.ProtocolException;
import org.jspecify.annotations.Nullable;

/**
 * The look-ups on their way to peers. While one is answered, those that come are gathered, and asked for together when
 * it is: the busier the node, the more of them share a request, its answer, and what the two cost. One that nobody is
 * before, or only such as evidently wait for their item, goes at once and alone.
 *
 * <p>It is Nagle's rule (RFC 896) with an answer in the place of the acknowledgement, and with {@link #PATIENCE_NANOS}
 * as the longest that a look-up is held back.
 */
final class Gathered {

    /** So long a look-up is taken to be answered at once; then it waits for its item. */
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private static final int MOST_TOGETHER = 32;

    /**
     * The most bytes of keys that share a request, unless one key alone has more: so its body mostly stays below the 4
     * KiB that the peer takes without setting room aside, and far from the 160 KiB that it takes at all.
     */
    private static final int MOST_KEY_BYTES = 3 * 1024;

    /** More peers than a cluster has; beyond that those are forgotten of whom nothing is awaited. */
    private static final int MOST_LINES = 1024;

    /** For so long a peer is asked one by one that does not know how to be asked for several. */
    private static final long SINGLE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Engine engine;
    private final Map<PeerAddress, Line> lines = new ConcurrentHashMap<>();

    Gathered(Engine engine) {
        this.engine = engine;
    }

    /** Has a look-up sent, now or within a moment. */
    Call send(LookUp lookUp) {
        if (lines.size() > MOST_LINES) {
            lines.values().removeIf(Line::isEmpty);
        }
        lines.computeIfAbsent(lookUp.call.peer(), peer -> new Line()).add(lookUp);
        return lookUp;
    }

    /** The look-ups for one peer. */
    private final class Line implements Runnable {
        private Deque<LookUp> waiting = new ArrayDeque<>();

        /** The one whose answer is awaited; those that were sent before it do not count. */
        private @Nullable Exchange before;

        private long sinceNanos;
        private long singleUntilNanos;
        private boolean looking;

        void add(LookUp lookUp) {
            long now = engine.nanos();
            boolean first = false;
            synchronized (this) {
                waiting.add(lookUp);
                if (before != null && now - sinceNanos < PATIENCE_NANOS) {
                    if (looking) {
                        return;
                    }
                    looking = true;
                    first = true;
                }
            }
            if (first) {
                engine.later(this, PATIENCE_NANOS);
            } else {
                flush(now);
            }
        }

        /** Looks whether somebody was held back for long enough. */
        @Override
        public void run() {
            long now = engine.nanos();
            boolean due;
            boolean later;
            synchronized (this) {
                due = now - sinceNanos >= PATIENCE_NANOS;
                later = !due && !waiting.isEmpty();
                looking = later;
            }
            if (due) {
                flush(now);
            } else if (later) {
                engine.later(this, PATIENCE_NANOS);
            }
        }

        /** Sends all that wait. */
        private void flush(long now) {
            Deque<LookUp> all;
            boolean single;
            synchronized (this) {
                all = waiting;
                waiting = new ArrayDeque<>();
                single = singleUntilNanos - now > 0;
            }
            while (!all.isEmpty()) {
                List<LookUp> together = single ? List.of(all.remove()) : take(all);
                if (together.size() == 1) {
                    alone(together.get(0), now);
                } else {
                    new Batch(this, together).send();
                }
            }
        }

        private void alone(LookUp lookUp, long now) {
            Exchange exchange = lookUp.alone(now);
            if (exchange != null) {
                sends(exchange, now);
                engine.send(exchange);
            }
        }

        private void sends(Exchange exchange, long now) {
            exchange.then(() -> answered(exchange));
            synchronized (this) {
                before = exchange;
                sinceNanos = now;
            }
        }

        private void answered(Exchange exchange) {
            synchronized (this) {
                if (before != exchange) {
                    return;
                }
                before = null;
            }
            flush(engine.nanos());
        }

        private synchronized boolean isEmpty() {
            return waiting.isEmpty() && before == null;
        }

        private synchronized void askOneByOne() {
            singleUntilNanos = engine.nanos() + SINGLE_NANOS;
        }
    }

    /** Takes those out that share the namespace of the first, and a request: that one at least. */
    private static List<LookUp> take(Deque<LookUp> from) {
        List<LookUp> taken = new ArrayList<>();
        Namespace namespace = from.element().call.namespace();
        int bytes = 0;
        for (Iterator<LookUp> all = from.iterator(); all.hasNext() && taken.size() < MOST_TOGETHER; ) {
            LookUp next = all.next();
            if (isSame(next.call.namespace(), namespace)) {
                bytes += next.call.key().length();
                if (bytes > MOST_KEY_BYTES && !taken.isEmpty()) {
                    break;
                }
                taken.add(next);
                all.remove();
            }
        }
        return taken;
    }

    private static boolean isSame(Namespace one, Namespace other) {
        return Arrays.equals(one.name(), other.name()) && Objects.equals(one.peer(), other.peer());
    }

    /** Look-ups that are asked for together. */
    final class Batch implements Outcomes.Outcome {
        private final Line line;
        private final List<LookUp> all;
        private final AtomicInteger open;
        private final Exchange exchange;

        Batch(Line line, List<LookUp> all) {
            this.line = line;
            this.all = all;
            this.open = new AtomicInteger(all.size());
            this.exchange = new Exchange(all.get(0).call.peer(), Outgoing.lookUps(all), null, this);
        }

        void send() {
            for (LookUp one : all) {
                if (!one.isIn(this)) {
                    leave();
                }
            }
            line.sends(exchange, engine.nanos());
            engine.send(exchange);
        }

        /** One was given up; with the last of them the request is. */
        void leave() {
            if (open.decrementAndGet() == 0) {
                exchange.cancel();
            }
        }

        @Override
        public Runnable read(BodyPieces body, Room held) throws ProtocolException {
            List<@Nullable GetResponse> responses = LookUps.parse(body);
            return () -> {
                for (int i = 0; i < all.size(); i++) {
                    if (i >= responses.size() || !all.get(i).answered(responses.get(i))) {
                        askAlone(all.get(i));
                    }
                }
            };
        }

        private void askAlone(LookUp lookUp) {
            Exchange own = lookUp.alone(engine.nanos());
            if (own != null) {
                engine.send(own);
            }
        }

        /** Each is told why by the peer itself. */
        @Override
        public void failed(Failure failure) {
            if (failure.reason() == Failure.Reason.FAILED) {
                line.askOneByOne();
            }
            all.forEach(this::askAlone);
        }
    }
}
