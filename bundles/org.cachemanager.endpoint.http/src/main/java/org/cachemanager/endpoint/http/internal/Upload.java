package org.cachemanager.endpoint.http.internal;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.cachemanager.api.Cache;
import org.cachemanager.api.Failure;
import org.cachemanager.api.Reply;
import org.cachemanager.api.Reservation;
import org.cachemanager.protocol.BodyPieces;
import org.cachemanager.protocol.ErrorCode;
import org.cachemanager.protocol.ProtocolException;
import org.cachemanager.protocol.Responses;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.thread.Invocable;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request on its way in.
 *
 * <p>One that arrived at once, as nearly all do, stays in the server's buffer and is parsed there. Others are gathered
 * in pieces, for which room is reserved in the cache before they are read. One of up to {@value #SMALL_BYTES} bytes has
 * it at once, or is refused; the client of a larger one that finds none waits with its bytes unread, for
 * {@link #ROOM_WAIT} at the most. Nothing is held that is larger than any allowed request.
 */
final class Upload {

    /** What is taken in without a reservation: the connection's input buffer, which counts with the connection. */
    static final int FREE_BYTES = HttpEndpoint.INPUT_BYTES;

    /** What does not stand in line for its room. */
    static final int SMALL_BYTES = 32 * 1024;

    /** What must arrive in the time that {@link EndpointSettings#bodyPace()} says. */
    static final int PACE_BYTES = 16 * 1024;

    /** The same for what is larger than {@value #SMALL_BYTES} bytes. */
    static final int LARGE_PACE_BYTES = 1 << 20;

    /** What no body may pass, whatever the settings say. */
    private static final long MOST_BYTES = 1L << 30;

    private static final Failure NO_ROOM = new Failure(
            Failure.Reason.NO_ROOM, "There is no room to take the request in now; try again a little later.");
    private static final Duration ROOM_WAIT = Duration.ofSeconds(5);

    /** Takes a body that has arrived whole. */
    interface Receiver {

        /** The body lies in an array, until {@link Upload#free()}. */
        void arrived(byte[] body, int offset, int length) throws ProtocolException;

        /** The body lies in pieces. */
        void arrived(BodyPieces body) throws ProtocolException;
    }

    /**
     * What an upload has to keep to.
     *
     * @param mostBytes the most bytes of the body
     * @param pace how long {@link #PACE_BYTES} may take
     */
    record Bounds(long mostBytes, Duration pace) {

        /** The same with more bytes, as many as can be dealt with. */
        Bounds with(long more) {
            return new Bounds(Math.min(mostBytes + Math.min(more, MOST_BYTES), MOST_BYTES), pace);
        }
    }

    private final Exchange exchange;
    private final Receiver receiver;
    private final Cache cache;
    private final Bounds bounds;
    private List<Reservation> room = List.of();
    private long roomBytes = FREE_BYTES;
    private Content.@Nullable Chunk held;
    private @Nullable BodyPieces pieces;
    private long received;
    private long paceFrom;
    private long paceNanos;
    private boolean complete;

    <E extends Exchange & Receiver> Upload(E exchange, Cache cache, Bounds bounds) {
        this.exchange = exchange;
        this.receiver = exchange;
        this.cache = cache;
        this.bounds = bounds;
    }

    /** Begins to read; tells the receiver, or refuses. */
    void begin() {
        long announced = exchange.request.getLength();
        if (announced > bounds.mostBytes()) {
            refuseTooLarge();
        } else if (announced > roomBytes) {
            reserve(announced);
        } else {
            read();
        }
    }

    private void reserve(long bytes) {
        long more = bytes - (room.isEmpty() ? 0 : roomBytes);
        if (bytes > SMALL_BYTES) {
            exchange.ask(() -> cache.reserve(more, ROOM_WAIT, new RoomReply(bytes)), false);
            return;
        }
        Reservation given = cache.hold(more);
        if (given == null) {
            exchange.refuse(NO_ROOM);
        } else {
            reserved(given, bytes);
        }
    }

    private void reserved(Reservation given, long bytes) {
        if (room.isEmpty()) {
            room = new ArrayList<>();
        }
        room.add(given);
        roomBytes = bytes;
        resume();
    }

    /** Takes the answer to a reservation. */
    private final class RoomReply implements Reply<Reservation> {
        private final long bytes;

        RoomReply(long bytes) {
            this.bytes = bytes;
        }

        @Override
        public void completed(Reservation given) {
            exchange.proceed(() -> reserved(given, bytes));
        }

        @Override
        public void failed(Failure failure) {
            exchange.proceed(() -> exchange.refuse(failure));
        }
    }

    /** Goes on with what was read before there was room for it. */
    private void resume() {
        Content.Chunk chunk = held;
        if (chunk != null && pieces != null) {
            held = null;
            keep(chunk);
        }
        read();
    }

    private void read() {
        while (true) {
            Content.Chunk chunk = exchange.request.read();
            if (chunk == null) {
                exchange.request.demand(
                        Invocable.from(Invocable.InvocationType.NON_BLOCKING, () -> exchange.attempt(this::read)));
                return;
            }
            if (Content.Chunk.isFailure(chunk)) {
                brokenOff(chunk.getFailure());
                return;
            }
            if (!take(chunk)) {
                return;
            }
        }
    }

    /** Takes a part of the body; returns whether to read on now. */
    private boolean take(Content.Chunk chunk) {
        received += chunk.remaining();
        if (chunk.isLast()) {
            complete = true;
        }
        if (received > bounds.mostBytes()) {
            chunk.release();
            refuseTooLarge();
            return false;
        }
        if (isTooSlow() && !complete) {
            chunk.release();
            refuseSlow();
            return false;
        }
        if (!chunk.hasRemaining()) {
            chunk.release();
        } else if (held == null && pieces == null) {
            held = chunk;
        } else if (!gather(chunk)) {
            return false;
        }
        if (complete) {
            deliver();
        }
        return !complete;
    }

    /** Adds a part to the pieces; returns false when it has to wait for room. */
    private boolean gather(Content.Chunk chunk) {
        Content.Chunk first = held;
        if (first != null) {
            held = null;
            keep(first);
        }
        if (received <= roomBytes) {
            keep(chunk);
            return true;
        }
        held = chunk;
        if (pieces == null) {
            pieces = new BodyPieces();
        }
        complete = false;
        reserve(Math.min(bounds.mostBytes(), Math.max(received, 2 * roomBytes)));
        return false;
    }

    private void keep(Content.Chunk chunk) {
        BodyPieces into = pieces;
        if (into == null) {
            into = new BodyPieces();
            pieces = into;
        }
        into.append(chunk.getByteBuffer());
        chunk.release();
    }

    private boolean isTooSlow() {
        long now = System.nanoTime();
        if (paceFrom == 0 && paceNanos == 0) {
            paceNanos = now;
            return false;
        }
        if (now - paceNanos < bounds.pace().toNanos()) {
            return false;
        }
        boolean slow = received - paceFrom < (roomBytes > SMALL_BYTES ? LARGE_PACE_BYTES : PACE_BYTES);
        paceFrom = received;
        paceNanos = now;
        return slow;
    }

    private void deliver() {
        try {
            Content.Chunk whole = held;
            BodyPieces gathered = pieces;
            if (gathered != null) {
                receiver.arrived(gathered);
            } else if (whole == null) {
                receiver.arrived(new byte[0], 0, 0);
            } else if (whole.getByteBuffer().hasArray()) {
                ByteBuffer bytes = whole.getByteBuffer();
                receiver.arrived(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
            } else {
                held = null;
                keep(whole);
                deliver();
            }
        } catch (ProtocolException e) {
            exchange.refuse(HttpStatus.BAD_REQUEST_400, Responses.error(e.code(), e.sentence()));
        }
    }

    private void refuseTooLarge() {
        exchange.refuse(
                HttpStatus.PAYLOAD_TOO_LARGE_413,
                Responses.error(
                        ErrorCode.TOO_LARGE,
                        "The body is larger than any allowed request; store less under one key, or raise"
                                + " max_item_size."));
    }

    private void refuseSlow() {
        exchange.refuse(
                HttpStatus.REQUEST_TIMEOUT_408,
                Responses.error(ErrorCode.TIMEOUT, "The body did not arrive in time; send it faster."));
    }

    private void brokenOff(Throwable failure) {
        if (failure instanceof TimeoutException) {
            refuseSlow();
        } else {
            exchange.abort(failure);
        }
    }

    /** Whether all of the body has been read. */
    boolean isComplete() {
        return complete;
    }

    /** Gives back the body and its room. */
    void free() {
        Content.Chunk chunk = held;
        held = null;
        if (chunk != null) {
            chunk.release();
        }
        pieces = null;
        room.forEach(Reservation::close);
        room = List.of();
    }
}
