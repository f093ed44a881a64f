package org.cachemanager.peer.http.internal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.LongFunction;
import org.cachemanager.api.Call;
import org.cachemanager.api.Failure;
import org.cachemanager.api.Reservation;
import org.cachemanager.api.peer.PeerAddress;
import org.cachemanager.protocol.BodyPieces;
import org.cachemanager.protocol.ProtocolException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call until its reply is called or it is given up.
 *
 * <p>The lock decides who ends it, and keeps the data from being read once it has ended: they are its caller's again
 * then. No reply is called, and nothing is closed, under it.
 */
final class Exchange implements Call {

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.peer.http");
    private static final int OK = 200;

    private final PeerAddress peer;
    private final Outgoing outgoing;
    private final Outcomes.Outcome outcome;
    private final Room room;
    private Runnable atEnd = () -> {};
    private @Nullable Closeable carrier;
    private boolean repeated;
    private boolean ended;

    /** @param source sets room aside for a large answer; null: it must be a small one */
    Exchange(
            PeerAddress peer,
            Outgoing outgoing,
            @Nullable LongFunction<@Nullable Reservation> source,
            Outcomes.Outcome outcome) {
        this.peer = peer;
        this.outgoing = outgoing;
        this.outcome = outcome;
        this.room = new Room(source);
    }

    PeerAddress peer() {
        return peer;
    }

    Room room() {
        return room;
    }

    long outgoingBytes() {
        return outgoing.length();
    }

    /** Has something run when it ends. Before it is sent. */
    synchronized void atEnd(Runnable task) {
        atEnd = task;
    }

    /** Names what carries it now, to be closed when it is given up; false if it has been already. */
    synchronized boolean carriedBy(Closeable next) {
        if (ended) {
            return false;
        }
        carrier = next;
        return true;
    }

    /** Copies bytes of the request; false if it has ended. */
    synchronized boolean copyTo(long from, ByteBuffer target) {
        if (!ended) {
            outgoing.copyTo(from, target);
        }
        return !ended;
    }

    /** Whether it is still open and may be sent once more; only once. */
    synchronized boolean repeat() {
        boolean first = !ended && !repeated;
        repeated = true;
        return first;
    }

    synchronized boolean isOpen() {
        return !ended;
    }

    /** Ends it; true for the one who does, who then calls {@link #answered} or {@link #refused}. */
    boolean end() {
        return end(false);
    }

    private boolean end(boolean withCarrier) {
        Closeable carrying;
        Runnable task;
        synchronized (this) {
            if (ended) {
                return false;
            }
            ended = true;
            carrying = withCarrier ? carrier : null;
            carrier = null;
            task = atEnd;
        }
        close(carrying);
        task.run();
        return true;
    }

    @Override
    public boolean cancel() {
        boolean inTime = end(true);
        if (inTime) {
            room.close();
        }
        return inTime;
    }

    /** Ends it and what carries it with a failure, if it is still open. */
    void fail(Failure failure) {
        if (end(true)) {
            refused(failure);
        }
    }

    /** Whether it may wait for an item. */
    boolean isPatient() {
        return outcome.isPatient();
    }

    private static void close(@Nullable Closeable carrying) {
        if (carrying != null) {
            try {
                carrying.close();
            } catch (IOException e) {
                LOG.debug("A connection did not close cleanly.", e);
            }
        }
    }

    /** Calls the reply with what the peer said; once it was {@linkplain #end ended} here. */
    void answered(int status, BodyPieces body) {
        if (status != OK) {
            refused(Refusals.of(peer, status, body));
            return;
        }
        Runnable reply;
        try {
            reply = outcome.read(body, room);
        } catch (ProtocolException e) {
            refused(Refusals.nonsense(peer, e.sentence()));
            return;
        }
        run(reply);
    }

    /** Calls the reply; once it was {@linkplain #end ended} here. */
    void refused(Failure failure) {
        room.close();
        run(() -> outcome.failed(failure));
    }

    private static void run(Runnable reply) {
        try {
            reply.run();
        } catch (RuntimeException | LinkageError e) {
            LOG.error("The reply to a call to a peer threw.", e);
        }
    }
}
