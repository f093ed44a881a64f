package org.cachemanager.endpoint.http.internal;

import java.nio.ByteBuffer;
import org.cachemanager.api.Failure;
import org.cachemanager.api.GetReply;
import org.cachemanager.api.Item;
import org.cachemanager.api.Key;
import org.cachemanager.api.Namespace;
import org.cachemanager.protocol.BodyPieces;
import org.cachemanager.protocol.GetRequest;
import org.cachemanager.protocol.ProtocolException;
import org.cachemanager.protocol.Requests;
import org.cachemanager.protocol.Responses;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** A {@code get_data}. */
final class GetExchange extends DataExchange implements GetReply {

    /** Answers up to this size are put together in one buffer; larger ones are written from where they lie. */
    private static final int ONE_BUFFER_BYTES = 64 * 1024;

    private @Nullable GetRequest asked;

    GetExchange(Incoming incoming, Backend backend, Upload.Bounds bounds) {
        super(incoming, backend, bounds);
    }

    @Override
    public void arrived(byte[] body, int offset, int length) throws ProtocolException {
        begin(Requests.get(body, offset, length));
    }

    @Override
    public void arrived(BodyPieces body) throws ProtocolException {
        begin(Requests.get(body));
    }

    private void begin(GetRequest get) {
        asked = get;
        open(get.namespace());
    }

    /** What was read is given back before the wait: a waiter costs little. */
    @Override
    void opened(Namespace namespace) {
        GetRequest get = asked;
        if (get != null) {
            Key key = Key.of(namespace, get.key().toByteArray());
            asked = null;
            free();
            ask(() -> cache.get(key, get.maxWait(), this));
        }
    }

    @Override
    public void found(Item item) {
        proceed(() -> send(item));
    }

    @Override
    public void locked() {
        proceed(() -> answer(Responses.locked()));
    }

    @Override
    public void absent() {
        proceed(() -> answer(Responses.absent()));
    }

    @Override
    public void failed(Failure failure) {
        proceed(() -> refuse(failure));
    }

    private void send(Item item) {
        @Nullable ByteBuffer body;
        try {
            beforeAnswer();
            int length = Responses.foundOverhead() + item.data().length();
            if (length > ONE_BUFFER_BYTES) {
                body = null;
            } else {
                body = ByteBuffer.allocate(length);
                Responses.putFound(body, item.data(), item.expiryMillis());
            }
        } catch (RuntimeException | Error e) {
            item.release();
            throw e;
        }
        if (body == null) {
            new LargeAnswer(item, response, callback).begin();
        } else {
            Answers.write(response, Answers.JSON, body.flip(), new Releasing(item, callback));
        }
    }

    /** Releases the item once it is written or can't be. */
    private static final class Releasing extends Callback.Nested {
        private final Item item;

        Releasing(Item item, Callback callback) {
            super(callback);
            this.item = item;
        }

        @Override
        public void succeeded() {
            item.release();
            super.succeeded();
        }

        @Override
        public void failed(Throwable cause) {
            item.release();
            super.failed(cause);
        }
    }
}
