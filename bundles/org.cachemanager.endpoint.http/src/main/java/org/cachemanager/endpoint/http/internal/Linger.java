package org.cachemanager.endpoint.http.internal;

import java.time.Duration;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable;

/**
 * What follows a refusal that was written before the body was read: the rest of the body is thrown away for a while
 * before the connection is closed. Closed with bytes unread, it would be reset, and the client, still sending, would
 * lose the answer.
 */
final class Linger implements Callback {

    private static final long MOST_BYTES = 64L << 20;
    private static final long MOST_NANOS = Duration.ofSeconds(5).toNanos();
    private static final long AT_ONCE_BYTES = 64 * 1024;

    private final Request request;
    private final Callback end;
    private long bytes;
    private long since;

    Linger(Request request, Callback end) {
        this.request = request;
        this.end = end;
    }

    /** Reads and throws away what has arrived of a body; returns whether that was all. */
    static boolean consumed(Request request) {
        long bytes = 0;
        while (bytes < AT_ONCE_BYTES) {
            Content.Chunk chunk = request.read();
            if (chunk == null || Content.Chunk.isFailure(chunk)) {
                return false;
            }
            bytes += chunk.remaining();
            chunk.release();
            if (chunk.isLast()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    @Override
    public void succeeded() {
        if (request.getHeaders().contains(HttpHeader.EXPECT)) {
            end.succeeded();
            return;
        }
        since = System.nanoTime();
        read();
    }

    @Override
    public void failed(Throwable cause) {
        end.failed(cause);
    }

    private void read() {
        while (bytes < MOST_BYTES && System.nanoTime() - since < MOST_NANOS) {
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                request.demand(Invocable.from(Invocable.InvocationType.NON_BLOCKING, this::read));
                return;
            }
            if (Content.Chunk.isFailure(chunk)) {
                break;
            }
            bytes += chunk.remaining();
            chunk.release();
            if (chunk.isLast()) {
                break;
            }
        }
        end.succeeded();
    }
}
