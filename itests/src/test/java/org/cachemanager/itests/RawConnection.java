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
import java.util.concurrent.locks.LockSupport;

/** A connection that is kept alive, and opened again when the node has closed it. Used by one thread. */
final class RawConnection implements AutoCloseable {

    private static final int HANG_MILLIS = 30_000;

    private final int port;
    private Socket socket;
    private InputStream in;
    private boolean closes;

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

    /** Posts, and reads the answer 16 KiB at a time, 20 times a second, until the time is over; gives its status. */
    int readSlowly(String path, byte[] body, long untilNanos) throws IOException {
        try (Socket slow = new Socket()) {
            slow.setReceiveBufferSize(256 * 1024); // far less, and the kernels stall each other for seconds
            slow.connect(socket.getRemoteSocketAddress());
            slow.setSoTimeout(HANG_MILLIS);
            slow.getOutputStream().write(request("POST " + path, body));
            byte[] bytes = new byte[16 * 1024];
            int count = slow.getInputStream().read(bytes);
            String status = new String(bytes, 0, Math.max(0, count), ISO_8859_1);
            while (count > 1024 && System.nanoTime() < untilNanos) {
                LockSupport.parkNanos(50_000_000);
                count = slow.getInputStream().read(bytes);
            }
            return Integer.parseInt(status.substring("HTTP/1.1 ".length(), "HTTP/1.1 ".length() + 3));
        }
    }

    /** Posts on a connection of its own, which is closed after the answer, as short-lived processes do. */
    static Answer postOnce(int port, String path, byte[] body) throws IOException {
        try (RawConnection connection = new RawConnection(port)) {
            connection.send("POST " + path, "Connection: close\r\n", body);
            return connection.hear();
        }
    }

    private static byte[] request(String line, byte[] body) {
        return request(line, "", body);
    }

    private static byte[] request(String line, String headers, byte[] body) {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        String head = line + " HTTP/1.1\r\nHost: node\r\n" + headers + "Content-Length: " + body.length + "\r\n\r\n";
        request.writeBytes(head.getBytes(UTF_8));
        request.writeBytes(body);
        return request.toByteArray();
    }

    private void send(String line, String headers, byte[] body) throws IOException {
        socket.getOutputStream().write(request(line, headers, body));
    }

    private Answer call(String line, byte[] body) throws IOException {
        send(line, "", body);
        Answer answer = hear();
        if (closes) {
            open();
        }
        return answer;
    }

    private Answer hear() throws IOException {
        String status = line();
        int length = 0;
        closes = false;
        for (String header = line().toLowerCase(Locale.ROOT);
                !header.isEmpty();
                header = line().toLowerCase(Locale.ROOT)) {
            if (header.startsWith("content-length: ")) {
                length = Integer.parseInt(header.substring("content-length: ".length()));
            }
            closes |= header.equals("connection: close");
        }
        String answered = new String(in.readNBytes(length), UTF_8);
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
