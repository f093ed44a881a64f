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

    /** Answers up to this size count with their connection. */
    static final int FREE_BYTES = HttpEndpoint.INPUT_BYTES;

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
        open(get.namespace(), get.peer());
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
            body = copy(item);
        } catch (RuntimeException | Error e) {
            item.release();
            throw e;
        }
        if (body == null) {
            new LargeAnswer(item, response, callback).begin();
            return;
        }
        item.release();
        Callback written = body.capacity() > FREE_BYTES ? Copies.givingBack(body.capacity(), callback) : callback;
        Answers.write(response, Answers.JSON, body.flip(), written);
    }

    /** The answer in one buffer; null when it is too large for that, or too many such are still being written. */
    private static @Nullable ByteBuffer copy(Item item) {
        int length = Responses.foundOverhead() + item.data().length();
        if (length > ONE_BUFFER_BYTES) {
            return null;
        }
        if (length > FREE_BYTES && !Copies.take(length)) {
            return null;
        }
        boolean done = false;
        try {
            ByteBuffer body = ByteBuffer.allocate(length);
            Responses.putFound(body, item.data(), item.expiryMillis());
            done = true;
            return body;
        } finally {
            if (!done && length > FREE_BYTES) {
                Copies.giveBack(length);
            }
        }
    }
}
