package org.cachemanager.endpoint.http.internal;

import java.nio.ByteBuffer;
import java.util.function.Supplier;
import org.cachemanager.api.Call;
import org.cachemanager.api.Failure;
import org.cachemanager.protocol.ErrorCode;
import org.cachemanager.protocol.Responses;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request until its answer is written, in steps. A step may ask a service; the reply names the next step.
 *
 * <p>A reply that is there when the service's method returns is acted on at once, by the thread that asked. Otherwise
 * the exchange is parked: it holds no thread, its connection is watched, and the {@link Postbox} has the next step run,
 * never in the thread that gave the reply.
 *
 * <p>The lock guards what the two sides share. No service is called, and nothing is written, under it.
 */
abstract class Exchange {

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.endpoint.http");
    private static final Failure STOPPING = new Failure(
            Failure.Reason.UNAVAILABLE, "The node is stopping; call again when it is back, or another node.");

    final Request request;
    final Response response;
    final Callback callback;
    private final ParkedCalls parkedCalls;
    private final Farewell farewell;
    private final HangUpWatch watch;
    private final InputBuffers.@Nullable InputBuffer input = InputBuffers.lastUsed();

    /** Its neighbours among the {@link ParkedCalls}, which alone change them. */
    @Nullable
    Exchange previousParked;

    @Nullable
    Exchange nextParked;

    private @Nullable Runnable next;
    private @Nullable Call call;
    private boolean parked;
    private boolean gone;
    private boolean patient;

    Exchange(Incoming incoming) {
        this.request = incoming.request();
        this.response = incoming.response();
        this.callback = incoming.callback();
        this.parkedCalls = incoming.parkedCalls();
        this.farewell = incoming.farewell();
        this.watch = new HangUpWatch(
                this, request.getConnectionMetaData().getConnection().getEndPoint());
    }

    /** Gives back all that the request holds, the item to be sent aside. Called at least once; more do nothing. */
    abstract void free();

    /** Asks a service, which may reply later; the connection is watched meanwhile, its body having been read. */
    final void ask(Supplier<Call> service) {
        ask(service, true);
    }

    /** Asks a service, which may reply later. */
    final void ask(Supplier<Call> service, boolean watched) {
        Call asked = service.get();
        Runnable now;
        synchronized (this) {
            now = next;
            next = null;
            if (now == null) {
                park(asked, watched);
            }
        }
        if (now != null) {
            now.run();
        } else if (parkedCalls.isStopped()) {
            stopped();
        }
    }

    private void park(Call asked, boolean watched) {
        parked = true;
        call = asked;
        parkedCalls.add(this);
        if (!patient) {
            patient = true;
            request.addIdleTimeoutListener(timeout -> false);
        }
        if (watched) {
            if (input != null) {
                input.rest();
            }
            watch.begin();
        }
    }

    /** Takes the reply: the step that follows. */
    final void proceed(Runnable step) {
        synchronized (this) {
            if (!parked) {
                next = step;
                return;
            }
            unpark();
        }
        dispatch(step);
    }

    private void dispatch(Runnable step) {
        ClientEndPoint.postbox(request.getConnectionMetaData().getConnection().getEndPoint())
                .post(() -> resume(step));
    }

    private void unpark() {
        parked = false;
        call = null;
        parkedCalls.remove(this);
    }

    private void resume(Runnable step) {
        synchronized (this) {
            watch.end();
        }
        attempt(step);
    }

    /** Runs a step; what it throws becomes an answer. */
    final void attempt(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            LOG.error("A call failed in a way that it should not; it is answered with 500.", e);
            if (response.isCommitted()) {
                free();
                callback.failed(e);
            } else {
                refuse(
                        HttpStatus.INTERNAL_SERVER_ERROR_500,
                        Responses.error(ErrorCode.INTERNAL_ERROR, "The node failed; its log says why."));
            }
        }
    }

    /** Whether a reply is awaited. Called under the lock. */
    final boolean isParked() {
        return parked;
    }

    /** Whether the client has hung up. */
    final synchronized boolean isGone() {
        return gone;
    }

    /** The client has hung up: gives the call up. If it is being answered already, that is tried, and fails. */
    final void hungUp(@Nullable Throwable cause) {
        if (withdraw(true)) {
            abort(cause);
        }
    }

    /** The endpoint stops: answers the parked call. */
    final void stopped() {
        if (withdraw(false)) {
            dispatch(() -> refuse(STOPPING));
        }
    }

    private boolean withdraw(boolean clientIsGone) {
        Call open;
        synchronized (this) {
            gone |= clientIsGone;
            open = parked ? call : null;
        }
        if (open == null || !open.cancel()) {
            return false;
        }
        synchronized (this) {
            unpark();
        }
        return true;
    }

    /** Ends the exchange without an answer. */
    final void abort(@Nullable Throwable cause) {
        free();
        callback.failed(cause == null ? new EofException("The client has hung up") : cause);
    }

    /** Answers. */
    final void answer(ByteBuffer body) {
        beforeAnswer();
        Answers.write(response, Answers.JSON, body, callback);
    }

    final void refuse(Failure failure) {
        refuse(Answers.status(failure), Answers.body(failure));
    }

    final void refuse(int status, ByteBuffer body) {
        boolean unread = !isRead();
        beforeAnswer();
        if (unread) {
            Answers.close(response);
        }
        Answers.refuse(response, status, body, unread ? new Linger(request, callback) : callback);
    }

    /** Whether the body of the request has been read to its end. */
    abstract boolean isRead();

    /** Gives back what the request held, and sees to it that the connection ends if it can't be used further. */
    final void beforeAnswer() {
        free();
        if (watch.hasSwallowed() || farewell.isFor(request)) {
            Answers.close(response);
        }
    }
}
