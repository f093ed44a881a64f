package org.cachemanager.cli;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import javax.net.SocketFactory;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * One call over a connection of its own, the way a plugin makes it: connect, one write, read the answer, done.
 *
 * <p>The node closes first ({@code Connection: close}), so the TIME_WAIT of a connection is the node's and no local
 * port stays taken: hundreds of thousands of calls in a row are possible. When the node does not close within a moment
 * of its answer, the connection is reset (SO_LINGER 0, the whole answer having been read), which leaves none either.
 */
public final class HttpCall {

    private static final int CLOSE_MILLIS = 500;
    private static final int CONNECT_MILLIS = 5_000;
    private static final int MOST_HEAD_BYTES = 64 * 1024;
    private static final int MOST_BODY_BYTES = 1 << 30;

    private final InetSocketAddress node;
    private final SocketFactory sockets;
    private final Duration patience;

    /**
     * A call of a node.
     *
     * @param sockets those of TLS have the node's certificate checked against its name
     * @param patience how long the node may take to send its answer
     */
    public HttpCall(InetSocketAddress node, SocketFactory sockets, Duration patience) {
        this.node = node;
        this.sockets = sockets;
        this.patience = patience;
    }

    /** What the node answered. */
    public static final class Answer {

        private final int status;
        private final byte[] body;

        Answer(int status, byte[] body) {
            this.status = status;
            this.body = body;
        }

        /** The status of HTTP. */
        public int status() {
            return status;
        }

        /** The body; not copied. */
        public byte[] body() {
            return body;
        }

        /** The body as text. */
        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    /**
     * Sends a JSON body and reads the answer.
     *
     * @throws IOException if there is no connection, no answer in time, or none that is HTTP
     */
    public Answer post(String path, byte[] body) throws IOException {
        try (Socket socket = sockets.createSocket()) {
            if (socket instanceof SSLSocket secured) {
                SSLParameters parameters = secured.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                secured.setSSLParameters(parameters);
            }
            socket.setTcpNoDelay(true);
            socket.connect(new InetSocketAddress(node.getHostString(), node.getPort()), CONNECT_MILLIS);
            socket.setSoTimeout(Math.toIntExact(patience.toMillis()));
            socket.getOutputStream().write(request(path, body));
            InputStream stream = new BufferedInputStream(socket.getInputStream());
            Answer answer = read(stream);
            letTheNodeClose(socket, stream);
            return answer;
        }
    }

    private byte[] request(String path, byte[] body) {
        String head = "POST " + path + " HTTP/1.1\r\nHost: " + node.getHostString() + ':' + node.getPort()
                + "\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: " + body.length
                + "\r\n\r\n";
        byte[] bytes = new byte[head.length() + body.length];
        System.arraycopy(head.getBytes(StandardCharsets.US_ASCII), 0, bytes, 0, head.length());
        System.arraycopy(body, 0, bytes, head.length(), body.length);
        return bytes;
    }

    private static Answer read(InputStream stream) throws IOException {
        String[] lines = head(stream).split("\r\n", -1);
        String[] first = lines[0].split(" ", 3);
        if (!lines[0].startsWith("HTTP/1.") || first.length < 2 || !first[1].matches("[0-9]{3}")) {
            throw new IOException("What answered does not speak HTTP.");
        }
        for (String line : lines) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                int length = length(line.substring(line.indexOf(':') + 1).trim());
                byte[] body = stream.readNBytes(length);
                if (body.length < length) {
                    throw new EOFException("The answer was cut off.");
                }
                return new Answer(Integer.parseInt(first[1]), body);
            }
        }
        throw new IOException("The answer does not tell its length.");
    }

    private static int length(String text) throws IOException {
        if (!text.matches("[0-9]{1,10}") || Long.parseLong(text) > MOST_BODY_BYTES) {
            throw new IOException("The answer does not tell its length.");
        }
        return Integer.parseInt(text);
    }

    private static String head(InputStream stream) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream(256);
        int end = 0;
        while (end < 4) {
            int b = stream.read();
            if (b < 0) {
                throw new EOFException("The node closed the connection without an answer.");
            }
            if (head.size() > MOST_HEAD_BYTES) {
                throw new IOException("What answered does not speak HTTP.");
            }
            head.write(b);
            end = b == (end % 2 == 0 ? '\r' : '\n') ? end + 1 : (b == '\r' ? 1 : 0);
        }
        return head.toString(StandardCharsets.US_ASCII);
    }

    private static void letTheNodeClose(Socket socket, InputStream stream) throws IOException {
        try {
            socket.setSoTimeout(CLOSE_MILLIS);
            if (stream.read() >= 0) {
                socket.setSoLinger(true, 0);
            }
        } catch (SocketTimeoutException e) {
            socket.setSoLinger(true, 0);
        }
    }
}
