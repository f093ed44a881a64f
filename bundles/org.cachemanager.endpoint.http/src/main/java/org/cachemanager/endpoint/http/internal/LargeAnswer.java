package org.cachemanager.endpoint.http.internal;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
 * Writes a large item from where it lies, without a copy, in parts: the JDK keeps a buffer of its own for each thread,
 * as large as the largest part that was ever written. A client that reads too slowly, and so keeps the item from being
 * freed, is cut off.
 */
final class LargeAnswer extends IteratingCallback {

    /** What must leave in the time that a connection may be silent. */
    static final int PACE_BYTES = 256 * 1024;

    private static final int PART_BYTES = 128 * 1024;

    private final Item item;
    private final Data data;
    private final Response response;
    private final Callback callback;
    private final Connection connection;
    private final Scheduler scheduler;
    private final long paceMillis;
    private final ByteBuffer tail;
    private volatile Scheduler.@Nullable Task nextLook;
    private ByteBuffer part = Responses.foundHead();
    private int nextPiece;
    private boolean tailSent;

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
        nextLook = scheduler.schedule(() -> look(left), paceMillis, TimeUnit.MILLISECONDS);
    }

    private void look(long before) {
        long left = connection.getBytesOut();
        if (isClosed() || isSucceeded() || isFailed()) {
            return;
        }
        if (left - before < PACE_BYTES) {
            connection.getEndPoint().close(new TimeoutException("An answer was read too slowly."));
        } else {
            lookLater(left);
        }
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    @Override
    protected Action process() {
        while (!part.hasRemaining() && nextPiece < data.pieces()) {
            part = data.piece(nextPiece++);
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

    @Override
    protected void onCompleted(@Nullable Throwable cause) {
        item.release();
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
