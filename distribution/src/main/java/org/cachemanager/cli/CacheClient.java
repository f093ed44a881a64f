package org.cachemanager.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Supplier;
import javax.net.SocketFactory;
import org.cachemanager.api.Data;
import org.cachemanager.protocol.ErrorResponse;
import org.cachemanager.protocol.GetRequest;
import org.cachemanager.protocol.GetResponse;
import org.cachemanager.protocol.ProtocolException;
import org.cachemanager.protocol.Requests;
import org.cachemanager.protocol.Responses;
import org.cachemanager.protocol.SetRequest;
import org.cachemanager.protocol.Text;

/** The calls of a plugin, each over a connection of its own. Any thread may call it. */
public final class CacheClient {

    /** How much longer than the caller would wait the node may take to answer. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    private static final int OK = 200;

    private final InetSocketAddress node;
    private final SocketFactory sockets;
    private final Supplier<String> namespace;

    /**
     * A client of a node.
     *
     * @param sockets make its connections: plain ones, or those of TLS
     * @param namespace gives the plain name or a fresh token, once for each call
     */
    public CacheClient(InetSocketAddress node, SocketFactory sockets, Supplier<String> namespace) {
        this.node = node;
        this.sockets = sockets;
        this.namespace = namespace;
    }

    /** The node was reached and refused the call; the message is its own. */
    public static final class RefusedException extends IOException {

        private static final long serialVersionUID = 1L;

        RefusedException(String message) {
            super(message);
        }
    }

    /** {@code get_data}. */
    public GetResponse get(String key, Duration maxWait) throws IOException {
        byte[] body = Requests.render(new GetRequest(Text.of(namespace.get()), Text.of(key), maxWait));
        try {
            return Responses.parseGet(call("/get_data", body, maxWait));
        } catch (ProtocolException e) {
            throw new IOException("The answer to get_data is none: " + e.getMessage(), e);
        }
    }

    /**
     * {@code set_data}.
     *
     * @param data the inside of a JSON string
     */
    public void set(String key, Data data, Duration ttl) throws IOException {
        SetRequest request = new SetRequest(Text.of(namespace.get()), Text.of(key), data, ttl.toSeconds());
        ByteArrayOutputStream body = new ByteArrayOutputStream(data.length() + 256);
        for (ByteBuffer piece : Requests.render(request)) {
            byte[] bytes = new byte[piece.remaining()];
            piece.get(bytes);
            body.writeBytes(bytes);
        }
        try {
            if (!Responses.parseSet(call("/set_data", body.toByteArray(), Duration.ZERO))) {
                throw new IOException("The answer to set_data is not \"ok\".");
            }
        } catch (ProtocolException e) {
            throw new IOException("The answer to set_data is none: " + e.getMessage(), e);
        }
    }

    private byte[] call(String path, byte[] body, Duration wait) throws IOException {
        HttpCall.Answer answer = new HttpCall(node, sockets, wait.plus(GRACE)).post(path, body);
        if (answer.status() != OK) {
            throw new RefusedException(refusal(answer));
        }
        return answer.body();
    }

    private static String refusal(HttpCall.Answer answer) {
        try {
            ErrorResponse error = Responses.parseError(answer.body());
            return answer.status() + " " + error.code() + ": " + error.error();
        } catch (ProtocolException e) {
            return answer.status() + " without a reason that can be read";
        }
    }
}
