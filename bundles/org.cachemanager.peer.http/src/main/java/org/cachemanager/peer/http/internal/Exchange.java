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
 * then. No reply is called, and nothing is closed, under it. Once it has ended it holds neither data nor reply: a
 * connection that is being made for it may outlive it.
 */
final class Exchange implements Call {

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.peer.http");
    private static final int OK = 200;

    private final PeerAddress peer;
    private final boolean control;
    private final boolean patient;
    private final long bytes;
    private final Room room;
    private @Nullable Outgoing outgoing;
    private Outcomes.@Nullable Outcome outcome;
    private Runnable atEnd = () -> {};
    private Runnable afterEnd = () -> {};
    private long sinceNanos;
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
        this.control = outcome.isControl();
        this.patient = outcome.isPatient();
        this.bytes = outgoing.length();
        this.room = new Room(source);
    }

    PeerAddress peer() {
        return peer;
    }

    Room room() {
        return room;
    }

    long outgoingBytes() {
        return bytes;
    }

    /** Before it is sent: says when that is, and has something run when it ends; false if it has already. */
    synchronized boolean begin(long nanos, Runnable task) {
        sinceNanos = nanos;
        atEnd = task;
        return !ended;
    }

    /** Has something run when it has ended, just before its reply is called. Before it is sent. */
    synchronized void then(Runnable task) {
        afterEnd = task;
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
        Outgoing open = outgoing;
        if (open != null) {
            open.copyTo(from, target);
        }
        return open != null;
    }

    /**
     * Whether it is still open and may be sent once more; only once.
     *
     * @param notBefore the instant since which it must have been made: its token grows old
     */
    synchronized boolean repeat(long notBefore) {
        boolean first = !ended && !repeated && sinceNanos - notBefore >= 0;
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
        Runnable after;
        synchronized (this) {
            if (ended) {
                return false;
            }
            ended = true;
            carrying = withCarrier ? carrier : null;
            carrier = null;
            outgoing = null;
            task = atEnd;
            after = afterEnd;
            atEnd = () -> {};
            afterEnd = () -> {};
        }
        close(carrying);
        run(task, "What was to be done at the end of");
        run(after, "What was to be done after");
        return true;
    }

    @Override
    public boolean cancel() {
        boolean inTime = end(true);
        if (inTime) {
            takeOutcome();
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
        return patient;
    }

    /** Whether it is about the cluster itself, and must get through whatever items are waited for. */
    boolean isControl() {
        return control;
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

    private synchronized Outcomes.@Nullable Outcome takeOutcome() {
        Outcomes.Outcome taken = outcome;
        outcome = null;
        return taken;
    }

    /** Calls the reply with what the peer said; once it was {@linkplain #end ended} here. */
    void answered(int status, BodyPieces body) {
        Outcomes.Outcome taken = takeOutcome();
        if (taken == null) {
            return;
        }
        if (status != OK) {
            refused(taken, Refusals.of(peer, status, body));
            return;
        }
        Runnable reply;
        try {
            reply = taken.read(body, room);
        } catch (ProtocolException e) {
            refused(taken, Refusals.nonsense(peer, e.sentence()));
            return;
        } catch (RuntimeException | Error e) {
            LOG.error("An answer of the peer {} could not be read.", peer, e);
            refused(taken, Refusals.nonsense(peer, "it can't be read."));
            return;
        }
        run(reply);
    }

    /** Calls the reply; once it was {@linkplain #end ended} here. */
    void refused(Failure failure) {
        Outcomes.Outcome taken = takeOutcome();
        if (taken != null) {
            refused(taken, failure);
        }
    }

    private void refused(Outcomes.Outcome taken, Failure failure) {
        room.close();
        run(() -> taken.failed(failure));
    }

    /** Calls a reply; what it throws goes no further. */
    static void run(Runnable reply) {
        run(reply, "The reply to");
    }

    private static void run(Runnable task, String what) {
        try {
            task.run();
        } catch (RuntimeException | LinkageError e) {
            LOG.error("{} a call to a peer threw.", what, e);
        }
    }
}
