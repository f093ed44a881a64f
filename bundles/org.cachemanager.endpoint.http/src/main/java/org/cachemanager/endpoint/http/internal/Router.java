package org.cachemanager.endpoint.http.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.cachemanager.api.Cache;
import org.cachemanager.api.Failure;
import org.cachemanager.api.encryption.Namespaces;
import org.cachemanager.protocol.ErrorCode;
import org.cachemanager.protocol.Limits;
import org.cachemanager.protocol.Responses;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** The paths of the API. Nothing in it blocks: it runs in the thread that selected the connection. */
final class Router extends Handler.Abstract.NonBlocking {

    private static final Failure STARTING = new Failure(
            Failure.Reason.UNAVAILABLE, "The node is starting or stopping, or its core is missing; try again shortly.");
    private static final Failure OPEN = new Failure(
            Failure.Reason.REFUSED,
            "This endpoint is not on loopback, and the node has no encryption keys now; give it keys again.");
    private static final Failure NOBODY = new Failure(
            Failure.Reason.REFUSED,
            "This endpoint requires client certificates now, and the connection was made without; make another.");
    private static final List<String> READ = List.of("GET", "HEAD");
    private static final List<String> READ_OR_POST = List.of("GET", "HEAD", "POST");
    private static final List<String> POST = List.of("POST");

    private final Services services;
    private final EndpointSettings settings;
    private final ParkedCalls parkedCalls;
    private final Farewell farewell = new Farewell();
    private final byte[] product;
    private volatile boolean stopping;
    private volatile boolean relyOnTokens;
    private volatile boolean relyOnCertificates;

    /** @param product the line that names the product and its version */
    Router(Services services, EndpointSettings settings, ParkedCalls parkedCalls, String product) {
        this.parkedCalls = parkedCalls;
        this.services = services;
        this.settings = settings;
        this.product = (product + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** Tells which connections end. */
    Farewell farewell() {
        return farewell;
    }

    /** Says whether data calls are refused when the namespaces ask for no tokens. */
    void relyOnTokens(boolean rely) {
        relyOnTokens = rely;
    }

    /** Says whether data calls are refused on connections without a client certificate, made when none was required. */
    void relyOnCertificates(boolean rely) {
        relyOnCertificates = rely;
    }

    /** Refuses data calls from now on, those that wait included. */
    void refuseAll() {
        stopping = true;
        parkedCalls.stop();
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Incoming incoming = new Incoming(request, response, callback, parkedCalls, farewell);
        if (farewell.isFor(request)) {
            Answers.close(response);
        }
        String path = request.getHttpURI().getPath();
        switch (path == null ? "" : path) {
            case "/get_data",
                    "/set_data",
                    "/delete_data",
                    "/peer/look_up",
                    "/peer/greet",
                    "/peer/claim",
                    "/peer/give" -> {
                if (allows(incoming, POST)) {
                    data(incoming, path);
                }
            }
            case "/status" -> {
                if (allows(incoming, READ)) {
                    status(incoming);
                }
            }
            case "/" -> {
                if (allows(incoming, READ_OR_POST)) {
                    plain(incoming, Answers.TEXT, ByteBuffer.wrap(product));
                }
            }
            default ->
                refuse(
                        incoming,
                        HttpStatus.NOT_FOUND_404,
                        Responses.error(
                                ErrorCode.NOT_FOUND,
                                "There is no such path; there are /, /status, /get_data, /set_data and /delete_data."));
        }
        return true;
    }

    private static boolean allows(Incoming incoming, List<String> methods) {
        if (methods.contains(incoming.request().getMethod())) {
            return true;
        }
        String allowed = String.join(", ", methods);
        incoming.response().getHeaders().put(HttpHeader.ALLOW, allowed);
        refuse(
                incoming,
                HttpStatus.METHOD_NOT_ALLOWED_405,
                Responses.error(ErrorCode.METHOD_NOT_ALLOWED, "This path knows only " + allowed + "; use that."));
        return false;
    }

    private void data(Incoming incoming, String path) {
        Cache cache = services.cache();
        Namespaces namespaces = services.namespaces();
        if (cache == null || namespaces == null || stopping) {
            refuse(incoming, STARTING);
            return;
        }
        if (relyOnTokens && !namespaces.requiresTokens()) {
            refuse(incoming, OPEN);
            return;
        }
        if (relyOnCertificates && !Caller.hasCertificate(incoming.request())) {
            refuse(incoming, NOBODY);
            return;
        }
        DataExchange.Backend backend = new DataExchange.Backend(cache, namespaces, services.peers());
        Upload.Bounds bounds = new Upload.Bounds(Limits.MAX_BYTES_WITHOUT_DATA, settings.bodyPace());
        DataExchange exchange =
                switch (path) {
                    case "/get_data" -> new GetExchange(incoming, backend, bounds);
                    case "/set_data" -> new SetExchange(incoming, backend, bounds.with(cache.maxItemBytes()));
                    case "/peer/look_up" -> new LookUpExchange(incoming, backend, bounds);
                    case "/peer/greet" -> new GreetExchange(incoming, backend, bounds);
                    case "/peer/claim" -> new ClaimExchange(incoming, backend, bounds);
                    case "/peer/give" -> new GiveExchange(incoming, backend, bounds.with(cache.maxItemBytes()));
                    default -> new DeleteExchange(incoming, backend, bounds);
                };
        exchange.begin();
    }

    private void status(Incoming incoming) {
        Cache cache = services.cache();
        if (cache == null) {
            refuse(incoming, STARTING);
        } else {
            plain(incoming, Answers.JSON, Responses.status(cache.status()));
        }
    }

    private static void refuse(Incoming incoming, Failure failure) {
        refuse(incoming, Answers.status(failure), Answers.body(failure));
    }

    private static void refuse(Incoming incoming, int status, ByteBuffer body) {
        Answers.refuse(incoming.response(), status, body, afterBody(incoming));
    }

    private static void plain(Incoming incoming, HttpField type, ByteBuffer body) {
        Answers.write(incoming.response(), type, body, afterBody(incoming));
    }

    /** What follows an answer to a request whose body nobody wants: nothing, unless there is more of it to come. */
    private static Callback afterBody(Incoming incoming) {
        if (Linger.consumed(incoming.request())) {
            return incoming.callback();
        }
        Answers.close(incoming.response());
        return new Linger(incoming.request(), incoming.callback());
    }
}
