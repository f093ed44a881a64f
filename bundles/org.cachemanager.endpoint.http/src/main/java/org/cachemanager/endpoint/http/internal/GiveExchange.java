package org.cachemanager.endpoint.http.internal;

import java.util.Objects;
import org.cachemanager.api.Failure;
import org.cachemanager.api.Key;
import org.cachemanager.api.Namespace;
import org.cachemanager.api.Reply;
import org.cachemanager.api.peer.Version;
import org.cachemanager.protocol.BodyPieces;
import org.cachemanager.protocol.ProtocolException;
import org.cachemanager.protocol.Requests;
import org.cachemanager.protocol.Responses;
import org.cachemanager.protocol.SetRequest;
import org.jspecify.annotations.Nullable;

/** A {@code peer/give}. */
final class GiveExchange extends DataExchange implements Reply<Boolean> {

    private @Nullable SetRequest asked;
    private @Nullable Version version;

    GiveExchange(Incoming incoming, Backend backend, Upload.Bounds bounds) {
        super(incoming, backend, bounds);
    }

    @Override
    public void arrived(byte[] body, int offset, int length) throws ProtocolException {
        begin(Requests.give(body, offset, length));
    }

    @Override
    public void arrived(BodyPieces body) throws ProtocolException {
        begin(Requests.give(body));
    }

    private void begin(SetRequest request) {
        version = Objects.requireNonNull(request.version());
        asked = request;
        open(request.namespace(), request.peer());
    }

    @Override
    void opened(Namespace namespace) {
        SetRequest request = asked;
        Version copy = version;
        if (request != null && copy != null) {
            Key key = Key.of(namespace, request.key().toByteArray());
            asPeer(namespace, peers -> peers.take(key, request.data(), copy, this));
        }
    }

    @Override
    public void completed(Boolean done) {
        proceed(() -> answer(Responses.stored()));
    }

    @Override
    public void failed(Failure failure) {
        proceed(() -> refuse(failure));
    }
}
