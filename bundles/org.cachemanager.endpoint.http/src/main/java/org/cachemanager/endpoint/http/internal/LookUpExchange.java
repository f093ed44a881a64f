package org.cachemanager.endpoint.http.internal;

import java.nio.ByteBuffer;
import java.time.Duration;
import org.cachemanager.api.Call;
import org.cachemanager.api.Failure;
import org.cachemanager.api.GetReply;
import org.cachemanager.api.Item;
import org.cachemanager.api.Key;
import org.cachemanager.api.Namespace;
import org.cachemanager.protocol.BodyPieces;
import org.cachemanager.protocol.LookUps;
import org.cachemanager.protocol.LookUpsRequest;
import org.cachemanager.protocol.ProtocolException;
import org.cachemanager.protocol.Requests;
import org.cachemanager.protocol.Text;
import org.jspecify.annotations.Nullable;

/**
 * A {@code peer/look_up}: what a peer asks for several of its callers. It never waits: a key that can't be answered at
 * once, or shortly, is left to be asked for alone.
 */
final class LookUpExchange extends DataExchange {

    private static final Failure TOO_MANY_COPIES =
            new Failure(Failure.Reason.NO_ROOM, "Too many answers are being written; ask for each key alone.");

    private @Nullable LookUpsRequest asked;

    LookUpExchange(Incoming incoming, Backend backend, Upload.Bounds bounds) {
        super(incoming, backend, bounds);
    }

    @Override
    public void arrived(byte[] body, int offset, int length) throws ProtocolException {
        begin(Requests.lookUps(body, offset, length));
    }

    @Override
    public void arrived(BodyPieces body) throws ProtocolException {
        begin(Requests.lookUps(body));
    }

    private void begin(LookUpsRequest request) {
        asked = request;
        open(request.namespace(), request.peer());
    }

    @Override
    void opened(Namespace namespace) {
        LookUpsRequest request = asked;
        if (request == null || !isOfPeer(namespace)) {
            return;
        }
        asked = null;
        LookUps answer = new LookUps();
        for (Text key : request.keys()) {
            lookUp(Key.of(namespace, key.toByteArray()), answer);
        }
        ByteBuffer body = answer.end();
        int size = body.remaining();
        if (size <= GetExchange.FREE_BYTES) {
            answer(body);
        } else if (Copies.take(size)) {
            beforeAnswer();
            Answers.write(response, Answers.JSON, body, Copies.givingBack(size, callback));
        } else {
            refuse(TOO_MANY_COPIES);
        }
    }

    private void lookUp(Key key, LookUps answer) {
        Looking looking = new Looking(answer);
        Call call = cache.get(key, Duration.ZERO, looking);
        if (!looking.end()) {
            answer.alone();
            call.cancel();
        }
    }

    /** Takes the reply for a key, if it comes before the cache's method returns. */
    private static final class Looking implements GetReply {
        private final LookUps answer;
        private boolean answered;
        private boolean ended;

        Looking(LookUps answer) {
            this.answer = answer;
        }

        /** Whether the key is answered; what comes later is not taken. */
        synchronized boolean end() {
            ended = true;
            return answered;
        }

        @Override
        public void found(Item item) {
            synchronized (this) {
                answered = !ended && answer.found(item.data(), item.expiryMillis());
            }
            item.release();
        }

        @Override
        public synchronized void absent() {
            if (!ended) {
                answer.absent();
                answered = true;
            }
        }

        @Override
        public void locked() {
            // nobody is given a lock who does not wait
        }

        @Override
        public void failed(Failure failure) {
            // asked alone it is told why
        }
    }
}
