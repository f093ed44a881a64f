package org.cachemanager.endpoint.http.internal;

import java.nio.ByteBuffer;
import org.cachemanager.api.Data;
import org.cachemanager.api.Item;
import org.cachemanager.protocol.Responses;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;
import org.jspecify.annotations.Nullable;

/**
 * Writes a large item from where it lies, without a copy, in parts: the JDK keeps a buffer of its own for each thread,
 * as large as the largest part that was ever written.
 */
final class LargeAnswer extends IteratingCallback {

    private static final int PART_BYTES = 128 * 1024;

    private final Item item;
    private final Data data;
    private final Response response;
    private final Callback callback;
    private final ByteBuffer tail;
    private ByteBuffer part = Responses.foundHead();
    private int nextPiece;
    private boolean tailSent;

    LargeAnswer(Item item, Response response, Callback callback) {
        this.item = item;
        this.data = item.data();
        this.response = response;
        this.callback = callback;
        this.tail = Responses.foundTail(item.expiryMillis());
    }

    void begin() {
        Answers.head(response, Answers.JSON, (long) part.remaining() + data.length() + tail.remaining());
        iterate();
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
        if (cause == null) {
            callback.succeeded();
        } else {
            callback.failed(cause);
        }
    }
}
