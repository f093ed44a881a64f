package org.cachemanager.endpoint.http.internal;

import org.cachemanager.api.Failure;
import org.cachemanager.api.Key;
import org.cachemanager.api.Namespace;
import org.cachemanager.api.Reply;
import org.cachemanager.protocol.BodyPieces;
import org.cachemanager.protocol.DeleteRequest;
import org.cachemanager.protocol.ProtocolException;
import org.cachemanager.protocol.Requests;
import org.cachemanager.protocol.Responses;

/** A {@code delete_data}. */
final class DeleteExchange extends DataExchange implements Reply<Boolean> {

    private byte[] key = {};

    DeleteExchange(Incoming incoming, Backend backend, Upload.Bounds bounds) {
        super(incoming, backend, bounds);
    }

    @Override
    public void arrived(byte[] body, int offset, int length) throws ProtocolException {
        begin(Requests.delete(body, offset, length));
    }

    @Override
    public void arrived(BodyPieces body) throws ProtocolException {
        begin(Requests.delete(body));
    }

    private void begin(DeleteRequest asked) {
        key = asked.key().toByteArray();
        open(asked.namespace(), asked.peer());
    }

    @Override
    void opened(Namespace namespace) {
        Key name = Key.of(namespace, key);
        ask(() -> cache.delete(name, this));
    }

    @Override
    public void completed(Boolean deleted) {
        proceed(() -> answer(Responses.deleted(deleted)));
    }

    @Override
    public void failed(Failure failure) {
        proceed(() -> refuse(failure));
    }
}
