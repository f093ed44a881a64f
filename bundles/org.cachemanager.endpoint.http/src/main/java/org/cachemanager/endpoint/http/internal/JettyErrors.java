package org.cachemanager.endpoint.http.internal;

import org.cachemanager.protocol.ErrorCode;
import org.cachemanager.protocol.Responses;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Gives the refusals that Jetty makes by itself, such as of a malformed request, the body that all refusals have. */
final class JettyErrors implements Request.Handler {

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        ErrorCode code =
                status >= HttpStatus.INTERNAL_SERVER_ERROR_500 ? ErrorCode.INTERNAL_ERROR : ErrorCode.BAD_REQUEST;
        Answers.refuse(response, status, Responses.error(code, sentence(status)), callback);
        return true;
    }

    private static String sentence(int status) {
        return switch (status) {
            case HttpStatus.URI_TOO_LONG_414 -> "The request's path is too long; send one that this API knows.";
            case HttpStatus.EXPECTATION_FAILED_417 ->
                "No expectation but 100-continue can be met; leave the header away.";
            case HttpStatus.UPGRADE_REQUIRED_426, HttpStatus.HTTP_VERSION_NOT_SUPPORTED_505 ->
                "This HTTP version is not served; use HTTP/1.1.";
            case HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE_431 ->
                "The request's headers are larger than 8 KiB together; send fewer.";
            case HttpStatus.INTERNAL_SERVER_ERROR_500 -> "The node failed; its log says why.";
            default ->
                "The request is not well-formed HTTP/1.1 (" + HttpStatus.getMessage(status) + "); check the client.";
        };
    }
}
