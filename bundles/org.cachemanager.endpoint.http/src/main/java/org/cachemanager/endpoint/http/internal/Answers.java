package org.cachemanager.endpoint.http.internal;

import java.nio.ByteBuffer;
import org.cachemanager.api.Failure;
import org.cachemanager.protocol.ErrorCode;
import org.cachemanager.protocol.Responses;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Writes answers: status, headers and body in one write. */
final class Answers {

    static final HttpField JSON = new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "application/json");
    static final HttpField TEXT = new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "text/plain;charset=utf-8");
    private static final HttpField CLOSE = new PreEncodedHttpField(HttpHeader.CONNECTION, "close");
    private static final HttpField RETRY_AFTER = new PreEncodedHttpField(HttpHeader.RETRY_AFTER, "1");

    private Answers() {}

    /** Writes a whole answer; the callback is told when it is written or can't be. */
    static void write(Response response, HttpField type, ByteBuffer body, Callback callback) {
        head(response, type, body.remaining());
        response.write(true, body, callback);
    }

    /** Writes a refusal. */
    static void refuse(Response response, int status, ByteBuffer body, Callback callback) {
        response.setStatus(status);
        if (status == HttpStatus.SERVICE_UNAVAILABLE_503) {
            response.getHeaders().put(RETRY_AFTER);
        }
        write(response, JSON, body, callback);
    }

    /** Says what the body will be. */
    static void head(Response response, HttpField type, long length) {
        HttpFields.Mutable headers = response.getHeaders();
        headers.put(type);
        headers.put(HttpHeader.CONTENT_LENGTH, length);
    }

    /** Ends the connection after the answer. */
    static void close(Response response) {
        response.getHeaders().put(CLOSE);
    }

    static int status(Failure failure) {
        return switch (failure.reason()) {
            case BAD_NAMESPACE -> HttpStatus.BAD_REQUEST_400;
            case REFUSED -> HttpStatus.FORBIDDEN_403;
            case TOO_LARGE -> HttpStatus.PAYLOAD_TOO_LARGE_413;
            case NO_ROOM, UNAVAILABLE, ELSEWHERE, NOBODY, FAILED -> HttpStatus.SERVICE_UNAVAILABLE_503;
        };
    }

    static ByteBuffer body(Failure failure) {
        ErrorCode code =
                switch (failure.reason()) {
                    case BAD_NAMESPACE -> ErrorCode.BAD_NAMESPACE;
                    case REFUSED -> ErrorCode.REFUSED_TOKEN;
                    case TOO_LARGE -> ErrorCode.TOO_LARGE;
                    case NO_ROOM -> ErrorCode.NO_ROOM;
                    case UNAVAILABLE, NOBODY, FAILED -> ErrorCode.UNAVAILABLE;
                    case ELSEWHERE -> ErrorCode.ELSEWHERE;
                };
        return Responses.error(code, failure.message());
    }
}
