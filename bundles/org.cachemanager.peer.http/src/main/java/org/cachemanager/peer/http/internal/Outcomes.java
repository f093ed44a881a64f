package org.cachemanager.peer.http.internal;

import java.util.UUID;
import org.cachemanager.api.Data;
import org.cachemanager.api.Failure;
import org.cachemanager.api.GetReply;
import org.cachemanager.api.Item;
import org.cachemanager.api.Reply;
import org.cachemanager.api.peer.Greeting;
import org.cachemanager.protocol.BodyPieces;
import org.cachemanager.protocol.ErrorCode;
import org.cachemanager.protocol.GetResponse;
import org.cachemanager.protocol.ProtocolException;
import org.cachemanager.protocol.Responses;
import org.jspecify.annotations.Nullable;

/** What becomes of the answers to each kind of call. */
final class Outcomes {

    private static final long MILLIS = 1000;

    private Outcomes() {}

    /** Takes the outcome of a call. */
    interface Outcome {

        /**
         * Reads an answer with status 200.
         *
         * @param held what its bytes hold; closed by who uses them, unless this throws
         * @return calls the reply
         * @throws ProtocolException if it is no answer to the call
         */
        Runnable read(BodyPieces body, Room held) throws ProtocolException;

        /** Calls the reply. */
        void failed(Failure failure);

        /** Whether the peer may take its time. */
        default boolean isPatient() {
            return false;
        }

        /** Whether the call is about the cluster itself. */
        default boolean isControl() {
            return false;
        }
    }

    private static byte[] bytes(BodyPieces body) {
        return body.length() == 0 ? new byte[0] : body.part(0, body.length()).toByteArray();
    }

    /** Of a probe. */
    record Probed(Reply<UUID> reply) implements Outcome {

        @Override
        public boolean isControl() {
            return true;
        }

        @Override
        public Runnable read(BodyPieces body, Room held) throws ProtocolException {
            UUID ref = Responses.parseRef(bytes(body));
            return () -> reply.completed(ref);
        }

        @Override
        public void failed(Failure failure) {
            reply.failed(failure);
        }
    }

    /** Of a look-up. */
    record Looked(GetReply reply, boolean isPatient) implements Outcome {

        @Override
        public Runnable read(BodyPieces body, Room held) throws ProtocolException {
            GetResponse response = Responses.parseGet(body);
            if (response.data() != null) {
                Item item = response.lock() ? null : item(response, held::close);
                if (item == null) {
                    throw new ProtocolException(ErrorCode.OUT_OF_RANGE, "An item with a lock, or without an end.");
                }
                return () -> reply.found(item);
            }
            held.close();
            return response.lock() ? reply::locked : reply::absent;
        }

        @Override
        public void failed(Failure failure) {
            reply.failed(failure);
        }
    }

    /** The item of an answer; null if it has none, or one without a sensible end. */
    static @Nullable Item item(GetResponse response, Runnable release) {
        Data data = response.data();
        long seconds = response.expirySeconds();
        return data == null || seconds < 0 || seconds > Long.MAX_VALUE / MILLIS
                ? null
                : new Found(data, seconds * MILLIS, release);
    }

    /** An item in the room of its call. */
    private record Found(Data data, long expiryMillis, Runnable giveBack) implements Item {

        @Override
        public void release() {
            giveBack.run();
        }
    }

    /** Of an upload. */
    record Stored(Reply<Integer> reply, int length) implements Outcome {

        @Override
        public Runnable read(BodyPieces body, Room held) throws ProtocolException {
            if (!Responses.parseSet(bytes(body))) {
                throw new ProtocolException(ErrorCode.OUT_OF_RANGE, "Not the word for stored.");
            }
            return () -> reply.completed(length);
        }

        @Override
        public void failed(Failure failure) {
            reply.failed(failure);
        }
    }

    /** Of a removal. */
    record Deleted(Reply<Boolean> reply) implements Outcome {

        @Override
        public Runnable read(BodyPieces body, Room held) throws ProtocolException {
            boolean deleted = Responses.parseDelete(bytes(body));
            return () -> reply.completed(deleted);
        }

        @Override
        public void failed(Failure failure) {
            reply.failed(failure);
        }
    }

    /** Of a greeting. */
    record Greeted(Reply<Greeting> reply) implements Outcome {

        @Override
        public boolean isControl() {
            return true;
        }

        @Override
        public Runnable read(BodyPieces body, Room held) throws ProtocolException {
            Greeting answer = Responses.parseGreeting(bytes(body));
            return () -> reply.completed(answer);
        }

        @Override
        public void failed(Failure failure) {
            reply.failed(failure);
        }
    }

    /** Of what is told of a lock. */
    record Claimed(Reply<Boolean> reply) implements Outcome {

        @Override
        public Runnable read(BodyPieces body, Room held) throws ProtocolException {
            boolean noted = Responses.parseGet(bytes(body)).lock();
            return () -> reply.completed(noted);
        }

        @Override
        public void failed(Failure failure) {
            reply.failed(failure);
        }
    }

    /** Of an item that is given over. */
    record Given(Reply<Boolean> reply) implements Outcome {

        @Override
        public Runnable read(BodyPieces body, Room held) throws ProtocolException {
            if (!Responses.parseSet(bytes(body))) {
                throw new ProtocolException(ErrorCode.OUT_OF_RANGE, "Not the word for stored.");
            }
            return () -> reply.completed(true);
        }

        @Override
        public void failed(Failure failure) {
            reply.failed(failure);
        }
    }
}
