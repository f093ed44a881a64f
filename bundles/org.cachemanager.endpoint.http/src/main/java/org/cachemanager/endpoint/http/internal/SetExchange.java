package org.cachemanager.endpoint.http.internal;

import org.cachemanager.api.Failure;
import org.cachemanager.api.Key;
import org.cachemanager.api.Namespace;
import org.cachemanager.api.Reply;
import org.cachemanager.protocol.BodyPieces;
import org.cachemanager.protocol.ProtocolException;
import org.cachemanager.protocol.Requests;
import org.cachemanager.protocol.Responses;
import org.cachemanager.protocol.SetRequest;
import org.jspecify.annotations.Nullable;

/** A {@code set_data}. */
final class SetExchange extends DataExchange implements Reply<Integer> {

    private @Nullable SetRequest asked;

    SetExchange(Incoming incoming, Backend backend, Upload.Bounds bounds) {
        super(incoming, backend, bounds);
    }

    @Override
    public void arrived(byte[] body, int offset, int length) throws ProtocolException {
        begin(Requests.set(body, offset, length));
    }

    @Override
    public void arrived(BodyPieces body) throws ProtocolException {
        begin(Requests.set(body));
    }

    private void begin(SetRequest set) {
        asked = set;
        open(set.namespace(), set.peer());
    }

    @Override
    void opened(Namespace namespace) {
        SetRequest set = asked;
        if (set != null) {
            Key key = Key.of(namespace, set.key().toByteArray());
            ask(() -> cache.set(key, set.data(), set.ttlSeconds(), this));
        }
    }

    @Override
    public void completed(Integer length) {
        proceed(() -> answer(Responses.stored()));
    }

    @Override
    public void failed(Failure failure) {
        proceed(() -> refuse(failure));
    }
}
