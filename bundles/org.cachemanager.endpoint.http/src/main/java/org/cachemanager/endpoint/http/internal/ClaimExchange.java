package org.cachemanager.endpoint.http.internal;

import org.cachemanager.api.Failure;
import org.cachemanager.api.Key;
import org.cachemanager.api.Namespace;
import org.cachemanager.api.Reply;
import org.cachemanager.protocol.BodyPieces;
import org.cachemanager.protocol.GetRequest;
import org.cachemanager.protocol.ProtocolException;
import org.cachemanager.protocol.Requests;
import org.cachemanager.protocol.Responses;
import org.jspecify.annotations.Nullable;

/** A {@code peer/claim}: its {@code max_wait_time} is what is left of the lease. */
final class ClaimExchange extends DataExchange implements Reply<Boolean> {

    private @Nullable GetRequest asked;

    ClaimExchange(Incoming incoming, Backend backend, Upload.Bounds bounds) {
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

    private void begin(GetRequest request) {
        asked = request;
        open(request.namespace(), request.peer());
    }

    @Override
    void opened(Namespace namespace) {
        GetRequest request = asked;
        if (request != null) {
            Key key = Key.of(namespace, request.key().toByteArray());
            asPeer(namespace, peers -> peers.claim(key, request.maxWait(), this));
        }
    }

    @Override
    public void completed(Boolean done) {
        proceed(() -> answer(done ? Responses.locked() : Responses.absent()));
    }

    @Override
    public void failed(Failure failure) {
        proceed(() -> refuse(failure));
    }
}
