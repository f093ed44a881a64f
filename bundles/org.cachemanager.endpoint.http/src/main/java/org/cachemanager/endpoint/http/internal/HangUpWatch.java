package org.cachemanager.endpoint.http.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Notices that a client hangs up while its exchange is parked, for which Jetty has no event: it reads on, in Jetty's
 * place, where nothing but the end can come.
 *
 * <p>A client that pipelines all the same has what it sends thrown away, and its connection is closed after the answer:
 * to it, as if the next request had never been read. After {@value #MOST_SWALLOWED} bytes nothing more is read.
 *
 * <p>All methods are called under the exchange's lock, the callbacks aside, which take it. So when {@link #end()}
 * returns nobody else reads, and Jetty may again.
 */
final class HangUpWatch implements Callback {

    private static final int READ_BYTES = 512;
    private static final int MOST_SWALLOWED = 64 * 1024;
    /** Tells that the watch was called off. */
    private static final class Ended extends IOException {
        private static final long serialVersionUID = 1L;

        @Override
        public Throwable fillInStackTrace() {
            return this;
        }
    }

    private final Exchange exchange;
    private final EndPoint endPoint;
    private boolean begun;
    private int swallowed;

    HangUpWatch(Exchange exchange, EndPoint endPoint) {
        this.exchange = exchange;
        this.endPoint = endPoint;
    }

    void begin() {
        begun = true;
        endPoint.tryFillInterested(this);
    }

    void end() {
        if (begun && endPoint instanceof AbstractEndPoint own) {
            own.getFillInterest().onFail(new Ended());
        }
        begun = false;
    }

    boolean hasSwallowed() {
        return swallowed > 0;
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    @Override
    public void succeeded() {
        Throwable cause = null;
        boolean hungUp;
        synchronized (exchange) {
            if (!exchange.isParked()) {
                return;
            }
            try {
                hungUp = isAtEnd();
            } catch (IOException e) {
                hungUp = true;
                cause = e;
            }
        }
        if (hungUp) {
            exchange.hungUp(cause);
        }
    }

    /** Reads what is there; goes on watching unless it is the end. */
    private boolean isAtEnd() throws IOException {
        ByteBuffer bytes = BufferUtil.allocate(READ_BYTES);
        while (swallowed < MOST_SWALLOWED) {
            int count = endPoint.fill(bytes);
            if (count < 0) {
                return true;
            }
            if (count == 0) {
                endPoint.tryFillInterested(this);
                return false;
            }
            swallowed += count;
            BufferUtil.clear(bytes);
        }
        return false;
    }

    @Override
    public void failed(@Nullable Throwable cause) {
        if (!(cause instanceof Ended)) {
            exchange.hungUp(cause);
        }
    }
}
