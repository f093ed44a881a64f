package org.cachemanager.peer.http.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLException;
import org.cachemanager.api.Failure;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to a peer: carries one call at a time, and waits for others in the {@link Pool} in between.
 *
 * <p>It reads at all times, by one thread at a time, so a peer that hangs up is noticed at once; what it reads while it
 * carries no call ends it.
 */
final class PeerConnection extends AbstractConnection {

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.peer.http");
    private static final int OUTPUT_BYTES = 32 * 1024;

    private final Pool.Kind kind;
    private final Engine engine;
    private final int generation;
    private final Callback fillable = new Fillable();

    /** What it carries; who takes it out of here ends it. */
    private final AtomicReference<@Nullable Carried> carried = new AtomicReference<>();

    private @Nullable Exchange first;
    private volatile @Nullable Throwable handshakeFailure;

    /**
     * @param generation of the certificates that it is made with
     * @param first what it carries first, as soon as it is open
     */
    PeerConnection(EndPoint endPoint, Engine engine, int generation, Exchange first) {
        super(endPoint, engine.executor());
        this.engine = engine;
        this.kind = new Pool.Kind(first.peer(), first.isControl());
        this.first = first;
        this.generation = generation;
    }

    /** A call on its way, and its answer as it arrives. */
    private static final class Carried {
        final Exchange exchange;
        final Answer answer;
        final boolean fromPool;
        final Pace pace;
        volatile boolean heard;
        volatile boolean allGiven;
        private boolean written;
        private boolean answered;

        Carried(Exchange exchange, boolean fromPool, Pace pace) {
            this.exchange = exchange;
            this.pace = pace;
            this.answer = new Answer(exchange.peer(), exchange.room());
            this.fromPool = fromPool;
        }

        /** All is written; whether the answer has come, too. */
        synchronized boolean written() {
            written = true;
            return answered;
        }

        /** The answer has come; whether all is written, too: the kernel may send before it says so. */
        synchronized boolean answered() {
            answered = true;
            return written;
        }

        synchronized boolean isAnswered() {
            return answered;
        }
    }

    Pool.Kind kind() {
        return kind;
    }

    int generation() {
        return generation;
    }

    @Override
    public void onOpen() {
        super.onOpen();
        Exchange begun = first;
        first = null;
        getEndPoint().fillInterested(fillable);
        if (begun != null) {
            carry(begun, false);
        }
    }

    /** Notes why no connection can be made. */
    void handshakeFailed(Throwable cause) {
        handshakeFailure = cause;
    }

    /**
     * Sends a call. Only while it carries none, by the one who made it or took it out of the pool.
     *
     * @param fromPool whether it may have been closed by the peer since it was last used
     */
    void carry(Exchange exchange, boolean fromPool) {
        if (!exchange.carriedBy(this)) {
            engine.idle(this);
            return;
        }
        Carried next = new Carried(exchange, fromPool, new Pace(engine.outside()));
        carried.set(next);
        if (getEndPoint().isOpen()) {
            new Writing(next).iterate();
        } else {
            lost(null);
        }
    }

    /**
     * Sends a request, part by part: what is sent is copied while the call is open, so the data is its caller's then.
     */
    private final class Writing extends IteratingCallback {
        private final Carried of;
        private final ByteBuffer buffer;
        private long position;

        Writing(Carried of) {
            this.of = of;
            this.buffer = ByteBuffer.allocate((int) Math.min(OUTPUT_BYTES, of.exchange.outgoingBytes()));
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }

        @Override
        protected Action process() {
            if (position == of.exchange.outgoingBytes()) {
                return Action.SUCCEEDED;
            }
            buffer.clear();
            if (!of.exchange.copyTo(position, buffer)) {
                return Action.SUCCEEDED; // given up: who did closes the connection
            }
            position += buffer.position();
            of.allGiven = position == of.exchange.outgoingBytes();
            getEndPoint().write(this, buffer.flip());
            return Action.SCHEDULED;
        }

        @Override
        protected void onCompleteSuccess() {
            if (of.allGiven && of.written()) {
                engine.idle(PeerConnection.this);
            }
        }

        /** A peer that refuses a call may have said why before it hung up: reading goes on, and ends this. */
        @Override
        protected void onCompleteFailure(Throwable cause) {
            if (!(cause instanceof IOException) || cause instanceof SSLException || of.isAnswered()) {
                lost(cause);
            }
        }
    }

    /** Told that there is something to read. */
    private final class Fillable implements Callback {

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }

        @Override
        public void succeeded() {
            onFillable();
        }

        @Override
        public void failed(Throwable cause) {
            lost(cause);
        }
    }

    @Override
    public void onFillable() {
        RetainableByteBuffer.Mutable buffer = engine.input();
        try {
            ByteBuffer input = buffer.getByteBuffer();
            int count;
            do {
                input.clear().limit(0);
                count = getEndPoint().fill(input);
                if (count > 0 && !read(input)) {
                    return;
                }
            } while (count == input.capacity() || (count > 0 && kind.peer().tls()));
            if (count < 0) {
                lost(null);
            } else {
                getEndPoint().fillInterested(fillable);
            }
        } catch (IOException e) {
            lost(e);
        } catch (RuntimeException | Error e) {
            LOG.error("An answer of the peer {} could not be taken.", kind.peer(), e);
            lost(e);
        } finally {
            buffer.release();
        }
    }

    /** Takes what was read; false when the connection has ended. */
    private boolean read(ByteBuffer input) {
        Carried now = carried.get();
        if (now == null) {
            lost(null); // nobody has asked for that
            return false;
        }
        now.heard = true;
        now.pace.received(input.remaining());
        boolean whole = now.answer.read(input);
        if (!whole && now.pace.isTooSlow()) {
            end(now, Refusals.tooSlow(kind.peer()));
            return false;
        }
        return whole ? taken(now, now.answer.leavesConnection() && !input.hasRemaining()) : true;
    }

    /** An answer is whole, or can't be used; whether the connection lasts. */
    private boolean taken(Carried now, boolean good) {
        boolean lasts = good && now.allGiven;
        if (!carried.compareAndSet(now, null) || !now.exchange.end()) {
            close(); // given up, or lost, by somebody else
            return false;
        }
        if (!lasts) {
            close();
        } else if (now.answered()) {
            engine.idle(this); // else when all is written: the kernel may have sent it before it says so
        }
        now.answer.deliver(now.exchange);
        return lasts;
    }

    /** Fails what it carries, and ends. */
    private void end(Carried now, Failure failure) {
        if (carried.compareAndSet(now, null)) {
            now.exchange.fail(failure);
        }
        close();
    }

    /** The connection is of no use any more: ends it, and what it carries. */
    private void lost(@Nullable Throwable cause) {
        Carried now = carried.getAndSet(null);
        engine.forget(this);
        close();
        if (now != null) {
            Throwable why = handshakeFailure == null ? cause : handshakeFailure;
            engine.lost(now.exchange, why, now.fromPool && !now.heard);
        }
    }

    @Override
    public void onClose(@Nullable Throwable cause) {
        super.onClose(cause);
        lost(cause);
    }

    /**
     * Ends it if it carries no call, can't get rid of the last bytes of an answered one, or gets no more of an answer
     * that has begun. A call that waits for its answer may do so for long.
     */
    @Override
    public boolean onIdleExpired(TimeoutException timeout) {
        Carried now = carried.get();
        if (now == null) {
            engine.forget(this);
            close();
        } else if (now.heard) {
            end(now, Refusals.tooSlow(kind.peer()));
        }
        return false;
    }
}
