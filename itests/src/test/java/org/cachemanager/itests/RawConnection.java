package org.cachemanager.itests;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Locale;

/** A connection that is kept alive, and opened again when the node has closed it. Used by one thread. */
final class RawConnection implements AutoCloseable {

    private static final int HANG_MILLIS = 10_000;

    private final int port;
    private Socket socket;
    private InputStream in;

    /** What came back. */
    record Answer(int status, String body) {}

    RawConnection(int port) throws IOException {
        this.port = port;
        socket = new Socket();
        in = InputStream.nullInputStream();
        open();
    }

    private void open() throws IOException {
        socket.close();
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(HANG_MILLIS);
        in = new BufferedInputStream(socket.getInputStream());
    }

    Answer get(String path) throws IOException {
        return call("GET " + path, new byte[0]);
    }

    Answer post(String path, byte[] body) throws IOException {
        return call("POST " + path, body);
    }

    private Answer call(String line, byte[] body) throws IOException {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(
                (line + " HTTP/1.1\r\nHost: node\r\nContent-Length: " + body.length + "\r\n\r\n").getBytes(UTF_8));
        request.writeBytes(body);
        socket.getOutputStream().write(request.toByteArray());
        String status = line();
        int length = 0;
        boolean closes = false;
        for (String header = line().toLowerCase(Locale.ROOT);
                !header.isEmpty();
                header = line().toLowerCase(Locale.ROOT)) {
            if (header.startsWith("content-length: ")) {
                length = Integer.parseInt(header.substring("content-length: ".length()));
            }
            closes |= header.equals("connection: close");
        }
        String answered = new String(in.readNBytes(length), UTF_8);
        if (closes) {
            open();
        }
        return new Answer(Integer.parseInt(status.substring("HTTP/1.1 ".length(), "HTTP/1.1 ".length() + 3)), answered);
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new IOException("Closed after \"" + line.toString(ISO_8859_1) + '"');
            }
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.toString(ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
