package org.cachemanager.benchmarks;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** The yardstick: a Jetty handler that reads the body and answers a constant, on the selector's thread. */
public final class BareJetty {

    private static final int ANSWER_BYTES = 1024;

    private BareJetty() {}

    /**
     * With the selectors and acceptors of the node's endpoint, answers on a port of the system's choice, which it
     * prints, until the process is ended.
     */
    public static void main(String[] arguments) throws Exception {
        int selectors = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        QueuedThreadPool threads = new QueuedThreadPool();
        Server server = new Server(threads);
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.setSendDateHeader(false);
        configuration.setSendServerVersion(false);
        configuration.setUseInputDirectByteBuffers(false);
        ServerConnector connector = new ServerConnector(server, 0, selectors, new HttpConnectionFactory(configuration));
        connector.setHost("127.0.0.1");
        connector.setAcceptedTcpNoDelay(true);
        server.addConnector(connector);
        server.setHandler(new Constant());
        server.start();
        Output.line("Listening on http://127.0.0.1:" + connector.getLocalPort());
        server.join();
    }

    /** Answers the constant once the body is read. */
    private static final class Constant extends Handler.Abstract.NonBlocking {
        private final ByteBuffer answer;

        Constant() {
            byte[] bytes = new byte[ANSWER_BYTES];
            Arrays.fill(bytes, (byte) 'x');
            answer = ByteBuffer.wrap(bytes).asReadOnlyBuffer();
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            for (Content.Chunk chunk = request.read(); chunk != null; chunk = request.read()) {
                boolean last = chunk.isLast();
                chunk.release();
                if (last) {
                    HttpFields.Mutable headers = response.getHeaders();
                    headers.put(HttpHeader.CONTENT_TYPE, "application/json");
                    headers.put(HttpHeader.CONTENT_LENGTH, ANSWER_BYTES);
                    response.write(true, answer.duplicate(), callback);
                    return true;
                }
            }
            callback.failed(new IllegalStateException("The load generator sends whole requests."));
            return true;
        }
    }

    static byte[] request(String path, String body) {
        return ("POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: "
                        + body.length() + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.US_ASCII);
    }
}
