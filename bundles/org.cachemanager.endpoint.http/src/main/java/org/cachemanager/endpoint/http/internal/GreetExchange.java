package org.cachemanager.endpoint.http.internal;

import org.cachemanager.api.Call;
import org.cachemanager.api.Namespace;
import org.cachemanager.api.PeerMark;
import org.cachemanager.api.peer.Greeting;
import org.cachemanager.protocol.BodyPieces;
import org.cachemanager.protocol.GreetRequest;
import org.cachemanager.protocol.ProtocolException;
import org.cachemanager.protocol.Requests;
import org.cachemanager.protocol.Responses;
import org.jspecify.annotations.Nullable;

/** A {@code peer/greet}. */
final class GreetExchange extends DataExchange {

    private @Nullable GreetRequest asked;

    GreetExchange(Incoming incoming, Backend backend, Upload.Bounds bounds) {
        super(incoming, backend, bounds);
    }

    @Override
    public void arrived(byte[] body, int offset, int length) throws ProtocolException {
        begin(Requests.greet(body, offset, length));
    }

    @Override
    public void arrived(BodyPieces body) throws ProtocolException {
        begin(Requests.greet(body));
    }

    private void begin(GreetRequest request) {
        asked = request;
        open(request.namespace(), request.peer());
    }

    @Override
    void opened(Namespace namespace) {
        GreetRequest request = asked;
        PeerMark mark = namespace.peer();
        if (request != null) {
            asPeer(namespace, peers -> {
                if (mark != null) {
                    Greeting answer = peers.greeted(mark.ref(), request.greeting());
                    proceed(() -> answer(Responses.greeting(answer)));
                }
                return Call.ANSWERED;
            });
        }
    }
}
