package org.cachemanager.endpoint.http.internal;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.cachemanager.api.Data;
import org.cachemanager.api.Item;
import org.cachemanager.protocol.Responses;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Writes a large item in parts, from where it lies if its engine lends that, else from a buffer into which one part
 * after the other is copied. In parts, because the JDK keeps a buffer of its own for each thread, as large as the
 * largest part that was ever written. A client that reads too slowly, and so keeps the item from being freed, is cut
 * off.
 */
final class LargeAnswer extends IteratingCallback {

    /** What must leave in the time that a connection may be silent. */
    static final int PACE_BYTES = 256 * 1024;

    private static final int PART_BYTES = 128 * 1024;
    private static final int COPY_BYTES = 64 * 1024;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Item item;
    private final Data data;
    private final Response response;
    private final Callback callback;
    private final Connection connection;
    private final Scheduler scheduler;
    private final long paceMillis;
    private final ByteBuffer tail;
    private volatile Scheduler.@Nullable Task nextLook;

    /** Set by the first of these: the answer is complete, or it is cut off. */
    private final AtomicBoolean ended = new AtomicBoolean();

    private ByteBuffer part = Responses.foundHead();
    private int nextPiece;
    private int taken;
    private boolean tailSent;

    /** Where parts are copied to: small when there is no room among all copies. */
    private ByteBuffer copy = NOTHING;

    LargeAnswer(Item item, Response response, Callback callback) {
        Request request = response.getRequest();
        this.connection = request.getConnectionMetaData().getConnection();
        this.scheduler = request.getComponents().getScheduler();
        this.paceMillis = connection.getEndPoint().getIdleTimeout();
        this.item = item;
        this.data = item.data();
        this.response = response;
        this.callback = callback;
        this.tail = Responses.foundTail(item.expiryMillis());
    }

    void begin() {
        Answers.head(response, Answers.JSON, (long) part.remaining() + data.length() + tail.remaining());
        lookLater(connection.getBytesOut());
        iterate();
    }

    private void lookLater(long left) {
        Scheduler.Task task = scheduler.schedule(() -> look(left), paceMillis, TimeUnit.MILLISECONDS);
        nextLook = task;
        if (ended.get()) {
            task.cancel();
        }
    }

    private void look(long before) {
        long left = connection.getBytesOut();
        if (ended.get()) {
            return;
        }
        if (left - before >= PACE_BYTES) {
            lookLater(left);
        } else if (ended.compareAndSet(false, true)) {
            connection.getEndPoint().close(new TimeoutException("An answer was read too slowly."));
        }
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    @Override
    protected Action process() {
        while (!part.hasRemaining() && taken < data.length()) {
            part = data.lendsPieces() ? data.piece(nextPiece++) : copy();
            taken += part.remaining();
        }
        if (part.hasRemaining()) {
            ByteBuffer some = part.slice(part.position(), Math.min(PART_BYTES, part.remaining()));
            part.position(part.position() + some.remaining());
            response.write(false, some, this);
            return Action.SCHEDULED;
        }
        if (tailSent) {
            return Action.SUCCEEDED;
        }
        tailSent = true;
        response.write(true, tail, this);
        return Action.SCHEDULED;
    }

    /** Copies the next part; what was copied before has been written. */
    private ByteBuffer copy() {
        if (copy.capacity() < COPY_BYTES && Copies.take(COPY_BYTES)) {
            copy = ByteBuffer.allocate(COPY_BYTES);
        } else if (copy.capacity() == 0) {
            copy = ByteBuffer.allocate(GetExchange.FREE_BYTES);
        }
        data.copyTo(taken, copy.clear());
        return copy.flip();
    }

    @Override
    protected void onCompleted(@Nullable Throwable cause) {
        ended.set(true);
        item.release();
        if (copy.capacity() == COPY_BYTES) {
            Copies.giveBack(COPY_BYTES);
        }
        Scheduler.Task look = nextLook;
        if (look != null) {
            look.cancel();
        }
        if (cause == null) {
            callback.succeeded();
        } else {
            callback.failed(cause);
        }
    }
}
