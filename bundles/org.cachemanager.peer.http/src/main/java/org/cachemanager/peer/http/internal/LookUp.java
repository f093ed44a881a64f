package org.cachemanager.peer.http.internal;

import java.time.Duration;
import org.cachemanager.api.Call;
import org.cachemanager.api.GetReply;
import org.cachemanager.api.Item;
import org.cachemanager.api.peer.PeerCall;
import org.cachemanager.protocol.GetResponse;
import org.jspecify.annotations.Nullable;

/**
 * A look-up until its reply is called or it is given up: asked for with others, or alone, by a call of its own that may
 * wait at the peer.
 *
 * <p>The lock decides who ends it, and whether it is asked for alone. No reply is called under it.
 */
final class LookUp implements Call {

    /** What is left of a wait at the least, so that it stays one; less that has passed of it counts for nothing. */
    private static final long LEAST_WAIT_NANOS = 1_000_000;

    final PeerCall call;
    private final GetReply reply;
    private final long maxWaitNanos;
    private final long begunNanos;
    private Gathered.@Nullable Batch batch;
    private @Nullable Exchange alone;
    private boolean ended;

    LookUp(PeerCall call, Duration maxWait, GetReply reply, long nowNanos) {
        this.call = call;
        this.reply = reply;
        this.maxWaitNanos = maxWait.toNanos();
        this.begunNanos = nowNanos;
    }

    /** The call by which it is asked for alone, for the rest of its wait; null if it has ended. To be sent. */
    @Nullable
    Exchange alone(long nowNanos) {
        long waited = nowNanos - begunNanos;
        long rest = waited < LEAST_WAIT_NANOS ? maxWaitNanos : maxWaitNanos - waited;
        Duration wait = Duration.ofNanos(Math.max(rest, Math.min(maxWaitNanos, LEAST_WAIT_NANOS)));
        synchronized (this) {
            if (ended) {
                return null;
            }
            Outcomes.Looked outcome = new Outcomes.Looked(reply, !wait.isZero());
            Exchange exchange = new Exchange(call.peer(), Outgoing.get(call, wait), call.room(), outcome);
            alone = exchange;
            return exchange;
        }
    }

    /** Says with which others it is asked for; false if it has ended. */
    synchronized boolean isIn(Gathered.Batch asked) {
        batch = asked;
        return !ended;
    }

    private synchronized boolean end() {
        boolean first = !ended;
        ended = true;
        return first;
    }

    /** Takes what was answered to it and others; false if it has to be asked for alone. */
    boolean answered(@Nullable GetResponse response) {
        Item item = response == null ? null : Outcomes.item(response, () -> {});
        if (response == null || (item == null && (response.data() != null || maxWaitNanos != 0))) {
            return false;
        }
        if (end()) {
            Exchange.run(item == null ? reply::absent : () -> reply.found(item));
        }
        return true;
    }

    @Override
    public boolean cancel() {
        Exchange own;
        Gathered.Batch with;
        synchronized (this) {
            own = alone;
            with = batch;
            if (own == null) {
                if (ended) {
                    return false;
                }
                ended = true;
            }
        }
        if (own != null) {
            return own.cancel();
        }
        if (with != null) {
            with.leave();
        }
        return true;
    }
}
